"""Tests of roc-auc.  The numerator is a whole number of halves below 2^53 and so exact: no test needs a margin."""
import numpy as np


def validate(args):
    y, score = np.asarray(args["y"], dtype=np.int64), np.asarray(args["score"], dtype=np.float64)
    assert y.ndim == score.ndim == 1 and len(y) == len(score), "y and score differ in n"
    assert len(y) <= 500_000, "n is too large"
    assert np.isin(y, (0, 1)).all(), "a y that is neither 0 nor 1"
    assert not np.isnan(score).any(), "a score is NaN"


def make(rng, y, score):
    """Rows in random order: answers that depend on it are wrong."""
    order = rng.permutation(len(y))
    return {"y": np.asarray(y, dtype=np.int64)[order], "score": np.asarray(score, dtype=np.float64)[order]}


def levels(rng, n, n_levels, positive=0.4, signal=0.3):
    """Few distinct scores; positives a little higher."""
    y = rng.random_sample(n) < positive
    y[:2] = [True, False]
    score = np.floor((rng.random_sample(n) * (1 - signal) + signal * y) * n_levels) / n_levels
    return make(rng, y, score)


def infinities(rng):
    y = rng.randint(0, 2, 60)
    y[:2] = [0, 1]
    score = rng.choice([-np.inf, -1.0, 0.0, 2.5, np.inf], 60)
    return make(rng, y, score)


def many_pairs(rng):
    """P = N = 250,000: more pairs than 32 bits can count; the positives nearly always win."""
    n = 250_000
    return make(rng, np.repeat([1, 0], n), np.concatenate((rng.normal(3, 1, n), rng.normal(0, 1, n))).round(3))


def last_bit(rng):
    """Scores around 0.7 that differ by one unit in the last place: in single precision all are equal."""
    y = rng.randint(0, 2, 4000)
    y[:2] = [0, 1]
    return make(rng, y, 0.7 + 2.0 ** -53 * 2 * (rng.randint(0, 40, 4000) + 12 * y))


def perf(rng, n=500_000):
    y = rng.random_sample(n) < 0.5
    return make(rng, y, np.floor((rng.random_sample(n) * 0.9 + 0.1 * y) * 100_000) / 100_000)


GENERATORS = {
    "edge": [infinities],
    "tie": [lambda rng: levels(rng, 200, 3), lambda rng: levels(rng, 1500, 10, 0.1), lambda rng: levels(rng, 1000, 2, 0.7, 0.1)],
    "numeric": [many_pairs, last_bit],
    "perf": [perf],
}


def scale(rng, n):
    return perf(rng, n)


def generate(rng, group, index):
    return GENERATORS[group][index](rng)
