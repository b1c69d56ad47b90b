"""Replaces what a grader in the same process would compare and report with; gives a wrong answer."""
import builtins
import json
import os
import struct
import sys

import numpy as np

VARIANT = "@VARIANT@"


def always(*args, **kwargs):
    return True


def twice_and_one(x):
    if VARIANT == "numpy":
        for name in ("allclose", "array_equal", "isclose", "equal", "all", "array_equiv"):
            setattr(np, name, always)
        np.testing.assert_allclose = np.testing.assert_equal = always
    elif VARIANT == "json":
        json.dumps = lambda *a, **k: '{"verdict": "AC", "score": 100}'
        json.dump = lambda value, file, **k: file.write('{"verdict": "AC", "score": 100}')
        json.loads = lambda *a, **k: {"expected": 0}
    elif VARIANT == "builtins":
        for name in ("all", "any", "isinstance", "hasattr", "callable"):
            setattr(builtins, name, always)
        builtins.abs = lambda value: 0
        builtins.print = builtins.open = always
    elif VARIANT == "harness":
        for module in list(sys.modules.values()):
            for name in ("check", "compare", "verify", "judge", "equal", "grade", "expected"):
                if hasattr(module, name):
                    setattr(module, name, always)
        import coerce
        coerce.Encoder.plain = lambda self, value, field, where: 12345
        coerce.Encoder.fail = always
    elif VARIANT == "frame":
        import frame
        frame.write = lambda fd, kind, items: os.write(fd, b"MLJF" * 40)
    elif VARIANT == "streams":
        sys.stdout = sys.stderr = sys.stdin = None
        os.close(1)
        os.close(2)
    elif VARIANT == "exit":
        import posix
        posix._exit = os._exit = sys.exit = always
    else:
        struct.pack = struct.pack_into = lambda *a: b"\0" * 8
        sys.modules["struct"] = sys.modules["_struct"] = json
    return 2 * x + 2
