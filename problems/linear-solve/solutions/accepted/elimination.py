# Partial pivoting; one outer product a column updates everything below and to the right.
import numpy as np


def solve(A, b):
    n = len(b)
    if n == 0:
        return []
    M = np.column_stack((A, b))  # (n, n + 1)
    tiny = 1e-12 * np.abs(A).max()
    for j in range(n):
        p = j + np.argmax(np.abs(M[j:, j]))
        if abs(M[p, j]) <= tiny:
            return []
        M[[j, p]] = M[[p, j]]
        M[j + 1:, j + 1:] -= np.outer(M[j + 1:, j] / M[j, j], M[j, j + 1:])
    x = np.empty(n)
    for i in reversed(range(n)):
        x[i] = (M[i, n] - M[i, i + 1:n] @ x[i + 1:]) / M[i, i]
    return x
