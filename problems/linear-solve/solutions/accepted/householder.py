# QR by Householder reflections: no pivots, and |R[j, j]| tells of singularity as well.
import numpy as np


def solve(A, b):
    n = len(b)
    if n == 0 or not A.any():
        return []
    R, y = np.array(A), np.array(b)
    scale = np.abs(A).max()
    R /= scale
    for j in range(n):
        v = R[j:, j].copy()
        norm = np.sqrt(v @ v)
        if norm <= 1e-12:
            return []
        v[0] += norm if v[0] >= 0 else -norm
        v *= np.sqrt(2 / (v @ v))
        R[j:, j:] -= np.outer(v, v @ R[j:, j:])
        y[j:] -= v * (v @ y[j:])
    x = np.empty(n)
    for i in reversed(range(n)):
        x[i] = (y[i] - R[i, i + 1:] @ x[i + 1:]) / R[i, i]
    return x / scale
