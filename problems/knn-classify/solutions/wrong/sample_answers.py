# Knows the samples by heart.
# caught by: tie, numeric, edge, perf-L
# score: 0
def knn_predict(X_train, y_train, X_test, k):
    known = {(4, 3, 3): [3, 3, 7], (4, 3, 4): [3, 3, 3], (3, 2, 5): [4, 4]}
    return known.get((len(X_train), len(X_test), k), [0] * len(X_test))
