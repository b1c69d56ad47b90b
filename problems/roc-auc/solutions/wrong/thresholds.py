# A curve of a hundred thresholds.
# caught by: edge, numeric, perf
import numpy as np


def roc_auc(y, score):
    P, N = int((y == 1).sum()), int((y == 0).sum())
    if not P or not N:
        return np.nan
    tpr, fpr = [0.0], [0.0]
    for t in np.linspace(1, 0, 100):
        tpr.append(np.count_nonzero(score[y == 1] > t) / P)
        fpr.append(np.count_nonzero(score[y == 0] > t) / N)
    return float(np.trapz(tpr + [1.0], fpr + [1.0]))
