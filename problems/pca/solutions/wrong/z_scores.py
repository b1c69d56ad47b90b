# Standardises the columns first.
# caught by: sample, edge, tie, numeric, perf-tall, perf-wide
import numpy as np


def pca(X, k):
    Xc = X - X.mean(axis=0)
    spread = Xc.std(axis=0)
    Xc /= np.where(spread > 0, spread, 1)
    _, s, Vt = np.linalg.svd(Xc, full_matrices=False)
    return Vt[:k], s[:k] ** 2 / (len(X) - 1)
