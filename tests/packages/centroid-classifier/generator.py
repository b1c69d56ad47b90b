import numpy as np


def validate(calls):
    k, d = calls[0][1]["k"], calls[0][1]["d"]
    assert 1 <= k <= 20 and 1 <= d <= 20, "k and d must lie between 1 and 20"
    assert len(calls) <= 2000, "too many calls"
    for method, args in calls[1:]:
        if method == "fit":
            assert all(0 <= label < k for label in args["y"]), "labels must lie between 0 and k - 1"
        if "X" in args:
            assert np.isfinite(args["X"]).all(), "X must be finite"


def generate(rng, group, index):
    k, d, rounds, rows = (6, 4, 950, 20) if group == "perf" else (3 + index, 2 + index, 4, 12)
    centers = rng.normal(0, 3, (k, d))
    calls = [("__init__", {"k": k, "d": d})]
    for i in range(rounds):
        y = rng.randint(0, k - (i == 0), rows)
        calls.append(("fit", {"X": centers[y] + rng.normal(0, 1, (rows, d)), "y": y}))
        calls.append(("predict", {"X": rng.normal(0, 3, (3, d))}))
        if group != "perf" or i % 100 == 0:
            calls += [("centroids", {}), ("summary", {})]
    return calls
