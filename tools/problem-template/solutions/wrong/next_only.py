# Looks at the next larger number only.  The second line names every group that rejects it, and no other.
# caught by: sample, edge, tie, perf
import numpy as np


def nearest_gap(x):
    order = np.argsort(x)
    result = np.full(len(x), np.inf)
    result[order[:-1]] = np.diff(x[order])
    return result
