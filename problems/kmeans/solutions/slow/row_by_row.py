# One row at a time, one centroid at a time.
# caught by: perf
import numpy as np


def nearest(X, C):
    labels = np.empty(len(X), dtype=np.int64)
    for i in range(len(X)):
        labels[i] = np.argmin([np.square(X[i] - c).sum() for c in C])
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
        C[count > 0] = sums[count > 0] / count[count > 0, None]
        if iters == max_iter:
            break
    if labels is None:
        labels = np.empty(0, dtype=np.int64)
    return C, labels, float(np.square(X - C[labels]).sum()) if len(X) else 0.0, iters
