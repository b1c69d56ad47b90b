# Keeps the distances of every query before it looks at the first.
# caught by: perf-L
import numpy as np


def knn_predict(X_train, y_train, X_test, k):
    if len(y_train) == 0:
        return np.full(len(X_test), -1)
    table = []
    for q in X_test:
        diff = X_train - q
        table.append(np.einsum("ij,ij->i", diff, diff))
    out = []
    for dist in table:
        near = np.argsort(dist, kind="stable")[:k]
        labels, votes = np.unique(y_train[near], return_counts=True)
        out.append(labels[votes.argmax()])
    return out
