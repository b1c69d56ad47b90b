# Ten steps of the power iteration, deflated.
# caught by: sample, edge, numeric, perf-tall, perf-wide
import numpy as np


def pca(X, k):
    n, d = X.shape
    Xc = X - X.mean(axis=0)
    V, values = np.zeros((k, d)), np.zeros(k)
    for i in range(k):
        v = np.random.RandomState(i).standard_normal(d)
        for _ in range(10):
            v -= V[:i].T @ (V[:i] @ v)
            w = Xc.T @ (Xc @ v)
            w -= V[:i].T @ (V[:i] @ w)
            v = w if np.linalg.norm(w) > 1e-20 * np.linalg.norm(v) else v
            v /= np.linalg.norm(v)
        V[i], values[i] = v, np.square(Xc @ v).sum() / (n - 1)
    return V, values
