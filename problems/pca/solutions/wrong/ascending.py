# The smallest ones, as eigh orders them.
# caught by: sample, edge, tie, numeric, perf-tall, perf-wide
import numpy as np


def pca(X, k):
    _, s, Vt = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    return Vt[::-1][:k], s[::-1][:k] ** 2 / (len(X) - 1)
