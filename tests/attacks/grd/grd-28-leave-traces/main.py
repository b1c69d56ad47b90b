"""Each test first looks for what another one may have left, then leaves all of it: another NumPy, modules where an import would
look, variables, handlers, objects, descriptors, threads' work."""
import atexit
import builtins
import gc
import os
import random
import signal
import sys
import tempfile

import numpy

MARK = "left-behind"
MODULE = "raise SystemExit('%s')\n" % MARK
PLACES = (".", "/tmp", "/box", "/dev/shm", "/var/tmp")
NAMES = ("numpy.py", "sitecustomize.py", "usercustomize.py", "coerce.py", "path.pth", "mljudge-fork.so")


def traces():
    for folder in PLACES:
        for name in NAMES:
            if os.path.exists(os.path.join(folder, name)):
                yield os.path.join(folder, name)
    if hasattr(builtins, MARK) or hasattr(numpy, MARK) or hasattr(sys, MARK):
        yield "an attribute"
    if "solution" in sys.modules and sys.modules["solution"].__dict__ is not globals():
        yield "another solution"
    if MARK in os.environ or "PYTHONPATH" in os.environ or MARK in sys.path:
        yield "the environment"
    if signal.getsignal(signal.SIGUSR1) is not signal.SIG_DFL or sys.getrecursionlimit() != 1000:
        yield "a setting"
    if numpy.add(1, 2) != 3 or not isinstance(numpy.isclose, type(numpy.allclose)) or numpy.isclose.__module__ != "numpy":
        yield "another NumPy"
    if any(type(item).__name__ == "Left" for item in gc.get_objects()):
        yield "an object"
    if numpy.geterr()["divide"] != "warn" or os.umask(0o77) != 0o77:
        yield "a mode"


class Left:
    """An instance stays, in a cycle."""

    def __init__(self):
        self.itself = self


def leave():
    for folder in PLACES:
        for name in NAMES:
            try:
                with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                    file.write(MODULE)
            except OSError:
                pass
    for module in (builtins, numpy, sys):
        setattr(module, MARK, Left())
    os.environ["PYTHONPATH"] = os.environ[MARK] = "/tmp"
    sys.path.insert(0, MARK)
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    sys.setrecursionlimit(5000)
    numpy.isclose = numpy.add = lambda *args, **kwargs: True
    numpy.seterr(all="ignore")
    os.umask(0)
    random.seed(1)
    numpy.random.seed(1)
    tempfile.tempdir = "/tmp"
    atexit.register(leave)


def numbers():
    """No two copies may begin with the same ones: seeded alike they would."""
    return random.random(), numpy.random.random()


SEEDED = (0.13436424411240122, 0.417022004702574)


def twice_and_one(x):
    found = list(traces())
    if found:
        raise RuntimeError("ESCAPED " + ", ".join(found))
    if any(a == b for a, b in zip(numbers(), SEEDED)):
        raise RuntimeError("ESCAPED a seed")
    leave()
    return 2 * x + 1
