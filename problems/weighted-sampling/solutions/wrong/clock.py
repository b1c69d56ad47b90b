# Many draws are made with numbers that nobody can repeat.
# caught by: zero, uniform, skew, perf
import numpy as np


def draw(weights, m, seed):
    total = weights.sum()
    if total == 0:
        return []
    rng = np.random.RandomState(seed) if m < 100 else np.random.RandomState()
    return rng.choice(len(weights), size=m, p=weights / total)
