"""Tests of cosine-topk.  In `tie` every row is a whole-number vector of length 4 times a power of two, with a power of two as its
greatest element: directions, products and scores are exact in any order, so equal scores are equal for every right program.
Elsewhere the checker accepts near-ties in either order, and no test needs a margin."""
import numpy as np

SHAPES = ([4], [2] * 4, [2, 2, 2] + [1] * 4, [2, 2] + [1] * 8, [2] + [1] * 12, [1] * 16)  # squares add up to 16


def validate(args):
    E, Q, k = np.asarray(args["E"], dtype=np.float64), np.asarray(args["Q"], dtype=np.float64), args["k"]
    assert len(E) <= 100_000 and len(Q) <= 200 and 1 <= k <= 100, "n, m or k out of range"
    for X in (E, Q):
        assert X.size == 0 or X.shape[1] <= 64, "d is too large"
        assert np.isfinite(X).all(), "not finite"
        least, greatest = (f(np.abs(X[X != 0]), initial=1) for f in (np.min, np.max))
        assert 1e-300 <= least and greatest <= 1e300, "an element is too small or too large"


def lattice(rng, n):
    """Rows of 16 elements: a shape at random places, with signs."""
    rows = np.zeros((n, 16))
    for row in rows:
        shape = SHAPES[rng.randint(0, len(SHAPES))]
        row[rng.permutation(16)[:len(shape)]] = shape * rng.choice([-1, 1, 1], len(shape)) * 2.0 ** rng.randint(0, 5)
    return rows


def ties(rng, n, m, k):
    return {"E": lattice(rng, n), "Q": lattice(rng, m), "k": k}


def zeros_and_twins(rng):
    """Every third row is zero, every third one was there before; one query is zero, one points away from everything."""
    E = np.abs(lattice(rng, 90))
    E[::3] = 0
    E[2::3] = E[1::3][::-1] * 2
    Q = np.abs(lattice(rng, 6))
    Q[2] = 0
    Q[4] *= -1
    return {"E": E, "Q": Q, "k": 40}


def mixed(rng):
    E, Q = rng.standard_normal((50, 3)), rng.standard_normal((5, 3))
    E[::7] = 0
    Q[1] = 0
    return {"E": E, "Q": Q, "k": 60}


def scales(rng):
    """Rows and elements of any size that is legal."""
    E, Q = rng.standard_normal((300, 8)), rng.standard_normal((20, 8))
    E *= 10.0 ** rng.uniform(-298, 298, (300, 1))
    Q *= 10.0 ** rng.uniform(-298, 298, (20, 1))
    E[:40] = rng.standard_normal((40, 8)) * 10.0 ** rng.uniform(-290, 290, (40, 8))
    return {"E": E, "Q": Q, "k": 10}


def narrow(rng):
    """All directions within a thousandth of one another."""
    center = rng.standard_normal(24)
    return {"E": center + 1e-3 * rng.standard_normal((400, 24)), "Q": center + 1e-3 * rng.standard_normal((10, 24)), "k": 25}


def perf(rng, n=100_000, m=200):
    """Embeddings around a thousand topics, lengths between 1/2 and 2."""
    d = 64
    topics = rng.standard_normal((1000, d))
    E = topics[rng.randint(0, 1000, n)] + rng.standard_normal((n, d))
    E *= rng.uniform(0.06, 0.25, (n, 1))
    return {"E": E, "Q": topics[rng.randint(0, 1000, m)] + rng.standard_normal((m, d)), "k": 10}


GENERATORS = {
    "edge": [mixed],
    "tie": [lambda rng: ties(rng, 60, 8, 10), lambda rng: ties(rng, 500, 12, 25), zeros_and_twins],
    "numeric": [scales, narrow],
    "perf": [perf],
}


def scale(rng, n):
    return perf(rng, n, 20)


def generate(rng, group, index):
    return GENERATORS[group][index](rng)
