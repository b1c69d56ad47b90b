"""Tests of problem-template.

generate() makes the tests that "generated" in problem.json counts: test number `index` of `group`.  `rng` is a NumPy
RandomState, made from the seed, the problem's name and version, the group and the index; nothing else may be random.
validate() asserts the rules of the statement's section "Input", on every test, hand-written ones as well.
"""
import numpy as np

LARGEST = 10**15  # differences of such whole numbers are exact


def validate(args):
    x = np.asarray(args["x"], dtype=np.float64)
    assert len(x) <= 20_000, "too many numbers"
    assert np.all(x == np.rint(x)) and np.all(np.abs(x) <= LARGEST), "not a whole number of that size"


def draw(rng, n, largest):
    return {"x": rng.randint(-largest, largest + 1, n).astype(np.float64)}


def edge(rng, index):
    """Pairs of large numbers that differ in the last digit."""
    x = draw(rng, 40, LARGEST - 1)["x"]
    return {"x": np.concatenate((x, x + 1))}


def tie(rng, index):
    """Few different numbers."""
    return draw(rng, 60 + 40 * index, 30)


def perf(rng, index):
    """Large enough that only the intended algorithm is in time, and a matrix of all pairs does not fit."""
    return draw(rng, 20_000, LARGEST)


def generate(rng, group, index):
    return {"edge": edge, "tie": tie, "perf": perf}[group](rng, index)
