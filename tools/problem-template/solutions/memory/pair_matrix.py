# Keeps the distances of all pairs: right, and larger than the memory limit in the perf group.
# caught by: perf
import numpy as np


def nearest_gap(x):
    distances = np.abs(x[:, None] - x[None, :])
    distances[np.arange(len(x)), np.arange(len(x))] = np.inf
    return distances.min(axis=1, initial=np.inf)
