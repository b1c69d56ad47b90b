# Blocks of queries: |q|^2 - 2qx + |x|^2 on centred data selects candidates with a bound of its rounding
# error, and only the candidates' distances are computed exactly.
import numpy as np


def knn_predict(X_train, y_train, X_test, k):
    n, m = len(y_train), len(X_test)
    if n == 0 or m == 0:
        return np.full(m, -1, dtype=np.int64)
    if X_train.shape[1] == 0:
        X_train, X_test = np.zeros((n, 1)), np.zeros((m, 1))
    k = min(k, n)
    centre = X_train.mean(axis=0)
    X, Q = X_train - centre, X_test - centre
    x_norm = np.einsum("ij,ij->i", X, X)
    q_norm = np.einsum("ij,ij->i", Q, Q)
    # |fl(a) - a| <= 4(d+4)u(|x|+|q|)^2, the rounding of the centring included
    scale = np.abs(X_train).max() + np.abs(X_test).max() + np.abs(centre).max()
    d = X.shape[1]
    unit = 2.0**-53
    out = np.empty(m, dtype=np.int64)
    block = max(1, 1_000_000 // n)
    for start in range(0, m, block):
        stop = min(m, start + block)
        approx = Q[start:stop] @ X.T
        approx *= -2
        approx += x_norm
        kth = np.partition(approx, k - 1, axis=1)[:, k - 1]
        for i in range(start, stop):
            spread = np.sqrt(x_norm.max()) + np.sqrt(q_norm[i])
            error = 8 * (d + 4) * unit * spread * (spread + np.sqrt(d) * scale)
            rows = np.flatnonzero(approx[i - start] <= kth[i - start] + 2 * error)
            diff = X_train[rows] - X_test[i]
            exact = (diff * diff).sum(axis=1)
            near = rows[np.argsort(exact, kind="stable")[:k]]
            labels, votes = np.unique(y_train[near], return_counts=True)
            out[i] = labels[votes.argmax()]
    return out
