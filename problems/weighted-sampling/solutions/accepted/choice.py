# NumPy's own.
import numpy as np


def draw(weights, m, seed):
    total = weights.sum()
    if total == 0:
        return []
    return np.random.RandomState(seed).choice(len(weights), size=m, p=weights / total)
