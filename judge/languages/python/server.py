"""The fork server of the Python flavours:  python3 -I -S -B -X utf8 /harness/server.py

Start-up and imports are done here, once; each test is a copy of this process, made by the library (sandbox/fork_server.c), which
goes on in a box of its own as harness.py does (MLJUDGE_HOST=generator_host: as generator_host.py does, for a checker).  MLJUDGE_FLAVOUR says what to import.  No byte of a candidate ever comes
here: the copies are where it is loaded, and nothing comes back from them."""

import sys

sys.path.insert(0, __file__.rpartition("/")[0] or ".")
import rehearsal
import runner

del sys.path[0]

import gc
import posix

LIBRARY = "./mljudge-fork.so"
IN_THE_BOX = 1


def take_environment(library):
    """What the interpreter noted of its environment is the server's; a copy has the test's.  (os.environ is a view of
    this very dictionary.)"""
    posix.environ.clear()
    i = 0
    while (entry := library.mljudge_fork_environment(i)) is not None:
        name, _, value = entry.partition(b"=")
        posix.environ[name] = value
        i += 1


def reseed(np):
    """As an import would have: each process has its own unseeded numbers.  (Python's own `random` does so by itself.)"""
    if np is not None and "numpy.random" in sys.modules:
        np.random.seed()


def rehearse(library, np):
    """A copy that goes the way of every test, on a made-up one, outside of any box: which pages it touched is what
    later copies take beforehand (sandbox/fork_rehearsal.c)."""
    ctypes_api = sys.modules["ctypes"].pythonapi
    ctypes_api.PyOS_BeforeFork()
    if library.mljudge_fork_rehearse() != 1:
        ctypes_api.PyOS_AfterFork_Parent()
        return
    ctypes_api.PyOS_AfterFork_Child()
    try:
        reseed(np)
        rehearsal.perform(np)
    finally:
        library.mljudge_fork_rehearsed()


def main():
    gc.disable()
    np = runner.prepare_flavour(runner.environment("MLJUDGE_FLAVOUR"))
    import ctypes
    library = ctypes.PyDLL(LIBRARY)
    library.mljudge_fork_environment.restype = ctypes.c_char_p
    gc.freeze()
    rehearse(library, np)
    ctypes.pythonapi.PyOS_BeforeFork()
    if library.mljudge_fork_serve() != IN_THE_BOX:
        posix._exit(0)
    ctypes.pythonapi.PyOS_AfterFork_Child()
    reseed(np)
    library.mljudge_fork_enter()
    take_environment(library)
    sys.argv[0] = sys.argv[0].replace("server.py", "harness.py")
    if runner.environment("MLJUDGE_HOST") == "generator_host":
        runner.own_module("generator_host").main()
    runner.main()


if __name__ == "__main__":
    main()
