# macro_f1 is the F1 of the averaged precision and recall, not the average of the F1s.
# caught by: sample, semantics, edge, perf
import numpy as np


def ratio(a, b):
    return np.divide(a, b, out=np.zeros(len(a)), where=b != 0)


def classification_report(y, p, labels):
    n, C = len(y), len(labels)
    yi, pi = np.searchsorted(labels, y), np.searchsorted(labels, p)
    tp = np.bincount(yi[yi == pi], minlength=C)
    support = np.bincount(yi, minlength=C)
    predicted = np.bincount(pi, minlength=C)
    f1 = ratio(2.0 * tp, support + predicted)
    accuracy = tp.sum() / n if n else 0.0
    P = ratio(tp, predicted).mean() if C else 0.0
    R = ratio(tp, support).mean() if C else 0.0
    return {
        "tp": tp, "fp": predicted - tp, "fn": support - tp,
        "precision": ratio(tp, predicted), "recall": ratio(tp, support), "f1": f1,
        "accuracy": accuracy,
        "macro_f1": 2 * P * R / (P + R) if P + R else 0.0,
        "weighted_f1": f1 @ support / n if n else 0.0,
        "micro_f1": accuracy,
    }
