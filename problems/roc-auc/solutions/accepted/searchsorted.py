# How many negatives are below, and how many not above, by binary search.
import numpy as np


def roc_auc(y, score):
    negative = np.sort(score[y == 0])
    positive = np.sort(score[y == 1])  # sorted queries are kind to the cache
    if not len(negative) or not len(positive):
        return float("nan")
    below = np.searchsorted(negative, positive, "left").sum()
    not_above = np.searchsorted(negative, positive, "right").sum()
    return int(below + not_above) / (2 * len(positive) * len(negative))
