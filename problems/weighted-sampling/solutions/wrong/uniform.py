# Every index that can be drawn with the same probability.
# caught by: zero, uniform, skew, perf
import numpy as np


def draw(weights, m, seed):
    possible = np.flatnonzero(weights)
    if not len(possible):
        return []
    return possible[np.random.RandomState(seed).randint(0, len(possible), m)]
