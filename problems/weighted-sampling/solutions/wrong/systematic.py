# Systematic resampling: one random number, then equal steps.  The counts are as regular as can be, and sorted.
# caught by: zero, uniform, skew, perf
import numpy as np


def draw(weights, m, seed):
    sums = np.cumsum(weights)
    if not len(sums) or sums[-1] == 0 or m == 0:
        return []
    u = (np.random.RandomState(seed).random_sample() + np.arange(m)) / m * sums[-1]
    return np.minimum(np.searchsorted(sums, u, side="right"), np.flatnonzero(weights)[-1])
