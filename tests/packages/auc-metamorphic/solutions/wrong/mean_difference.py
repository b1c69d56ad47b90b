# The difference of the means, squeezed into 0 .. 1: not the same for other scores in the same order.
# caught by: sample, edge, relations
import numpy as np


def auc(y, score):
    difference = score[y == 1].mean() - score[y == 0].mean() + (score.max() == score.min())
    return float(1 / (1 + np.exp(-difference)))
