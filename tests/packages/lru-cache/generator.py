def validate(calls):
    assert calls[0][0] == "__init__" and calls[0][1]["capacity"] >= 1, "capacity must be at least 1"
    assert len(calls) <= 50_000, "too many calls"


def generate(rng, group, index):
    n, keys, capacity = (300, 12, [1, 4, 11][index]) if group == "random" else (45_000, 12_000, 8000)
    calls = [("__init__", {"capacity": capacity}), ("oldest", {})]
    for what, key in zip(rng.randint(0, 10, n).tolist(), rng.randint(0, keys, n).tolist()):
        if what < 4:
            calls.append(("put", {"key": "k%d" % key, "value": rng.randint(-9, 10, key % 4) / 2.0}))
        elif what < 8:
            calls.append(("get", {"key": "k%d" % key}))
        else:
            calls.append(("size" if what == 8 else "oldest", {}))
    return calls
