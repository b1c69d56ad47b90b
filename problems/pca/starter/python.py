# Python with NumPy.
#
# X: float64 array of shape (n, d); it may be overwritten.  k: int
# Return a dict with the names below, or a tuple in this order.
import numpy as np


def pca(X, k):
    n, d = X.shape
    return {
        "components": np.eye(k, d),  # one component a row
        "variance": np.zeros(k),     # largest first
    }
