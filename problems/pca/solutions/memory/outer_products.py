# Sums outer products, all of them at once.
# caught by: perf-tall, perf-wide
import numpy as np


def pca(X, k):
    n, d = X.shape
    Xc = X - X.mean(axis=0)
    if n * d > 100_000:
        C = (Xc[:, :, None] * Xc[:, None, :]).sum(axis=0)
    else:
        C = Xc.T @ Xc
    values, vectors = np.linalg.eigh(C / (n - 1))
    return vectors[:, ::-1][:, :k].T, values[::-1][:k]
