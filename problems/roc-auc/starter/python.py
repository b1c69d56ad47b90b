# Python with NumPy.
#
# y: int64 array of shape (n,), 0 or 1; score: float64 array of shape (n,)
# Return a float.
import numpy as np


def roc_auc(y, score):
    return 0.0
