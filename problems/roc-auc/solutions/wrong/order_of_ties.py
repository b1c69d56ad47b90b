# Ranks by argsort: ties stand as they come.
# caught by: edge, tie, numeric, perf
import numpy as np


def roc_auc(y, score):
    P = int(y.sum())
    N = len(y) - P
    if P == 0 or N == 0:
        return np.nan
    rank = np.empty(len(y), dtype=np.int64)
    rank[np.argsort(score, kind="stable")] = np.arange(1, len(y) + 1)
    return (int(rank[y == 1].sum()) - P * (P + 1) / 2) / (P * N)
