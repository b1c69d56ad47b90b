"""40 MiB in ways that counters of a process do not all show; `above`: more than allowed, in pieces."""
import mmap
import os

MIB = 1 << 20
VARIANT = "@VARIANT@"
kept = []


def twice_and_one(x):
    if VARIANT == "below":
        kept.append(b"\1" * (40 * MIB))
    elif VARIANT == "shared":
        area = mmap.mmap(-1, 40 * MIB)
        for i in range(0, len(area), 4096):
            area[i] = 1
        kept.append(area)
    elif VARIANT == "file":
        block = b"\1" * 65536
        fd = os.open("/tmp/attack-data", os.O_CREAT | os.O_WRONLY)
        for _ in range(640):
            os.write(fd, block)
    elif VARIANT == "freed":
        kept.append(b"\1" * (40 * MIB))
        kept.clear()
    else:
        for _ in range(200):
            kept.append(b"\1" * MIB)
    return 2 * x + 1
