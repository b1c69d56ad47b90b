# k + 1 neighbours (a slice that includes its end).
# caught by: sample, tie, numeric, edge, perf-L
import numpy as np


def knn_predict(X_train, y_train, X_test, k):
    if len(y_train) == 0:
        return np.full(len(X_test), -1)
    out = []
    for q in X_test:
        dist = ((X_train - q) ** 2).sum(axis=1)
        near = np.argsort(dist, kind="stable")[:k + 1]
        labels, votes = np.unique(y_train[near], return_counts=True)
        out.append(labels[votes.argmax()])
    return out
