# Labels as doubles.
# caught by: edge
import numpy as np


def ratio(a, b):
    return np.divide(a, b, out=np.zeros(np.shape(a), float), where=np.asarray(b) != 0)


def classification_report(y, p, labels):
    y, p, labels = y.astype(float), p.astype(float), labels.astype(float)
    C, n = len(labels), len(y)
    order = np.searchsorted(labels, y)
    pred = np.searchsorted(labels, p)
    hit = order == pred
    tp = np.bincount(order[hit], minlength=C)
    support = np.bincount(order, minlength=C)
    predicted = np.bincount(pred, minlength=C)
    fp, fn = predicted - tp, support - tp
    f1 = ratio(2.0 * tp, support + predicted)
    acc = float(tp.sum()) / n if n else 0.0
    return {
        "tp": tp,
        "fp": fp,
        "fn": fn,
        "precision": ratio(tp, predicted),
        "recall": ratio(tp, support),
        "f1": f1,
        "accuracy": acc,
        "macro_f1": f1.mean() if C else 0.0,
        "weighted_f1": float(support @ f1) / n if n else 0.0,
        "micro_f1": acc,
    }
