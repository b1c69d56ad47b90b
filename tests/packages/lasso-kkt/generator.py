import numpy as np


def generate(rng, group, index):
    n, d = 40, 8
    X = rng.standard_normal((n, d))
    w = np.where(rng.rand(d) < 0.5, rng.standard_normal(d) * 2, 0.0)
    return {"X": X, "y": X @ w + 0.1 * rng.standard_normal(n), "lam": 0.05}


def validate(args):
    assert len(args["y"]) >= 1 and args["lam"] > 0
