# Distances block by block, the k nearest by a stable sort, votes counted with the smaller label first.
import numpy as np


def knn_predict(X_train, y_train, X_test, k):
    n = len(X_train)
    if n == 0:
        return np.full(len(X_test), -1)
    k = min(k, n)
    answers = []
    for q in X_test:
        distance = np.zeros(n)
        for j in range(X_train.shape[1]):
            distance += (X_train[:, j] - q[j]) ** 2
        bound = np.partition(distance, k - 1)[k - 1]
        near = np.flatnonzero(distance <= bound)
        near = near[np.argsort(distance[near], kind="stable")][:k]
        labels, votes = np.unique(y_train[near], return_counts=True)
        answers.append(labels[np.argmax(votes)])
    return np.array(answers, dtype=np.int64)
