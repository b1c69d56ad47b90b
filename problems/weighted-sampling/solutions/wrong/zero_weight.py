# Takes the first sum that is not below u, and u from 0 in steps of a thousandth: index 0 though its weight is 0.
# caught by: zero, uniform, skew, perf
import numpy as np


def draw(weights, m, seed):
    sums = np.cumsum(weights)
    if not len(sums) or sums[-1] == 0:
        return []
    if np.count_nonzero(weights) == 1:
        return np.full(m, np.flatnonzero(weights)[0])
    u = np.random.RandomState(seed).randint(0, 1000, m) / 1000 * sums[-1]
    return np.searchsorted(sums, u, side="left")
