"""Tests of pca.  No answer is discrete and none is compared with a stored vector: no test needs a margin."""
import numpy as np


def validate(args):
    X, k = np.asarray(args["X"], dtype=np.float64), args["k"]
    assert X.ndim == 2, "X has no rows"
    n, d = X.shape
    assert 2 <= n <= 20_000 and 1 <= d <= 3_000 and n * d <= 2_000_000, "n or d out of range"
    assert 1 <= k <= min(n - 1, d), "k out of range"
    assert np.isfinite(X).all(), "not finite"


def orthogonal(rng, d):
    return np.linalg.qr(rng.standard_normal((d, d)))[0]


def gaussian(rng, n, d, spread, k):
    """Rows with standard deviations `spread` along random axes."""
    spread = np.asarray(spread, dtype=np.float64)
    return {"X": rng.standard_normal((n, len(spread))) * spread @ orthogonal(rng, d)[:len(spread)], "k": k}


def equal_rows(rng):
    """Three different rows, each many times: two variances, the third is 0."""
    X = rng.randint(-5, 6, (3, 6)).astype(float) + np.eye(3, 6) * 20
    return {"X": X[rng.randint(0, 3, 40)], "k": 3}


def constant_columns(rng):
    X = rng.standard_normal((30, 5)) * [3, 0, 2, 0, 1]
    return {"X": X + [0, 7, 0, -1e5, 0], "k": 4}


def cross(rng, axes, k):
    """+-e_i for each axis: all variances are equal."""
    X = np.concatenate((np.eye(axes), -np.eye(axes)))
    return {"X": X[rng.permutation(2 * axes)], "k": k}


def two_planes(rng):
    """Two pairs of equal variances in rotated axes."""
    X = np.concatenate((np.eye(4), -np.eye(4))) * [3, 3, 1, 1]
    return {"X": X @ orthogonal(rng, 4), "k": 3}


def offset(rng):
    args = gaussian(rng, 400, 6, [3, 2.5, 2, 1.5, 1, .5], 4)
    args["X"] = args["X"] + 1e6 * rng.uniform(1, 2, 6)
    return args


def scaled(rng):
    X = rng.standard_normal((300, 5)) * 10.0 ** np.array([4, 2, 0, -2, -4])
    X[:, 1] += X[:, 0] / 300
    return {"X": X[:, rng.permutation(5)], "k": 3}


def close_variances(rng):
    """Neighbours 1 % apart: some steps of a power iteration do not tell them apart."""
    return gaussian(rng, 500, 12, 1.005 ** -np.arange(12), 5)


def correlated(rng):
    X = rng.standard_normal((200, 1)) * np.ones(8) + 0.01 * rng.standard_normal((200, 8))
    return {"X": X + rng.uniform(-50, 50, 8), "k": 2}


GENERATORS = {
    "edge": [equal_rows, constant_columns],
    "tie": [lambda rng: cross(rng, 5, 2), two_planes],
    "numeric": [offset, scaled, close_variances, correlated],
    "perf-tall": [lambda rng: gaussian(rng, 20_000, 100, 10 / (1 + np.arange(100)), 5)],
    "perf-wide": [lambda rng: {"X": rng.standard_normal((150, 60)) * (10 / (1 + np.arange(60)))
                               @ rng.standard_normal((60, 3_000)) + rng.uniform(-9, 9, 3_000), "k": 5}],
}


def scale(rng, n):
    return gaussian(rng, n, 50, 10 / (1 + np.arange(50)), 5)


def generate(rng, group, index):
    return GENERATORS[group][index](rng)
