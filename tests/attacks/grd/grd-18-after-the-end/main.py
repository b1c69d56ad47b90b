"""Acts after the function has returned: handlers at exit, destructors, threads.  They never come to act, or what
they write is no result."""
import atexit
import os
import threading
import time

VARIANT = "@VARIANT@"
kept = []


def scribble():
    os.pwrite(4, b"garbage" * 30, 0)
    os.write(1, b"late")


class Late:
    def __del__(self):
        scribble()


def for_ever():
    while True:
        os.pwrite(4, b"\0", 200)
        time.sleep(0.0001)


def twice_and_one(x):
    if "atexit" in VARIANT:
        atexit.register(scribble)
        threading._register_atexit(scribble)
    elif "delete" in VARIANT:
        kept.append(Late())
    elif VARIANT == "thread":
        threading.Thread(target=for_ever, daemon=True).start()
        time.sleep(0.01)
    else:
        threading.Thread(target=time.sleep, args=(60,)).start()
        atexit.register(time.sleep, 60)
    return 2 * x + 1 + VARIANT.startswith("wrong")
