# The threshold is relative to the largest element of the pivot's row.
# caught by: singular
import numpy as np


def solve(A, b):
    n = len(b)
    if n == 0:
        return []
    M = np.column_stack([A, b])
    size = np.abs(A).max(axis=1)
    for j in range(n):
        p = j + np.abs(M[j:, j]).argmax()
        if abs(M[p, j]) <= 1e-12 * size[p]:
            return []
        if p != j:
            M[[p, j]] = M[[j, p]]
            size[[p, j]] = size[[j, p]]
        f = M[j + 1:, j] / M[j, j]
        M[j + 1:, j + 1:] -= f[:, None] * M[j, j + 1:]
    x = np.zeros(n)
    for j in range(n - 1, -1, -1):
        x[j] = (M[j, n] - M[j, j + 1:n] @ x[j + 1:]) / M[j, j]
    return x
