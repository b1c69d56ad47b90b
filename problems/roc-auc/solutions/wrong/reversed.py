# The share of pairs in the wrong order.
# caught by: sample, edge, tie, numeric, perf
import numpy as np


def roc_auc(y, score):
    negative, positive = np.sort(score[y == 0]), np.sort(score[y == 1])
    if not len(negative) or not len(positive):
        return np.nan
    halves = np.searchsorted(positive, negative, "left").sum() + np.searchsorted(positive, negative, "right").sum()
    return int(halves) / (2 * len(positive) * len(negative))
