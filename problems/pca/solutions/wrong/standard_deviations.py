# Singular values instead of variances.
# caught by: sample, edge, tie, numeric, perf-tall, perf-wide
import numpy as np


def pca(X, k):
    _, s, Vt = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    return Vt[:k], s[:k] / np.sqrt(len(X) - 1)
