"""Hides 120 ms of work: behind a patched clock, at import time, in a handler at exit that is joined first, in a
thread that finishes before the answer.  All of it is measured."""
import threading
import time

VARIANT = "@VARIANT@"
clock = time.process_time


def work():
    end = clock() + 0.12
    while clock() < end:
        pass


if VARIANT == "clock":
    for name in ("time", "perf_counter", "monotonic", "process_time", "time_ns", "perf_counter_ns", "monotonic_ns"):
        setattr(time, name, lambda: 0)
if VARIANT == "import":
    work()


class Late:
    def __del__(self):
        work()


def twice_and_one(x):
    if VARIANT == "thread":
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    elif VARIANT == "exit":
        late = Late()
        del late
    elif VARIANT == "clock":
        work()
    return 2 * x + 1
