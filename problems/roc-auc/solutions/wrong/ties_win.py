# A tie counts as won.
# caught by: sample, edge, tie, numeric, perf
import numpy as np


def roc_auc(y, score):
    negative, positive = np.sort(score[y == 0]), score[y == 1]
    if not len(negative) or not len(positive):
        return np.nan
    return int(np.searchsorted(negative, positive, "right").sum()) / (len(positive) * len(negative))
