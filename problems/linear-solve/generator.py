"""Tests of linear-solve.  `validate` certifies that no test lies between singular and regular: its smallest pivot,
relative to the largest element, is below 1e-14 or above 1e-10."""
import numpy as np

SINGULAR, REGULAR = 1e-14, 1e-10


def smallest_pivot(A):
    """The smallest pivot of elimination with partial pivoting, relative to max |A|; 0 for a matrix of zeros."""
    M = np.array(A, dtype=np.longdouble)
    n = len(M)
    largest = np.abs(M).max() if n else 1
    if n == 0 or largest == 0:
        return 1.0 if n == 0 else 0.0
    M /= largest
    smallest = 1.0
    for j in range(n):
        p = j + int(np.argmax(np.abs(M[j:, j])))
        pivot = float(abs(M[p, j]))
        smallest = min(smallest, pivot)
        if pivot <= 1e-13:
            break
        M[[j, p]] = M[[p, j]]
        M[j + 1:, j:] -= np.outer(M[j + 1:, j] / M[j, j], M[j, j:])
    return smallest


def validate(args):
    A, b = np.asarray(args["A"], dtype=np.float64), np.asarray(args["b"], dtype=np.float64)
    n = b.size
    assert n <= 800, "n is too large"
    assert A.size == n * n, "A is not n x n"
    assert np.isfinite(A).all() and np.isfinite(b).all(), "not finite"
    if 0 < n <= 200:
        ratio = smallest_pivot(A.reshape(n, n))
        assert ratio <= SINGULAR or ratio >= REGULAR, "neither singular nor regular: %g" % ratio


def certified(make, singular):
    """Draws until the certificate holds."""
    for _ in range(1000):
        A, b = make()
        ratio = smallest_pivot(A)
        if ratio <= SINGULAR if singular else ratio >= REGULAR:
            return {"A": np.array(A, dtype=np.float64), "b": np.array(b, dtype=np.float64)}
    raise AssertionError("no draw has a margin")


def rank_deficient(rng, n, rank):
    """Small integers, so that elimination meets an exact or nearly exact zero; no two rows are proportional."""
    def make():
        A = rng.randint(-4, 5, (n, rank)) @ rng.randint(-4, 5, (rank, n))
        return A, rng.randint(-9, 10, n)
    return certified(make, True)


def consistent(rng, n):
    """Singular, and yet b lies in the range of A: there are solutions, but the result is to be empty."""
    def make():
        A = rng.randint(-4, 5, (n, n - 1)) @ rng.randint(-4, 5, (n - 1, n))
        return A, A @ rng.randint(-3, 4, n)
    return certified(make, True)


def small_determinant(rng, n):
    """Regular and well conditioned, with a determinant of 1e-60: only the pivots count."""
    return certified(lambda: ((rng.standard_normal((n, n)) + 4 * np.eye(n)) * 1e-5, rng.standard_normal(n)), False)


def small_and_permuted(rng, n):
    """Regular; every diagonal element is zero."""
    def make():
        A = np.roll(np.eye(n) * 3 + 0.1 * rng.standard_normal((n, n)), 1, axis=0)
        np.fill_diagonal(A, 0)
        return A, rng.standard_normal(n)
    return certified(make, False)


def tiny_diagonal(rng, n):
    """Elimination without exchanges divides by 1e-12 again and again."""
    def make():
        A = rng.standard_normal((n, n))
        np.fill_diagonal(A, 1e-12 * (1 + rng.random_sample(n)))
        return A, rng.standard_normal(n)
    return certified(make, False)


def negative_pivots(rng, n):
    """The large elements of each column are negative, its largest positive one is 1e-13 of them."""
    def make():
        A = -1 - rng.random_sample((n, n))
        A[0] = 1e-13 * (1 + rng.random_sample(n))
        A[np.arange(1, n), np.arange(1, n)] -= 5
        A[0, 0] += 1e-14
        return A[rng.permutation(n)], rng.standard_normal(n)
    for _ in range(50):
        A, b = make()
        A[np.argmax(A.max(axis=1)), rng.randint(n)] -= 3
        if smallest_pivot(A) >= REGULAR:
            return {"A": A, "b": b}
    raise AssertionError("no draw has a margin")


def hilbert(rng, n):
    """1/(i+j+1) has condition 1.5e10 at n = 8 (Hilbert, 1894).  The right hand side belongs to a small solution: multiplying
    it by an inverse, whose elements reach 4e9, cancels nine digits."""
    A = 1.0 / (np.arange(n)[:, None] + np.arange(n) + 1)
    return certified(lambda: (A, A @ rng.randint(1, 10, n)), False)


def row_scales(rng, n):
    """Well conditioned, rows scaled by 1e-3 to 1e3."""
    def make():
        A = rng.standard_normal((n, n)) + 3 * np.eye(n)
        scale = 10.0 ** rng.uniform(-3, 3, n)
        return A[rng.permutation(n)] * scale[:, None], rng.standard_normal(n) * scale
    return certified(make, False)


def perf(rng, n):
    return {"A": rng.standard_normal((n, n)), "b": rng.standard_normal(n)}


GENERATORS = {
    "singular": [
        lambda rng: rank_deficient(rng, 9, 8),
        lambda rng: rank_deficient(rng, 12, 7),
        lambda rng: consistent(rng, 8),
        lambda rng: small_determinant(rng, 12),
    ],
    "numeric": [
        lambda rng: tiny_diagonal(rng, 20),
        lambda rng: negative_pivots(rng, 14),
        lambda rng: hilbert(rng, 8),
        lambda rng: row_scales(rng, 24),
    ],
    "perf": [lambda rng: perf(rng, 800)],
    "perf-pure": [lambda rng: perf(rng, 200)],
}


def scale(rng, n):
    return perf(rng, n)


def generate(rng, group, index):
    return GENERATORS[group][index](rng)
