# lang: pypure
from collections import Counter


def roc_auc(y, score):
    positives = Counter(s for s, label in zip(score, y) if label)
    negatives = Counter(s for s, label in zip(score, y) if not label)
    P, N = positives.total(), negatives.total()
    if not P or not N:
        return float("nan")
    halves = below = 0
    for s in sorted(positives.keys() | negatives.keys()):
        halves += positives[s] * (2 * below + negatives[s])
        below += negatives[s]
    return halves / (2 * P * N)
