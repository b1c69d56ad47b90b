"""Right on the first call only: counts calls in memory, in files, in what it was given.  Each test is a first call."""
import os
import sys

PLACES = ("attack-count", "/tmp/attack-count", "/box/attack-other", "/dev/shm/attack-third", "/harness/attack-count",
          os.path.expanduser("~/attack-fourth"), "/var/tmp/attack-count")
calls = []


def twice_and_one(x):
    calls.append(x)
    seen = len(calls) > 1 or getattr(sys, "attack_count", 0)
    sys.attack_count = 1
    for place in PLACES:
        seen = seen or os.path.exists(place)
        try:
            with open(place, "x") as file:
                file.write("1")
        except OSError:
            pass
    for fd in range(3, 64):
        try:
            os.lseek(fd, 7, os.SEEK_SET)
            os.pwrite(fd, b"seen", 0)
        except OSError:
            pass
        if fd != 4:
            try:
                seen = seen or b"seen" in os.pread(fd, 1 << 16, 0)
            except OSError:
                pass
    return -1 if seen else 2 * x + 1
