# Keeps the matrix after every step.
# caught by: perf
import numpy as np


def solve(A, b):
    n = len(b)
    if n == 0:
        return []
    steps = [np.column_stack((A, b))]
    tiny = 1e-12 * np.abs(A).max()
    for j in range(n):
        M = steps[-1].copy()
        p = j + np.argmax(np.abs(M[j:, j]))
        if abs(M[p, j]) <= tiny:
            return []
        M[[j, p]] = M[[p, j]]
        M[j + 1:, j:] -= np.outer(M[j + 1:, j] / M[j, j], M[j, j:])
        steps.append(M)
    x = np.zeros(n)
    for i in reversed(range(n)):
        x[i] = (M[i, n] - M[i, i + 1:n] @ x[i + 1:]) / M[i, i]
    return x
