# A table in which every index stands as often as its weight says, a thousand entries an index.
# caught by: skew, perf
import numpy as np


def draw(weights, m, seed):
    total = weights.sum()
    if total == 0:
        return []
    counts = np.rint(weights / total * 1000 * len(weights)).astype(int)
    table = np.repeat(np.arange(len(weights)), counts)
    return table[np.random.RandomState(seed).randint(0, len(table), m)]
