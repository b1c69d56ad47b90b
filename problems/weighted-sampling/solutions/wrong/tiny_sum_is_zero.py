# Takes a tiny sum for none.
# caught by: edge, zero
import numpy as np


def draw(weights, m, seed):
    if weights.sum() < 1e-12:
        return np.zeros(0, dtype=int)
    return np.random.RandomState(seed).choice(len(weights), size=m, p=weights / weights.sum())
