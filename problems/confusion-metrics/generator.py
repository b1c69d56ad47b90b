"""Tests of confusion-metrics.  Counts are exact and the ratios of counts well conditioned: no test needs a margin."""
import numpy as np


def validate(args):
    y, p = np.asarray(args["y"], dtype=np.int64), np.asarray(args["p"], dtype=np.int64)
    labels = np.asarray(args["labels"], dtype=np.int64)
    assert y.ndim == p.ndim == labels.ndim == 1
    assert len(y) == len(p), "y and p differ in n"
    assert len(y) <= 1_000_000 and len(labels) <= 2_000, "too large"
    assert np.all(labels[:-1] < labels[1:]), "labels are not sorted and distinct"
    for name, a in (("y", y), ("p", p)):
        assert np.all(np.isin(a, labels)), "a value of %s is no label" % name


def make(y, p, labels):
    return {"y": np.asarray(y, dtype=np.int64), "p": np.asarray(p, dtype=np.int64),
            "labels": np.asarray(labels, dtype=np.int64)}


def predict(rng, truth, choices, accuracy):
    """The truth with probability `accuracy`, else one of the choices."""
    guess = choices[rng.randint(0, len(choices), len(truth))]
    return np.where(rng.random_sample(len(truth)) < accuracy, truth, guess)


def unbalanced(rng, n, n_labels, n_true, n_predicted, accuracy):
    """Labels 0..n_labels-1 of falling frequency.  Only some occur in y, only some are ever predicted."""
    labels = np.arange(n_labels)
    true_ones = rng.permutation(labels)[:n_true]
    predicted_ones = rng.permutation(labels)[:n_predicted]
    weights = 0.6 ** np.arange(n_true)
    y = rng.choice(true_ones, n, p=weights / weights.sum())
    p = predict(rng, y, predicted_ones, accuracy)
    p[~np.isin(p, predicted_ones)] = predicted_ones[0]
    return make(y, p, labels)


def sparse_labels(rng, count, limit):
    labels = np.unique(rng.randint(-limit, limit, 2 * count))
    return np.sort(rng.permutation(labels)[:count])


def edge_sparse(rng):
    """Few labels anywhere in 64 bits, some of them in neither y nor p."""
    labels = sparse_labels(rng, 12, 2**62)
    used = rng.permutation(labels)[:7]
    y = used[rng.randint(0, 7, 200)]
    return make(y, predict(rng, y, used, 0.5), labels)


def edge_all_wrong(rng):
    """No prediction is right: y and p share no label."""
    labels = sparse_labels(rng, 10, 1000)
    return make(labels[rng.randint(0, 5, 80)], labels[rng.randint(5, 10, 80)], labels)


def perf(rng, n=1_000_000, n_labels=2_000):
    """Every label has support and is predicted.  The labels are spread over 64 bits: none is an index."""
    labels = sparse_labels(rng, n_labels, 10**12)
    weights = 1.0 / (50.0 + np.arange(n_labels))
    order = rng.permutation(labels)
    y = np.concatenate((labels, order[rng.choice(n_labels, n - n_labels, p=weights / weights.sum())]))
    p = predict(rng, y, order[:n_labels // 3], 0.7)
    p[:n_labels] = labels
    shuffled = rng.permutation(n)
    return make(y[shuffled], p[shuffled], labels)


GENERATORS = {
    "semantics": [
        lambda rng: unbalanced(rng, 300, 5, 5, 5, 0.6),
        lambda rng: unbalanced(rng, 500, 8, 5, 6, 0.5),
        lambda rng: unbalanced(rng, 1000, 30, 12, 20, 0.7),
        lambda rng: unbalanced(rng, 2000, 3, 2, 3, 0.9),
    ],
    "edge": [edge_sparse, edge_all_wrong],
    "perf": [perf],
}


def scale(rng, n):
    return perf(rng, n, n // 500)


def generate(rng, group, index):
    return GENERATORS[group][index](rng)
