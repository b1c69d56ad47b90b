"""Other files lie beside this one, named like modules that a harness imports: none is taken."""
import json
import os
import sys

import numpy


def twice_and_one(x):
    for name in ("helper", "conftest", "sitecustomize", "usercustomize"):
        try:
            __import__(name)
        except ImportError:
            continue
        if not (sys.modules[name].__file__ or "/").startswith("/usr/"):  # a system's own is nobody's
            raise RuntimeError("ESCAPED " + name)
    if json.loads("[1]") != [1] or numpy.arange(3).sum() != 3:
        raise RuntimeError("ESCAPED")
    if any(word in os.environ for word in ("PYTHONPATH", "PYTHONSTARTUP", "LD_LIBRARY_PATH", "SECRET_TOKEN")):
        raise RuntimeError("ESCAPED the environment")
    if {"json.py", "helper.py", "conftest.py"} & set(os.listdir(".")) or "" in sys.path or "." in sys.path:
        raise RuntimeError("ESCAPED the working directory")
    return 2 * x + 1
