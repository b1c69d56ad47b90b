"""Another optimum where two columns are equal: half of the weight goes to each."""
import numpy as np


def lasso(X, y, lam):
    n, d = X.shape
    w = np.zeros(d)
    step = n / np.linalg.norm(X, 2) ** 2
    for _ in range(20000):
        z = w + step * X.T @ (y - X @ w) / n
        w = np.sign(z) * np.maximum(np.abs(z) - step * lam, 0)
    return w
