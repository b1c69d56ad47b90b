# Eigenvectors of the smaller of Xc'Xc (d, d) and XcXc' (n, n).
import numpy as np


def pca(X, k):
    n, d = X.shape
    Xc = X - X.mean(axis=0)
    if d <= n:
        values, vectors = np.linalg.eigh(Xc.T @ Xc)  # ascending
        return vectors[:, ::-1][:, :k].T, values[::-1][:k] / (n - 1)
    values, U = np.linalg.eigh(Xc @ Xc.T)
    values, U = values[::-1][:k], U[:, ::-1][:, :k]
    V = Xc.T @ U  # (d, k): lengths are the singular values
    sizes = np.linalg.norm(V, axis=0)
    good = sizes > 1e-6 * max(sizes[0], 1e-300)
    V[:, ~good] = np.random.RandomState(0).standard_normal((d, np.count_nonzero(~good)))
    V[:, good] /= sizes[good]
    Q, R = np.linalg.qr(V)  # orthonormal also where the variance is 0
    return (Q * np.where(np.diag(R) < 0, -1, 1)).T, np.where(good, values, 0) / (n - 1)
