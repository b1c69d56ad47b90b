# Squares the condition: A'A x = A'b.
# caught by: numeric
import numpy as np


def solve(A, b):
    n = len(b)
    if n == 0 or not A.any():
        return []
    A = A / (scale := np.abs(A).max())
    U = A.copy()
    for j in range(n):
        p = j + np.argmax(np.abs(U[j:, j]))
        if abs(U[p, j]) <= 1e-12:
            return []
        U[[j, p]] = U[[p, j]]
        U[j + 1:, j:] -= np.outer(U[j + 1:, j] / U[j, j], U[j, j:])
    return np.linalg.solve(A.T @ A, A.T @ b) / scale
