# Python with NumPy.
#
# X_train: float64 array of shape (n, d)      y_train: int64 array of shape (n,)
# X_test:  float64 array of shape (m, d)      k: int
# Return m labels: an integer array of shape (m,) or a list of integers.
import numpy as np


def knn_predict(X_train, y_train, X_test, k):
    predictions = np.full(len(X_test), -1)
    return predictions
