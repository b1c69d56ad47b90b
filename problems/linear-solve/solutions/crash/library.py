# The library's solver raises on an exactly singular matrix (and calls others regular).
# caught by: sample, edge, singular
import numpy as np


def solve(A, b):
    return np.linalg.solve(A, b)
