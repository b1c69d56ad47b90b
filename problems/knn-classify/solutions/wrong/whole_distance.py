# The distance is cut to a whole number before it is compared.
# caught by: tie, numeric, perf-L
import numpy as np


def knn_predict(X_train, y_train, X_test, k):
    if len(y_train) == 0:
        return np.full(len(X_test), -1)
    out = []
    for q in X_test:
        dist = np.sqrt(((X_train - q) ** 2).sum(axis=1)).astype(int)
        near = np.argsort(dist, kind="stable")[:k]
        labels, votes = np.unique(y_train[near], return_counts=True)
        out.append(labels[votes.argmax()])
    return out
