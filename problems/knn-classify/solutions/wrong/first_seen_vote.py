# An even vote goes to the label met first (Counter.most_common), not to the smallest.
# caught by: sample, tie, edge
from collections import Counter

import numpy as np


def knn_predict(X_train, y_train, X_test, k):
    out = []
    for q in X_test:
        dist = ((X_train - q) ** 2).sum(axis=1)
        near = np.argsort(dist, kind="stable")[:k]
        out.append(Counter(y_train[near].tolist()).most_common(1)[0][0] if len(near) else -1)
    return out
