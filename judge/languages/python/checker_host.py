"""Asks a package's checker.py about one answer, in a box of its own.  generator_host.py starts it when the request says
"check": {"check": "checker.py", "signature": ..., "params": {...}, "strict": 1.0, "expected": true, "runs": 1}.

fd 7: the checker.  fd 16: arguments frames, each padded to 64 bytes: arguments and answer of each call, the first call
last, and the expected answer if there is one.
fd 4: out: {"accept": true}, {"accept": false, "kind": , "candidate": , "host": } or {"error": what and where}."""

import mmap
import posix
import sys

import frame
import mljudge_checker
import runner

FD_ANSWER, FD_SOURCE, FD_FRAMES = 4, 7, 16
TEXT_MAX = 400


def frames():
    area = mmap.mmap(FD_FRAMES, posix.fstat(FD_FRAMES).st_size, access=mmap.ACCESS_COPY)
    view = memoryview(area)
    start = 0
    while start < len(view):
        size = frame.HEADER.unpack_from(view, start)[5]
        yield view[start:start + size]
        start += (size + 63) // 64 * 64


def values(view, fields, np):
    found = dict(zip((f.name for f in fields), frame.decode(view, fields, np)))
    return found[""] if list(found) == [""] else found


def text(value):
    if type(value) is not str:
        raise TypeError("reject() takes texts")
    return runner.cut(value, TEXT_MAX)


def ask(task, load, np):
    """The answer as a dict."""
    signature = task["signature"]
    args_fields = [frame.Field(f) for f in signature["args"]]
    return_fields = [frame.Field(f) for f in signature["returns"]]
    parts = list(frames())
    n = task["runs"]
    runs = [(values(parts[2 * i], args_fields, np), values(parts[2 * i + 1], return_fields, np)) for i in range(n)][::-1]
    expected = values(parts[2 * n], return_fields, np) if task["expected"] else None
    params = dict(task["params"], strict=task["strict"])
    if n > 1:
        answer = load("check_runs")(runs, expected, params)
    else:
        (args, got), = runs
        answer = load("check")(args, expected, got, params)
    if type(answer) is not mljudge_checker.Answer:
        return {"error": "the checker returned neither accept() nor reject()"}
    if answer.accepted is True:
        return {"accept": True}
    return {"accept": False, "kind": text(answer.kind), "candidate": text(answer.candidate), "host": text(answer.host)}


def write(answer):
    import json
    posix.ftruncate(FD_ANSWER, 0)
    posix.pwrite(FD_ANSWER, json.dumps(answer).encode(), 0)
