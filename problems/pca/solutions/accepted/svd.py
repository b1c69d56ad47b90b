# The singular values of the centred matrix, s, give the variances s^2 / (n - 1); its right singular vectors are the
# components, orthonormal even where the variance is 0.
import numpy as np


def pca(X, k):
    _, s, Vt = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    return Vt[:k], s[:k] ** 2 / (len(X) - 1)
