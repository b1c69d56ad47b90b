# The inner product, not the cosine.
# caught by: sample, edge, tie, numeric, perf
import numpy as np

QUERIES = 16


def top(scores, k):
    """Of equal ones the first: all that are not below the k-th greatest, in a stable order."""
    candidates = np.flatnonzero(scores >= np.partition(scores, -k)[-k])
    return candidates[np.argsort(-scores[candidates], kind="stable")[:k]]


def cosine_topk(E, Q, k):
    k = min(k, len(E))
    idx, score = np.zeros((len(Q), k), dtype=np.int64), np.zeros((len(Q), k))
    for start in range(0, len(Q) if k else 0, QUERIES):
        scores = Q[start:start + QUERIES] @ E.T  # (queries, n)
        for i, row in enumerate(scores, start):
            idx[i] = top(row, k)
            score[i] = row[idx[i]]
    return idx, score
