"""Tests of weighted-sampling: arguments only, the draws are judged by their distribution."""
import numpy as np


def validate(args):
    w, m, seed = np.asarray(args["weights"], float), args["m"], args["seed"]
    assert w.ndim == 1 and len(w) <= 100_000, "too many weights"
    assert np.all(np.isfinite(w)) and np.all(w >= 0) and np.isfinite(w.sum()), "a weight is negative or not finite"
    assert 0 <= m <= 1_000_000, "m is out of range"
    assert 0 <= seed < 2 ** 31, "seed is out of range"


def make(rng, weights, m):
    return {"weights": np.asarray(weights, float), "m": m, "seed": int(rng.randint(0, 2 ** 31 - 1))}


def zero_ends(rng):
    """The first and the last weights are 0: c[i] <= u picks the first, an index beyond the sum the last."""
    w = np.zeros(64)
    w[20:40] = rng.random_sample(20) + 0.1
    return make(rng, w, 50_000)


def zero_most(rng):
    w = np.zeros(5000)
    w[rng.choice(np.arange(1, 4999), 8, replace=False)] = rng.random_sample(8) + 0.2
    return make(rng, w, 50_000)


def zero_between(rng):
    """Every other weight is 0, and the draws are many: what lies on a boundary is met."""
    w = rng.random_sample(200) + 0.01
    w[::2] = 0
    return make(rng, w, 200_000)


def uniform(rng):
    return make(rng, np.full(2000, 0.25), 200_000)


def nearly_uniform(rng):
    """A tenth each, give or take a few per cent: a uniform sampler is 20 standard deviations off."""
    return make(rng, 1 + 0.2 * rng.permutation(np.linspace(-1, 1, 10)), 200_000)


def wide(rng):
    """24 orders of magnitude, the largest two alike."""
    w = 10.0 ** rng.permutation(np.linspace(-12, 12, 10))
    w[np.argmin(w)] = w.max() / 2
    return make(rng, w, 200_000)


def one_large(rng):
    """One weight of 0.5 near the front, the others 8.49 units of its last place in single precision: prefix sums in
    float32 make 8 of them.  A power of two in front changes no rounding."""
    w = np.full(100_000, 8.49 * 2.0 ** -24)
    w[rng.randint(0, 10)] = 0.5
    return make(rng, w * 2.0 ** rng.randint(-8, 9), 1_000_000)


def perf(rng):
    return make(rng, rng.random_sample(100_000), 1_000_000)


GENERATORS = {
    "zero": [zero_ends, zero_most, zero_between],
    "uniform": [uniform, nearly_uniform],
    "skew": [wide, one_large],
    "perf": [perf],
}


def scale(rng, n):
    return make(rng, rng.random_sample(n), n)


def generate(rng, group, index):
    return GENERATORS[group][index](rng)
