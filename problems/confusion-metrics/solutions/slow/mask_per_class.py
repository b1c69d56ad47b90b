# The oracle, word by word: three masks over all rows for each class.
# caught by: perf
import numpy as np


def classification_report(y, p, labels):
    tp, fp, fn = [], [], []
    for c in labels:
        tp.append(int(np.sum((y == c) & (p == c))))
        fp.append(int(np.sum((y != c) & (p == c))))
        fn.append(int(np.sum((y == c) & (p != c))))

    def ratio(a, b):
        return a / b if b else 0.0

    precision = [ratio(t, t + f) for t, f in zip(tp, fp)]
    recall = [ratio(t, t + f) for t, f in zip(tp, fn)]
    f1 = [ratio(2 * t, 2 * t + a + b) for t, a, b in zip(tp, fp, fn)]
    n = len(y)
    accuracy = ratio(int(np.sum(y == p)), n)
    macro = ratio(sum(f1), len(labels))
    weighted = sum(f * ratio(t + m, n) for f, t, m in zip(f1, tp, fn))
    return tp, fp, fn, precision, recall, f1, accuracy, macro, weighted, accuracy
