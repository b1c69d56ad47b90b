# One-hot columns in float64, all of them kept.
# caught by: perf
import numpy as np


def classification_report(y, p, labels):
    n, C = len(y), len(labels)
    is_true = [(y == c).astype(float) for c in labels]
    is_guess = [(p == c).astype(float) for c in labels]
    tp = [int(a @ b) for a, b in zip(is_true, is_guess)]
    support = [int(a.sum()) for a in is_true]
    predicted = [int(b.sum()) for b in is_guess]
    f1 = [2 * t / (s + g) if s + g else 0.0 for t, s, g in zip(tp, support, predicted)]
    accuracy = sum(tp) / n if n else 0.0
    return {
        "tp": tp, "fp": [g - t for t, g in zip(tp, predicted)], "fn": [s - t for t, s in zip(tp, support)],
        "precision": [t / g if g else 0.0 for t, g in zip(tp, predicted)],
        "recall": [t / s if s else 0.0 for t, s in zip(tp, support)],
        "f1": f1, "accuracy": accuracy, "micro_f1": accuracy,
        "macro_f1": sum(f1) / C if C else 0.0,
        "weighted_f1": sum(f * s for f, s in zip(f1, support)) / n if n else 0.0,
    }
