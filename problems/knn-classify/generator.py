"""Tests of knn-classify.

A test is either *integer-valued*, and then every squared distance is below 2^53 and exact in binary64 in
any order of summation (ties are real ties), or it has a *margin*: for every query the k-th and the
(k+1)-th smallest squared distance differ by 1e-9 of the larger at least, so rounding decides nothing.
"""
import numpy as np

MARGIN_RANDOM = 1e-6
MARGIN_PERF = 1e-9
MAX_REDRAWS = 1000


def boundary_margins(X, Q, k):
    """Per query: (d[k+1] - d[k]) / d[k+1] of the sorted squared distances; inf where k >= n."""
    n, d = X.shape
    m = Q.shape[0]
    if k >= n:
        return np.full(m, np.inf)
    columns = np.ascontiguousarray(X.T)
    margins = np.empty(m)
    chunk = max(1, 200_000 // n)
    for start in range(0, m, chunk):
        q = Q[start:start + chunk]
        dist = np.zeros((q.shape[0], n))
        work = np.empty_like(dist)
        for j in range(d):
            np.subtract(q[:, j, None], columns[j], out=work)
            np.multiply(work, work, out=work)
            dist += work
        dist.partition((k - 1, k), axis=1)
        inside, outside = dist[:, k - 1], dist[:, k]
        with np.errstate(invalid="ignore"):
            gap = (outside - inside) / outside
        margins[start:start + chunk] = np.where(outside > 0, gap, 0.0)
    return margins


def is_integer_valued(args):
    X, Q = np.asarray(args["X_train"]), np.asarray(args["X_test"])
    return bool(np.all(X == np.rint(X)) and np.all(Q == np.rint(Q)))


def validate(args):
    X, y = np.asarray(args["X_train"], float), np.asarray(args["y_train"])
    Q, k = np.asarray(args["X_test"], float), int(args["k"])
    if X.ndim == 2 and Q.ndim == 2 and X.size and Q.size:
        assert X.shape[1] == Q.shape[1], "X_train and X_test differ in d"
    assert len(X) == len(y), "X_train and y_train differ in n"
    assert len(X) <= 20_000 and len(Q) <= 2_000, "too large"
    assert 1 <= k <= 10**9, "k out of range"
    for name, a in (("X_train", X), ("X_test", Q)):
        assert np.all(np.isfinite(a)) and np.all(np.abs(a) <= 1e9), name + " out of range"
    if not X.size or not Q.size:
        return
    assert X.shape[1] <= 32, "d out of range"
    if is_integer_valued(args):
        both = np.vstack((X, Q))
        span = both.max(axis=0) - both.min(axis=0)
        assert np.dot(span, span) < 2.0**53, "a squared distance may be inexact"
    else:
        assert boundary_margins(X, Q, k).min() >= MARGIN_PERF, "a neighbour is decided by rounding"


def make(X, y, Q, k):
    return {"X_train": np.ascontiguousarray(X, dtype=np.float64), "y_train": np.asarray(y, dtype=np.int64),
            "X_test": np.ascontiguousarray(Q, dtype=np.float64), "k": int(k)}


# --- tie: small integers; many rows at exactly the same distance, many equal votes -------------------

def tie_grid(rng):
    """A shuffled grid with queries on its points and in the middle of its cells."""
    side = 16
    points = 2 * np.array([(a, b) for a in range(side) for b in range(side)])
    points = points[rng.permutation(len(points))]
    labels = rng.randint(0, 4, len(points))
    queries = rng.randint(0, 2 * side - 1, (80, 2))
    return make(points, labels, queries, 5 + rng.randint(0, 3))


def tie_duplicates(rng):
    """Every point stands in the file some twenty times with different labels: only the row index decides."""
    places = rng.randint(-20, 21, (25, 3))
    rows = rng.randint(0, len(places), 500)
    labels = rng.randint(0, 3, 500)
    queries = np.vstack((places, places + rng.randint(-2, 3, places.shape)))
    return make(places[rows], labels, queries, 7)


def tie_votes(rng):
    """k is even, two labels, well separated rings: the vote is often even."""
    n = 600
    X = rng.randint(-60, 61, (n, 2))
    labels = np.where(rng.randint(0, 2, n) == 0, 9, -4)
    return make(X, labels, rng.randint(-60, 61, (120, 2)), 4)


def tie_hypercube(rng):
    """0/1 coordinates in ten dimensions: eleven different distances for six hundred rows."""
    n = 600
    return make(rng.randint(0, 2, (n, 10)), rng.randint(0, 5, n), rng.randint(0, 2, (40, 10)), 25)


def tie_one_distance(rng):
    """All rows at the same distance of the origin: the answer is the vote of the first k rows."""
    n, d = 400, 6
    X = np.zeros((n, d))
    axis = rng.randint(0, d, n)
    X[np.arange(n), axis] = np.where(rng.randint(0, 2, n) == 0, 13, -13)
    labels = rng.randint(0, 3, n)
    labels[:40] = rng.randint(0, 2, 40)
    return make(X, labels, np.zeros((3, d)), 18)


# --- numeric: no tie of any kind, but short of digits ------------------------------------------------

def keep_strict(X, labels, Q, k, m):
    """m of the queries whose boundary is no tie; two labels and odd k: no even vote either."""
    assert k % 2 == 1 and len(np.unique(labels)) <= 2
    strict = np.flatnonzero(boundary_margins(np.asarray(X, float), np.asarray(Q, float), k) > 0)
    assert len(strict) >= m
    return make(X, labels, Q[strict[:m]], k)


def numeric_offset(rng):
    """Coordinates 1e8 + {0..49}: |q|^2 - 2qx + |x|^2 and float32 lose every digit that matters."""
    n, d = 500, 8
    X = 100_000_000 + rng.randint(0, 50, (n, d))
    Q = 100_000_000 + rng.randint(0, 50, (1000, d))
    return keep_strict(X, rng.randint(0, 2, n), Q, 1, 300)


def numeric_root(rng):
    """Squared distances just below 2^53 that differ by 1 or 2: their square roots are the same double."""
    n, m = 300, 80
    far = rng.randint(94_000_000, 94_900_000)
    near_X, near_Q = rng.randint(-6, 7, (n, 3)), rng.randint(-6, 7, (3000, 3))
    squares = far**2 + ((near_Q[:, None, :] - near_X) ** 2).sum(axis=2)
    nearest = np.sort(squares, axis=1)[:, :2]
    collapse = (nearest[:, 0] < nearest[:, 1]) & (np.sqrt(nearest[:, 0]) == np.sqrt(nearest[:, 1]))
    chosen = near_Q[np.flatnonzero(collapse)]
    X = np.column_stack((np.full(n, far), near_X))
    Q = np.column_stack((np.zeros(len(chosen)), chosen))
    return keep_strict(X, rng.randint(0, 2, n), Q, 1, m)


def numeric_far_side(rng):
    """The same on the negative side, with larger k."""
    n, d = 600, 3
    X = -100_000_000 - rng.randint(0, 400, (n, d))
    Q = -100_000_000 - rng.randint(0, 400, (600, d))
    return keep_strict(X, rng.randint(0, 2, n), Q, 5, 120)


def numeric_random(rng):
    return random_blobs(rng, 800, 5, 150, 7, MARGIN_RANDOM)


def random_blobs(rng, n, d, m, k, margin):
    """Two overlapping clouds, redrawn until no neighbour is decided by rounding."""
    for _ in range(MAX_REDRAWS):
        side = rng.randint(0, 2, n)
        X = rng.standard_normal((n, d)) + 0.5 * side[:, None]
        Q = rng.standard_normal((m, d)) + 0.25
        if boundary_margins(X, Q, k).min() >= margin:
            return make(X, np.where(side == 1, 11, 3), Q, k)
    raise RuntimeError("no draw with the margin asked for")


# --- edge --------------------------------------------------------------------------------------------

def edge_small(rng):
    """Few rows, k larger than n, labels anywhere in 64 bits."""
    n, d, m = rng.randint(2, 7), rng.randint(1, 4), 12
    labels = np.array([-2**63, -2**40, -1, 0, 5, 2**63 - 1])[rng.randint(0, 6, n)]
    return make(rng.randint(-9, 10, (n, d)), labels, rng.randint(-9, 10, (m, d)), n + rng.randint(1, 9))


def edge_many_labels(rng):
    """Every row has its own label: the vote is always even, the smallest label of the k nearest wins.
    16 rows at most, so that any sorting routine is a stable one here."""
    for _ in range(MAX_REDRAWS):
        labels = np.array([rng.randint(-10**12, 10**12) for _ in range(16)])
        X, Q = rng.randint(-10**5, 10**5, (16, 3)), rng.randint(-10**5, 10**5, (30, 3))
        if len(set(labels)) == 16 and boundary_margins(X.astype(float), Q.astype(float), 4).min() > 0:
            return make(X, labels, Q, 4)
    raise RuntimeError("no draw without a tie")


GENERATORS = {
    "tie": [tie_grid, tie_duplicates, tie_votes, tie_hypercube, tie_one_distance],
    "numeric": [numeric_offset, numeric_root, numeric_far_side, numeric_random],
    "edge": [edge_small, edge_many_labels],
    "perf-M": [lambda rng: random_blobs(rng, 2_000, 16, 200, 15, MARGIN_RANDOM)],
    "perf-L": [lambda rng: random_blobs(rng, 20_000, 16, 2_000, 15, MARGIN_PERF)],
}


def scale(rng, n):
    """Overlapping clouds, as in perf-L."""
    side = rng.randint(0, 2, n)
    X = rng.standard_normal((n, 16)) + 0.5 * side[:, None]
    return make(X, np.where(side == 1, 11, 3), rng.standard_normal((100, 16)) + 0.25, 15)


def generate(rng, group, index):
    return GENERATORS[group][index](rng)
