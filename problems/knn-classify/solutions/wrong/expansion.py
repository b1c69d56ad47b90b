# |q|^2 - 2qx + |x|^2 without centring: fast, and without a correct digit far from the origin.
# caught by: numeric
import numpy as np


def knn_predict(X_train, y_train, X_test, k):
    n, m = len(y_train), len(X_test)
    if n == 0:
        return np.full(m, -1)
    k = min(k, n)
    norms = (X_train * X_train).sum(axis=1)
    out = np.empty(m, dtype=np.int64)
    for i, q in enumerate(X_test):
        dist = norms - 2 * (X_train @ q) + q @ q
        kth = np.partition(dist, k - 1)[k - 1]
        inside = np.flatnonzero(dist < kth)
        boundary = np.flatnonzero(dist == kth)[:k - len(inside)]
        labels, votes = np.unique(y_train[np.concatenate((inside, boundary))], return_counts=True)
        out[i] = labels[votes.argmax()]
    return out
