# caught by: sample, edge, made
"""Right but for the last bits of the tolerance: off by 1e-5 in the first coordinate."""
import numpy as np


def lasso(X, y, lam):
    n, d = X.shape
    w = np.zeros(d)
    step = n / np.linalg.norm(X, 2) ** 2
    for _ in range(20000):
        z = w + step * X.T @ (y - X @ w) / n
        w = np.sign(z) * np.maximum(np.abs(z) - step * lam, 0)
    w[0] += 1e-5
    return w
