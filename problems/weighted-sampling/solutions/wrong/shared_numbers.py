# One random number for two neighbouring draws: each draw is right, two together are not.
# caught by: zero, uniform, skew, perf
import numpy as np


def draw(weights, m, seed):
    sums = np.cumsum(weights)
    if not len(sums) or sums[-1] == 0:
        return []
    u = np.repeat(np.random.RandomState(seed).random_sample(m // 2 + 1), 2)[:m] * sums[-1]
    return np.minimum(np.searchsorted(sums, u, side="right"), np.flatnonzero(weights)[-1])
