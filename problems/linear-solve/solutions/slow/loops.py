# Elimination in three Python loops over NumPy elements.
# caught by: perf


def solve(A, b):
    n = len(b)
    largest = max((abs(A[i, j]) for i in range(n) for j in range(n)), default=0.0)
    for j in range(n):
        p = max(range(j, n), key=lambda i: abs(A[i, j]))
        if abs(A[p, j]) <= 1e-12 * largest:
            return []
        A[[j, p]] = A[[p, j]]
        b[[j, p]] = b[[p, j]]
        for i in range(j + 1, n):
            f = A[i, j] / A[j, j]
            for k in range(j, n):
                A[i, k] -= f * A[j, k]
            b[i] -= f * b[j]
    x = [0.0] * n
    for i in reversed(range(n)):
        x[i] = float((b[i] - sum(A[i, k] * x[k] for k in range(i + 1, n))) / A[i, i])
    return x
