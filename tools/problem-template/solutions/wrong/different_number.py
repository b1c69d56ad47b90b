# The nearest other *number*: equal elements are taken for one.
# caught by: edge, tie
import numpy as np


def nearest_gap(x):
    numbers, place = np.unique(x, return_inverse=True)
    gaps = np.full(len(numbers) + 1, np.inf)
    gaps[1:-1] = np.diff(numbers)
    return np.minimum(gaps[:-1], gaps[1:])[place]
