# One query at a time: partition by distance, then take the rows at the boundary in order of their index.
import numpy as np


def knn_predict(X_train, y_train, X_test, k):
    n = len(y_train)
    if n == 0:
        return np.full(len(X_test), -1)
    k = min(k, n)
    out = np.empty(len(X_test), dtype=np.int64)
    for i, q in enumerate(X_test):
        diff = X_train - q
        dist = np.einsum("ij,ij->i", diff, diff)
        kth = np.partition(dist, k - 1)[k - 1]
        inside = np.flatnonzero(dist < kth)
        boundary = np.flatnonzero(dist == kth)[:k - len(inside)]
        labels, votes = np.unique(y_train[np.concatenate((inside, boundary))], return_counts=True)
        out[i] = labels[votes.argmax()]
    return out
