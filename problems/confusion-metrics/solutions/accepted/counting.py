# One pass in the interpreter with a dictionary.
from collections import Counter

import numpy as np


def classification_report(y, p, labels):
    support, predicted, right = Counter(), Counter(), Counter()
    for start in range(0, len(y), 65536):  # lists of all rows would be large
        ys, ps = y[start:start + 65536].tolist(), p[start:start + 65536].tolist()
        support.update(ys)
        predicted.update(ps)
        right.update([a for a, b in zip(ys, ps) if a == b])
    names = labels.tolist()
    tp = [right[c] for c in names]
    fp = [predicted[c] - right[c] for c in names]
    fn = [support[c] - right[c] for c in names]
    precision = [t / (t + f) if t + f else 0.0 for t, f in zip(tp, fp)]
    recall = [t / (t + f) if t + f else 0.0 for t, f in zip(tp, fn)]
    f1 = [2 * t / (2 * t + a + b) if t + a + b else 0.0 for t, a, b in zip(tp, fp, fn)]
    n = len(y)
    accuracy = sum(tp) / n if n else 0.0
    return {
        "micro_f1": accuracy, "accuracy": accuracy,
        "macro_f1": float(np.mean(f1)) if f1 else 0.0,
        "weighted_f1": float(np.average(f1, weights=np.add(tp, fn))) if n else 0.0,
        "tp": tp, "fp": fp, "fn": fn, "precision": precision, "recall": recall, "f1": f1,
    }
