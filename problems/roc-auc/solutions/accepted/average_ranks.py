# Mann-Whitney: the ranks of the positive rows, ties with the average of theirs.
import numpy as np


def roc_auc(y, score):
    P = int(y.sum())
    N = len(y) - P
    if P == 0 or N == 0:
        return np.nan
    _, group, count = np.unique(score, return_inverse=True, return_counts=True)
    last = np.cumsum(count)  # ranks from 1: a group's are last - count + 1 .. last
    twice_rank = 2 * last - count + 1
    twice_sum = int(twice_rank[group[y == 1]].sum())
    return (twice_sum - P * (P + 1)) / (2 * P * N)
