# Divides by the number of pairs, whatever it is.
# caught by: sample, edge
import numpy as np


def roc_auc(y, score):
    negative, positive = np.sort(score[y == 0]), np.sort(score[y == 1])
    halves = np.searchsorted(negative, positive, "left").sum() + np.searchsorted(negative, positive, "right").sum()
    return int(halves) / (2 * len(positive) * len(negative))
