# Iterates; converges for dominant diagonals only.
# caught by: sample, edge, singular, numeric, perf
import numpy as np


def solve(A, b):
    n = len(b)
    x = np.zeros(n)
    for _ in range(20):
        for i in range(n):
            if A[i, i] == 0:
                return []
            x[i] += (b[i] - A[i] @ x) / A[i, i]
    return x if np.isfinite(x).all() else []
