# caught by: sample, edge, made
import numpy as np


def lasso(X, y, lam):
    return np.full(X.shape[1], np.nan)
