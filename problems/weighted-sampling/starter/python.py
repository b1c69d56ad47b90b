# Python with NumPy.
#
# weights: float64 array of shape (n,), each >= 0; m, seed: ints.
# Return an array (or list) of m ints in 0 .. n-1, an empty one if n is 0 or all weights are 0.
import numpy as np


def draw(weights, m, seed):
    return np.zeros(0, dtype=int)
