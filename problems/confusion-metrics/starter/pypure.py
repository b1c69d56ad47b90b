# Python with its standard library only.
#
# y, p:   lists of n integers
# labels: list of C integers, sorted
# Return a dict with the ten names below, or a tuple in this order.


def classification_report(y, p, labels):
    C = len(labels)
    return {
        "tp": [0] * C,
        "fp": [0] * C,
        "fn": [0] * C,
        "precision": [0.0] * C,
        "recall": [0.0] * C,
        "f1": [0.0] * C,
        "accuracy": 0.0,
        "macro_f1": 0.0,
        "weighted_f1": 0.0,
        "micro_f1": 0.0,
    }
