import numpy as np


def validate(args):
    y, score = np.asarray(args["y"]), np.asarray(args["score"])
    assert len(y) == len(score) <= 10_000, "n differs or is too large"
    assert set(y.tolist()) == {0, 1}, "both classes must be there, and no other"
    assert np.all(np.isfinite(score)), "a score is not finite"


def generate(rng, group, index):
    n = [20, 300, 4000][index]
    y = rng.randint(0, 2, n)
    y[:2] = [0, 1]
    return {"y": y, "score": rng.randint(0, [4, 30, 100000][index], n) / 8.0 + y}
