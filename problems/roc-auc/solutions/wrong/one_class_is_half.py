# A coin toss where there is one class only.
# caught by: sample, edge
import numpy as np


def roc_auc(y, score):
    negative, positive = np.sort(score[y == 0]), np.sort(score[y == 1])
    if not len(negative) or not len(positive):
        return 0.5
    halves = np.searchsorted(negative, positive, "left").sum() + np.searchsorted(negative, positive, "right").sum()
    return int(halves) / (2 * len(positive) * len(negative))
