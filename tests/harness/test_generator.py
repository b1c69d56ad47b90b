"""The generator's host."""
import json
import struct

import box
from test_python import probe, start

KEY = "00112233445566778899aabbccddeeff" * 2
ARGS = {"X": "float[n,d]", "y": "int?[n]", "how": "str", "data": "csv"}

GOOD = '''
import numpy as np

def generate(rng, group, index):
    print("chatter")
    return {"how": group, "X": rng.rand(index, 2), "y": [None] * index, "data": b"a,b\\n%d" % rng.randint(1 << 30)}

def validate(args):
    assert list(args) == ["X", "y", "how", "data"]
    assert args["X"].dtype == np.float64 and args["y"].dtype == object and type(args["data"]) is bytes
    assert args["X"].shape[0] < 9, "too many rows"
'''


def host(source, task, frames=b"", args=ARGS):
    argv, env = start("generator_host.py", host.path)
    task = dict(task, signature=box.make_signature("solve", "python", args, "int"))
    fds = {3: box.memfd(json.dumps(task).encode()), 7: box.memfd(source.encode()), 16: box.memfd(frames)}
    return box.spawn(argv, env, fds, barrier=False)


def split(raw):
    frames = []
    while raw:
        size = struct.unpack_from("<Q", raw, 16)[0]
        padded = (size + 63) // 64 * 64
        assert not any(raw[size:padded])
        frames.append(raw[:size])
        raw = raw[padded:]
    return frames


def tests_of(*indexes):
    return {"group": "tie", "tests": [{"index": i, "key": KEY[i:] + KEY[:i]} for i in indexes]}


def run(tests):
    import numpy as np
    host.path = probe("numpy")["path"]

    e = host(GOOD, tests_of(3, 0, 1))
    if tests.check("generate", e.status == 0 and e.stderr == b"" and len(e.raw) % 64 == 0, e):
        frames = split(e.raw)
        tests.equal("three frames", len(frames), 3)
        for index, raw in zip((3, 0, 1), frames):
            key = bytes.fromhex(KEY[index:] + KEY[:index])
            rng = np.random.RandomState(np.frombuffer(key, "<u4"))
            x, number = rng.rand(index, 2).tolist(), rng.randint(1 << 30)
            kind, items = box.parse(raw)
            tests.equal("an arguments frame", kind, 1)
            tests.equal("in declared order", [i["kind"] for i in items], [1, 1, 0, 4])
            tests.equal("X", box.nest(items[0]["values"], items[0]["dims"]), x)
            tests.equal("X dims", items[0]["dims"], [index, 2])
            tests.equal("y", items[1]["values"], [None] * index)
            tests.equal("how", items[2]["values"], ["tie"])
            tests.equal("csv bytes", items[3]["bytes"], b"a,b\n%d" % number)

    keeps = "made = []\ndef generate(r, g, i):\n    made.append(i)\n    return {'X': [[0, 0]], 'y': [len(made)], 'how': '', 'data': b''}\n"
    e = host(keeps, tests_of(0, 1, 2))
    tests.equal("each test by a generator that has made none before", [box.parse(raw)[1][1]["values"] for raw in split(e.raw)], [[1]] * 3)

    for name, source, task, said in [
        ("validate refuses", GOOD, tests_of(3, 9), "tie/9: validate: too many rows, line 11 of generator.py\n"),
        ("an argument is missing", "def generate(r, g, i): return {'X': [], 'y': [], 'how': ''}", tests_of(1),
         "tie/1: generate: the argument 'data' is missing\n"),
        ("an argument too many", "def generate(r, g, i): return {'Z': 1}", tests_of(1),
         "tie/1: generate: no argument is called 'Z' (they are: X, y, how, data)\n"),
        ("an argument of the wrong type", "def generate(r, g, i): return {'X': [[1, 'a']], 'y': [1], 'how': '', 'data': b''}",
         tests_of(1), "tie/1: X[0][1]: a str where float is declared\n"),
        ("csv that is no bytes", "def generate(r, g, i): return {'X': [], 'y': [], 'how': '', 'data': 'x'}",
         tests_of(1), "tie/1: data: a str where csv (bytes) is declared\n"),
        ("no dict", "def generate(r, g, i): return 5", tests_of(1), "tie/1: generate: an int where a dict of arguments is declared\n"),
        ("an exception", "def generate(r, g, i):\n    return 1 // 0", tests_of(2),
         "tie/2: ZeroDivisionError: integer division or modulo by zero, line 2 of generator.py\n"),
        ("an assertion without words", "def generate(r, g, i):\n    assert i == 0", tests_of(2),
         "tie/2: an assertion does not hold, line 2 of generator.py\n"),
        ("no generate()", "x = 1", tests_of(2), "tie/2: there is no function generate() in generator.py\n"),
        ("does not parse", "def f(:", tests_of(2), "SyntaxError: invalid syntax, line 1 of generator.py\n"),
        ("fails while loading", "import scipy", tests_of(2), "ModuleNotFoundError: No module named 'scipy', line 1 of generator.py\n"),
        ("leaves", "def generate(r, g, i): raise SystemExit(0)", tests_of(0), "tie/0: SystemExit: 0, line 1 of generator.py\n"),
        ("several lines in a message", "def generate(r, g, i): raise ValueError('a\\nb')", tests_of(0),
         "tie/0: ValueError: a b, line 1 of generator.py\n"),
    ]:
        e = host(source, task)
        tests.check("generator: " + name, e.status == 1 and e.stderr.decode() == said, e)

    fields = [box.parse_type(t, n) for n, t in ARGS.items()]
    frames = b""
    for rows in (2, 10):
        raw = box.build_args(fields, [[[1.0, 2.0]] * rows, [1] * rows, "x", b"raw,csv"])
        frames += raw + bytes(-len(raw) % 64)
    e = host(GOOD, {"validate_frames": 1}, frames)
    tests.check("validate_frames, good", e.status == 0 and e.raw == b"", e)
    e = host(GOOD, {"validate_frames": 2, "names": ["edge/1", "edge/2"]}, frames)
    tests.check("validate_frames, bad", e.status == 1
                and e.stderr == b"edge/2: validate: too many rows, line 11 of generator.py\n", e)
    e = host("x = 1", {"validate_frames": 2}, frames)
    tests.check("no validate() is fine", e.status == 0, e)
    e = host(GOOD, {"validate_frames": 1}, b"garbage" * 20)
    tests.check("frames that are none: our failure", e.status == 70 and e.stderr.count(b"\n") == 1, e)
