# Keeps the outcome of every pair, a row a positive one.
# caught by: numeric, perf
import numpy as np


def roc_auc(y, score):
    positive, negative = score[y == 1], score[y == 0]
    if not len(positive) or not len(negative):
        return np.nan
    won = [s > negative for s in positive]
    tied = [s == negative for s in positive]
    return float(np.mean(won) + np.mean(tied) / 2)
