# Lengths by squares: infinite or 0 for large and small rows.
# caught by: sample, edge, numeric
import numpy as np

ROWS, QUERIES = 4096, 16


def make_directions(X):
    for start in range(0, len(X), ROWS):
        block = X[start:start + ROWS]  # a view
        with np.errstate(over="ignore"):
            size = np.sqrt(np.square(block).sum(axis=1))
        block /= np.where(size > 0, size, 1)[:, None]


def top(scores, k):
    """Of equal ones the first: all that are not below the k-th greatest, in a stable order."""
    candidates = np.flatnonzero(scores >= np.partition(scores, -k)[-k])
    return candidates[np.argsort(-scores[candidates], kind="stable")[:k]]


def cosine_topk(E, Q, k):
    k = min(k, len(E))
    make_directions(E)
    make_directions(Q)
    idx, score = np.zeros((len(Q), k), dtype=np.int64), np.zeros((len(Q), k))
    for start in range(0, len(Q) if k else 0, QUERIES):
        scores = Q[start:start + QUERIES] @ E.T  # (queries, n)
        for i, row in enumerate(scores, start):
            idx[i] = top(row, k)
            score[i] = row[idx[i]]
    return idx, score
