# Python with NumPy.
#
# y, p:   int64 arrays of shape (n,)
# labels: int64 array of shape (C,), sorted
# Return a dict with the ten names below, or a tuple in this order.
import numpy as np


def classification_report(y, p, labels):
    C = len(labels)
    return {
        "tp": np.zeros(C, dtype=np.int64),
        "fp": np.zeros(C, dtype=np.int64),
        "fn": np.zeros(C, dtype=np.int64),
        "precision": np.zeros(C),
        "recall": np.zeros(C),
        "f1": np.zeros(C),
        "accuracy": 0.0,
        "macro_f1": 0.0,
        "weighted_f1": 0.0,
        "micro_f1": 0.0,
    }
