# argpartition raises when k is not smaller than n.
# caught by: edge, sample
import numpy as np


def knn_predict(X_train, y_train, X_test, k):
    out = []
    for q in X_test:
        dist = ((X_train - q) ** 2).sum(axis=1)
        kth = dist[np.argpartition(dist, k - 1)[k - 1]]
        inside = np.flatnonzero(dist < kth)
        boundary = np.flatnonzero(dist == kth)[:k - len(inside)]
        labels, votes = np.unique(y_train[np.concatenate((inside, boundary))], return_counts=True)
        out.append(labels[votes.argmax()])
    return out
