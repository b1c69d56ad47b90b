# Compares by a difference, which overflows.
# caught by: edge
import numpy as np


def inversions(x):
    with np.errstate(all="ignore"):
        return int(sum(np.count_nonzero(x[:i] - x[i] > 0) for i in range(len(x))))
