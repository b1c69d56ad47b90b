"""Says something about its input by how long it takes and what it needs: reports round (the runner looks)."""
import time

VARIANT = "@VARIANT@"


def twice_and_one(x):
    if VARIANT == "cpu":
        end = time.process_time() + (abs(x) % 7) * 0.0021
        while time.process_time() < end:
            pass
    elif VARIANT == "sleep":
        time.sleep((abs(x) % 7) * 0.0021)
    else:
        kept = b"\1" * (abs(x) % 7 * 300001)
        return 2 * x + 1 + len(kept) * 0
    return 2 * x + 1
