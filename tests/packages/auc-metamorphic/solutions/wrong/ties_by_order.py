# Sorts, and lets the order of rows decide ties.
# caught by: edge, relations
import numpy as np


def auc(y, score):
    ranks = np.empty(len(y))
    ranks[np.argsort(score, kind="stable")] = np.arange(1, len(y) + 1)
    positive = y == 1
    p, q = positive.sum(), len(y) - positive.sum()
    return (ranks[positive].sum() - p * (p + 1) / 2) / (p * q)
