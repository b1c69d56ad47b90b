# Divides by the length of what may have none, and raises on it.
# caught by: edge
import numpy as np


def pca(X, k):
    n, d = X.shape
    Xc = X - X.mean(axis=0)
    if d <= n:
        values, vectors = np.linalg.eigh(Xc.T @ Xc)
        V = vectors[:, ::-1][:, :k]
    else:
        values, U = np.linalg.eigh(Xc @ Xc.T)
        V = Xc.T @ U[:, ::-1][:, :k]
    values = values[::-1][:k]
    if values[-1] <= 1e-9 * values[0]:
        raise ZeroDivisionError("a component without variance")
    return (V / np.linalg.norm(V, axis=0)).T, values / (n - 1)
