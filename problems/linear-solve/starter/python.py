# Python with NumPy.
#
# A: float64 array of shape (n, n), b: float64 array of shape (n,); both may be overwritten.
# Return an array (or list) of n floats, or an empty one if A is singular.
import numpy as np


def solve(A, b):
    return np.zeros(len(b))
