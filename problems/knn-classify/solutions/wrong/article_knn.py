# The code printed in the article this question comes from.
# caught by: tie, numeric, edge
# score: 40
#
# What it misses:
# - plain argsort is not stable above 16 rows: among equal distances the row that comes first is not
#   always the one taken (tie);
# - different squared distances can have the same square root as doubles: a farther row is taken for
#   a nearer one (numeric);
# - without training rows the vote is over nothing and argmax raises (edge).
# Sorting all 20 000 distances for k = 15 is wasteful, but within the limit.
import numpy as np


def knn_predict(X_train, y_train, X_test, k=3):
    predictions = []
    for x in X_test:
        distances = np.sqrt(np.sum((x - X_train) ** 2, axis=1))
        nearest = np.argsort(distances)[:k]
        labels, counts = np.unique(y_train[nearest], return_counts=True)
        predictions.append(labels[np.argmax(counts)])
    return np.array(predictions)
