# "check" in problem.json: must agree with the reference on every test.
import numpy as np


def nearest_gap(x):
    order = np.argsort(x)
    gaps = np.full(len(x) + 1, np.inf)
    gaps[1:-1] = np.diff(x[order])
    result = np.empty(len(x))
    result[order] = np.minimum(gaps[:-1], gaps[1:])
    return result
