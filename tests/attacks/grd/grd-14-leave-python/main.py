"""Leaves before there is a result to be checked, in every way that says "all went well"."""
import os
import signal
import sys
import threading
import time

VARIANT = "@VARIANT@"
if VARIANT == "import-exit":
    os._exit(0)


class Leaving(Exception):
    def __str__(self):
        if VARIANT == "exit-in-str":
            os._exit(0)
        raise Leaving()


def twice_and_one(x):
    if VARIANT == "os-exit":
        os._exit(0)
    elif VARIANT == "sys-exit":
        sys.exit(0)
    elif VARIANT == "system-exit":
        raise SystemExit(0)
    elif VARIANT == "quit":
        raise SystemExit("AC")
    elif VARIANT == "abort":
        os.abort()
    elif VARIANT == "kill":
        signal.raise_signal(signal.SIGKILL)
    elif VARIANT == "thread-exit":
        threading.Thread(target=os._exit, args=(0,)).start()
        time.sleep(5)
    elif VARIANT == "interrupt":
        raise KeyboardInterrupt
    elif VARIANT == "generator-exit":
        raise GeneratorExit
    elif VARIANT == "truncate":
        threading.Thread(target=lambda: [os.ftruncate(4, 0) for _ in range(100)], daemon=True).start()
        os.ftruncate(4, 1)
        os._exit(0)
    elif VARIANT == "exec":
        os.execv(sys.executable, [sys.executable, "-c", "pass"])
    raise Leaving(x)
