# Draws from all indices where all weights are 0.
# caught by: sample, edge
import numpy as np


def draw(weights, m, seed):
    total = weights.sum()
    if not len(weights):
        return []
    return np.random.RandomState(seed).choice(len(weights), size=m, p=weights / total if total else None)
