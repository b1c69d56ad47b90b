"""Asks a package's checker.py about one answer, in a box of its own.  generator_host.py starts it when the request says
"check": {"check": "checker.py", "signature": ..., "params": {...}, "strict": 1.0, "expected": true, "runs": 1}.

fd 7: the checker.  fd 16: arguments frames, each padded to 64 bytes: arguments and answer of each call, the first call
last, and the expected answer if there is one.
fd 4: out: {"accept": true}, {"accept": false, "kind": , "candidate": , "host": } or {"error": what and where}."""

import posix
import sys

import frame
import mljudge_checker
import runner

FD_ANSWER, FD_SOURCE, FD_FRAMES = 4, 7, 16
TEXT_MAX = 400


def values(view, fields, np):
    found = dict(zip((f.name for f in fields), frame.decode(view, fields, np)))
    return found[""] if list(found) == [""] else found


class Values:
    """Arguments and results of functions and classes, out of arguments frames."""

    def __init__(self, signature, np, classes):
        self.args_fields = [frame.Field(f) for f in signature["args"]]
        self.return_fields = [frame.Field(f) for f in signature["returns"]]
        self.methods = [frame.Method(m) for m in signature.get("methods", ())]
        self.np, self.classes = np, classes

    def args(self, part):
        if self.methods:
            return self.classes.by_name(frame.decode_calls(part, self.methods, self.np), self.methods)
        return values(part, self.args_fields, self.np)

    def results(self, part, args):
        """Of a class: one a call, None where its method returns nothing."""
        if not self.methods:
            return values(part, self.return_fields, self.np)
        names = [method.name for method in self.methods]
        calls = [(names.index(name), None) for name, _ in args]
        fields, kinds = [], []
        for m, method in enumerate(self.methods):
            n = sum(1 for i, _ in calls if i == m) if method.returns else 0
            for field in method.returns:
                fields += [self.classes.stacked(field)] if field.kind == frame.SCALAR else [field] * n
                kinds.append((m, field, n))
        found = iter(frame.decode(part, fields, self.np))
        returned = {m: iter(self.classes.unstacked(next(found), field)) if field.kind == frame.SCALAR
                    else iter([next(found) for _ in range(n)]) for m, field, n in kinds}
        return self.classes.in_order(calls, self.methods, returned)


def text(value):
    if type(value) is not str:
        raise TypeError("reject() takes texts")
    return runner.cut(value, TEXT_MAX)


def ask(task, load, np, classes):
    """The answer as a dict."""
    decoder = Values(task["signature"], np, classes)
    parts = list(runner.frames(FD_FRAMES))
    n = task["runs"]
    runs = []
    for i in reversed(range(n)):
        args = decoder.args(parts[2 * i])
        runs.append((args, decoder.results(parts[2 * i + 1], args)))
    expected = decoder.results(parts[2 * n], runs[0][0]) if task["expected"] else None
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
