"""Tests of kmeans.  `certify` follows the algorithm: in every assignment the nearest centroid is nearer than any other by
a relative margin, or exactly as near (equal centroids), or all are integers and every distance is exact."""
import numpy as np

MARGIN, PERF_MARGIN = 1e-6, 1e-9
INTEGER_MAX = 2 ** 20


def distances(X, C):
    return np.stack([np.square(X - c).sum(axis=1) for c in C], axis=1)


def are_integers(*arrays):
    """Then sums of squares are exact, and so are ties, in any order of summation."""
    return all((a == np.round(a)).all() and np.abs(a).max(initial=0) <= INTEGER_MAX for a in arrays)


def certified(X, C, max_iter, margin):
    """Is no label a matter of rounding?"""
    C = C.copy()
    labels = None
    for iteration in range(max_iter + 1):
        D = distances(X, C)
        new = D.argmin(axis=1)
        if D.shape[1] > 1 and len(X):
            two = np.partition(D, 1, axis=1)[:, :2]
            exact = np.full(len(X), are_integers(X, C))
            same = (C[:, None] == C[None]).all(axis=2).sum() > len(C)  # equal centroids: equal distances in any order
            if same:
                exact |= two[:, 0] == two[:, 1]
            if not (exact | (two[:, 1] - two[:, 0] >= margin * np.maximum(two[:, 1], 1e-30))).all():
                return False
        if (labels is not None and (new == labels).all()) or iteration == max_iter:
            return True
        labels = new
        for j in range(len(C)):
            if (labels == j).any():
                C[j] = X[labels == j].mean(axis=0)
        if iteration + 1 == max_iter:
            return True
    return True


def validate(args):
    X, C = np.asarray(args["X"], dtype=np.float64), np.asarray(args["C0"], dtype=np.float64)
    k, d = C.shape
    assert 1 <= k <= 64 and 1 <= d <= 16, "k or d out of range"
    X = X.reshape(-1, d)
    assert len(X) <= 50_000 and 0 <= args["max_iter"] <= 100, "n or max_iter out of range"
    assert np.isfinite(X).all() and np.isfinite(C).all(), "not finite"
    if len(X) * k < 500_000:
        assert certified(X, C, args["max_iter"], MARGIN), "a label is a matter of rounding"


def draw(make, margin=MARGIN):
    for _ in range(1000):
        X, C, max_iter = make()
        if certified(X, C, max_iter, margin):
            return {"X": X, "C0": C, "max_iter": max_iter}
    raise AssertionError("no draw has a margin")


def blobs(rng, n, k, d, max_iter, spread=1.0):
    """Overlapping clouds; the start is drawn from the rows."""
    def make():
        X = rng.uniform(-4, 4, (k, d))[rng.randint(0, k, n)] + spread * rng.standard_normal((n, d))
        return X, X[rng.permutation(n)[:k]].copy(), max_iter
    return draw(make)


def empty_clusters(rng):
    """Some centroids are far from everything, two are equal."""
    def make():
        X = rng.standard_normal((40, 2))
        C = np.concatenate((X[:3], [[90, 90], [-80, 70]], X[1:2]))
        return X, C, 8
    return draw(make)


def lattice(rng, n, k, max_iter):
    """Integer rows and centroids: many rows lie exactly between two."""
    def make():
        C = 4 * rng.permutation(np.array([[i, j] for i in range(4) for j in range(4)]))[:k].astype(float)
        return rng.randint(-2, 15, (n, 2)).astype(float), C, max_iter
    return draw(make)


def clouds(rng, n, k, d, max_iter):
    X = rng.uniform(-3, 3, (k, d))[rng.randint(0, k, n)] + 2 * rng.standard_normal((n, d))
    return X, X[:k].copy(), max_iter


def perf(rng):
    def make():
        return clouds(rng, 50_000, 64, 16, 20)
    for _ in range(3):
        X, C, max_iter = make()
        if certified(X[:2000], C, 3, PERF_MARGIN):
            return {"X": X, "C0": C, "max_iter": max_iter}
    raise AssertionError("no draw has a margin")


GENERATORS = {
    "edge": [empty_clusters],
    "tie": [lambda rng: lattice(rng, 60, 6, 1), lambda rng: lattice(rng, 25, 4, 2)],
    "converge": [lambda rng: blobs(rng, 200, 4, 2, 100), lambda rng: blobs(rng, 300, 8, 3, 5),
                 lambda rng: blobs(rng, 120, 3, 1, 50), lambda rng: blobs(rng, 400, 5, 8, 100, 2.0)],
    "perf": [perf],
}


def scale(rng, n):
    X, C, max_iter = clouds(rng, n, 16, 8, 5)
    return {"X": X, "C0": C, "max_iter": max_iter}


def generate(rng, group, index):
    return GENERATORS[group][index](rng)
