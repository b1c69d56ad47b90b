# Asks for the last sum where there is none, and divides by it where it is 0.
# caught by: sample, edge
import numpy as np


def draw(weights, m, seed):
    p = np.cumsum(weights)
    p = np.diff(p, prepend=0) / p[-1]
    return np.random.RandomState(seed).choice(len(weights), size=m, p=p)
