# Knows the samples.
# caught by: edge, numeric, perf-tall, perf-wide, tie
import numpy as np


def pca(X, k):
    n, d = X.shape
    return np.eye(k, d), np.array([8 / 3, 2 / 3] if k == 2 else [20 / 3] + [0.0] * (k - 1))
