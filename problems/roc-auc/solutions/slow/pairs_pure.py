# lang: pypure
# The oracle: the definition, pair by pair.
# caught by: numeric, perf


def roc_auc(y, score):
    positive = [s for s, label in zip(score, y) if label == 1]
    negative = [s for s, label in zip(score, y) if label == 0]
    if not positive or not negative:
        return float("nan")
    halves = sum(2 * (a > b) + (a == b) for a in positive for b in negative)
    return halves / (2 * len(positive) * len(negative))
