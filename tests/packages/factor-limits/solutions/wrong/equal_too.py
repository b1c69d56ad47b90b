# Counts pairs of equal numbers, too.
# caught by: sample, edge, perf
import bisect


def inversions(x):
    seen, total = [], 0
    for value in x.tolist():
        at = bisect.bisect_left(seen, value)
        total += len(seen) - at
        seen.insert(at, value)
    return total
