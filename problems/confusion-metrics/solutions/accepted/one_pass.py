# lang: pypure
# F1 as the harmonic mean of precision and recall: the same number within rounding.
from math import fsum


def classification_report(y, p, labels):
    index = {label: i for i, label in enumerate(labels)}
    C = len(labels)
    tp, fp, fn = [0] * C, [0] * C, [0] * C
    for a, b in zip(y, p):
        if a == b:
            tp[index[a]] += 1
        else:
            fn[index[a]] += 1
            fp[index[b]] += 1

    def ratio(a, b):
        return a / b if b else 0.0

    precision = [ratio(t, t + f) for t, f in zip(tp, fp)]
    recall = [ratio(t, t + f) for t, f in zip(tp, fn)]
    f1 = [ratio(2 * a * b, a + b) for a, b in zip(precision, recall)]
    accuracy = ratio(sum(tp), len(y))
    macro = ratio(fsum(f1), C)
    weighted = ratio(fsum(f * (t + m) for f, t, m in zip(f1, tp, fn)), len(y))
    return tp, fp, fn, precision, recall, f1, accuracy, macro, weighted, accuracy
