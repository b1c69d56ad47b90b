# The full covariance matrix whatever d is: 3000 x 3000 in the wide group.
# caught by: perf-wide
import numpy as np


def pca(X, k):
    X -= X.mean(axis=0)
    C = X.T @ X
    C /= len(X) - 1
    values, vectors = np.linalg.eigh(C)
    return vectors[:, ::-1][:, :k].T, values[::-1][:k]
