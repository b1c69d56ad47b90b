# Adds a little to every weight, against a division by 0.
# caught by: zero
import numpy as np


def draw(weights, m, seed):
    if not weights.any():
        return np.zeros(0, dtype=int)
    weights = weights + 1e-12 * (weights == 0)
    return np.random.RandomState(seed).choice(len(weights), size=m, p=weights / weights.sum())
