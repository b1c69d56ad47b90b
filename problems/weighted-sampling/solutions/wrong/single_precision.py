# Prefix sums in float32: beside a large one, small weights are rounded to its last place.
# caught by: skew
import numpy as np


def draw(weights, m, seed):
    sums = np.cumsum(weights, dtype=np.float32)
    if not len(sums) or not weights.any():
        return []
    if np.count_nonzero(weights) == 1:
        return np.full(m, np.flatnonzero(weights)[0])
    u = np.random.RandomState(seed).random_sample(m) * float(sums[-1])
    return np.minimum(np.searchsorted(sums.astype(float), u, side="right"), np.flatnonzero(weights)[-1])
