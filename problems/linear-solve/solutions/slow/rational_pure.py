# lang: pypure
# The oracle: exact rational numbers, rounded once at the end.
# caught by: perf-pure
from fractions import Fraction


def solve(A, b):
    n = len(b)
    M = [[Fraction(a) for a in row] + [Fraction(right)] for row, right in zip(A, b)]
    tiny = max((abs(a) for row in M for a in row[:n]), default=0) / 10**12
    for j in range(n):
        p = max(range(j, n), key=lambda i: abs(M[i][j]))
        M[j], M[p] = M[p], M[j]
        if abs(M[j][j]) <= tiny:
            return []
        for i in range(j + 1, n):
            f = M[i][j] / M[j][j]
            if f:
                for k in range(j + 1, n + 1):
                    M[i][k] -= f * M[j][k]
    x = [Fraction(0)] * n
    for i in reversed(range(n)):
        x[i] = (M[i][n] - sum(M[i][k] * x[k] for k in range(i + 1, n))) / M[i][i]
    return [float(v) for v in x]
