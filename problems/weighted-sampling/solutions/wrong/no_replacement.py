# Shuffled rounds: each round takes every index in proportion to its weight, none twice before all had their turn.
# caught by: zero, uniform, skew, perf
import numpy as np


def draw(weights, m, seed):
    total = weights.sum()
    if total == 0:
        return []
    rng = np.random.RandomState(seed)
    share = weights / total * m
    counts = np.floor(share).astype(int)
    rest = m - counts.sum()
    order = np.argsort(counts - share, kind="stable")
    counts[order[:rest]] += 1
    return rng.permutation(np.repeat(np.arange(len(weights)), counts))
