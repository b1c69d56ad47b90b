import numpy as np


def lasso(X, y, lam):
    n, d = X.shape
    w = np.zeros(d)
    r = y.copy()
    size = (X * X).sum(axis=0) / n
    for _ in range(3000):
        for j in range(d):
            if size[j] == 0:
                continue
            rho = X[:, j] @ r / n + size[j] * w[j]
            new = np.sign(rho) * max(abs(rho) - lam, 0) / size[j]
            r += X[:, j] * (w[j] - new)
            w[j] = new
    return w
