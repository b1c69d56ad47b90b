# Scores in float32.
# caught by: edge, numeric
import numpy as np


def roc_auc(y, score):
    with np.errstate(over="ignore"):
        score = score.astype(np.float32)
    negative, positive = np.sort(score[y == 0]), np.sort(score[y == 1])
    if not len(negative) or not len(positive):
        return np.nan
    halves = np.searchsorted(negative, positive, "left").sum() + np.searchsorted(negative, positive, "right").sum()
    return int(halves) / (2 * len(positive) * len(negative))
