# Right on small inputs, but holds all differences of all pairs of rows at once: m * n * d numbers.
import numpy as np


def knn_predict(X_train, y_train, X_test, k):
    if len(X_train) == 0:
        return np.full(len(X_test), -1)
    distance = ((X_test[:, None, :] - X_train[None, :, :]) ** 2).sum(axis=2)
    near = np.argsort(distance, axis=1, kind="stable")[:, :k]
    answers = []
    for row in y_train[near]:
        labels, votes = np.unique(row, return_counts=True)
        answers.append(labels[np.argmax(votes)])
    return np.array(answers, dtype=np.int64)
