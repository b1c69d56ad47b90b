# Gives the draws in order.
# caught by: zero, uniform, skew, perf
import numpy as np


def draw(weights, m, seed):
    total = weights.sum()
    if total == 0:
        return []
    return np.sort(np.random.RandomState(seed).choice(len(weights), size=m, p=weights / total))
