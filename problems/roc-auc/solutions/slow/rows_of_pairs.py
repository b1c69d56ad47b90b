# The definition, a positive row against all negative ones at a time.
# caught by: numeric, perf
import numpy as np


def roc_auc(y, score):
    positive, negative = score[y == 1], score[y == 0]
    if not len(positive) or not len(negative):
        return np.nan
    halves = 0
    for s in positive:
        halves += 2 * np.count_nonzero(s > negative) + np.count_nonzero(s == negative)
    return halves / (2 * len(positive) * len(negative))
