# Inverse of the distribution function: prefix sums and one vectorised binary search.
import numpy as np


def draw(weights, m, seed):
    sums = np.cumsum(weights)  # (n,)
    if not len(sums) or sums[-1] == 0:
        return np.zeros(0, dtype=int)
    u = np.random.RandomState(seed).random_sample(m) * sums[-1]  # (m,)
    drawn = np.searchsorted(sums, u, side="right")  # the first sum above u: never an index of weight 0
    return np.minimum(drawn, np.flatnonzero(weights)[-1])  # u may have been rounded up to the whole sum
