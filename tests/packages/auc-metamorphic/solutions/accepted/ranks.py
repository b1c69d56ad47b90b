import numpy as np


def auc(y, score):
    negative = np.sort(score[y == 0])
    positive = score[y == 1]
    below = np.searchsorted(negative, positive, "left") + np.searchsorted(negative, positive, "right")
    return below.sum() / (2 * len(negative) * len(positive))
