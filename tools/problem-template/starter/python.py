# Python with NumPy.  Without this file `mljudge start` would write one from the signature.
#
# x: float64 array of shape (n,)
# Return n floats: an array of shape (n,) or a list.
import numpy as np


def nearest_gap(x):
    return np.zeros(len(x))
