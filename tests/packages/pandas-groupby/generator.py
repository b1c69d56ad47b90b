import numpy as np

SHOPS = ["", "a", "A", "b b", "\u00e9", "nan", "NA", "None"]


def validate(args):
    sales = args["sales"]
    assert len(sales["shop"]) <= 5000, "too many rows"
    assert all(n is None or abs(n) <= 10**15 for n in sales["n"]), "n out of range"
    assert np.all(np.isnan(sales["price"]) | (sales["price"] >= 0) & (sales["price"] <= 1000)), "a price out of range"


def some(rng, values, p_null):
    return [None if rng.rand() < p_null else value for value in values]


def generate(rng, group, index):
    n_rows, n_shops, n_kinds = (80, 6, 3) if group == "tie" else (5000, 8, 60)
    p_null = 0 if group == "tie" else 0.2
    kinds = ["k%d" % i for i in rng.permutation(n_kinds)]
    kind = [kinds[i % n_kinds] for i in range(n_rows)] if group == "tie" else [kinds[i] for i in rng.randint(0, n_kinds, n_rows)]
    return {"sales": {
        "shop": [SHOPS[i] for i in (np.arange(n_rows) // 14 % n_shops if group == "tie" else rng.randint(0, n_shops, n_rows))],
        "kind": some(rng, kind, p_null), "price": some(rng, (rng.randint(0, 4001, n_rows) / 4).tolist(), p_null),
        "n": some(rng, [int(n) for n in rng.randint(-10**15, 10**15, n_rows)] if group == "many" else [1] * n_rows, p_null),
        "ok": [True] * n_rows if group == "tie" else (rng.rand(n_rows) < 0.8).tolist()}, "least": 1}
