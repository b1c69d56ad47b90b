# Stops when all centroids are close to where they were, by numpy's tolerance.
# caught by: edge
import numpy as np

ROWS = 1000


def nearest(X, C):
    labels = np.empty(len(X), dtype=np.int64)
    for start in range(0, len(X), ROWS):
        difference = X[start:start + ROWS, None] - C  # (rows, k, d)
        labels[start:start + ROWS] = np.einsum("ikd,ikd->ik", difference, difference).argmin(axis=1)
    return labels


def kmeans(X, C0, max_iter):
    C, labels, iters = C0.copy(), None, 0
    while len(X):
        new = nearest(X, C)
        if labels is not None and np.array_equal(new, labels):
            break
        labels = new
        if iters == max_iter:
            break
        iters += 1
        count = np.bincount(labels, minlength=len(C))
        sums = np.stack([np.bincount(labels, X[:, j], len(C)) for j in range(X.shape[1])], axis=1)
        before = C.copy()
        C[count > 0] = sums[count > 0] / count[count > 0, None]
        if np.allclose(C, before):
            break
        if iters == max_iter:
            break
    if labels is None:
        labels = np.empty(0, dtype=np.int64)
    return C, labels, float(np.square(X - C[labels]).sum()) if len(X) else 0.0, iters
