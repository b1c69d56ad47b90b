# A least-squares answer where there is none to give.
# caught by: sample, edge, singular
import numpy as np


def solve(A, b):
    if not len(b):
        return []
    return np.linalg.lstsq(A, b, rcond=None)[0]
