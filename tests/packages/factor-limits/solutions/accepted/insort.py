"""Keeps what was seen sorted; quadratic on paper, but its moves are one memmove each."""
import bisect


def inversions(x):
    seen, total = [], 0
    for value in x.tolist():
        at = bisect.bisect_right(seen, value)
        total += len(seen) - at
        seen.insert(at, value)
    return total
