# lang: pypure
# Rows as lists: exchanging rows is exchanging references.


def solve(A, b):
    n = len(b)
    M = [row + [right] for row, right in zip(A, b)]
    tiny = 1e-12 * max((abs(a) for row in A for a in row), default=0.0)
    for j in range(n):
        p = max(range(j, n), key=lambda i: abs(M[i][j]))
        M[j], M[p] = M[p], M[j]
        pivot = M[j]
        if abs(pivot[j]) <= tiny:
            return []
        tail = pivot[j + 1:]
        for i in range(j + 1, n):
            row = M[i]
            f = row[j] / pivot[j]
            if f:
                row[j + 1:] = [a - f * c for a, c in zip(row[j + 1:], tail)]
    x = [0.0] * n
    for i in reversed(range(n)):
        rest = sum(a * c for a, c in zip(M[i][i + 1:n], x[i + 1:]))
        x[i] = (M[i][n] - rest) / M[i][i]
    return x
