# Takes columns of V' for components.
# caught by: edge, tie, numeric, perf-tall, perf-wide
import numpy as np


def pca(X, k):
    n, d = X.shape
    _, s, Vt = np.linalg.svd(X - X.mean(axis=0), full_matrices=n >= d)
    return np.resize(Vt[:, :k].T, (k, d)), s[:k] ** 2 / (n - 1)
