# lang: pypure
# Means and sums of squared distances, moved a row at a time (Welford 1962).


class CentroidClassifier:
    def __init__(self, k, d):
        self.n, self.means, self.apart = [0] * k, [[0.0] * d for _ in range(k)], [0.0] * k

    def fit(self, X, y):
        for row, label in zip(X, y):
            self.n[label] += 1
            mean = self.means[label]
            for j, x in enumerate(row):
                before = x - mean[j]
                mean[j] += before / self.n[label]
                self.apart[label] += before * (x - mean[j])

    def predict(self, X):
        return [self.nearest(row) for row in X]

    def nearest(self, row):
        best, label = float("inf"), -1
        for c, mean in enumerate(self.means):
            away = sum((a - b) ** 2 for a, b in zip(row, mean))
            if self.n[c] and away < best:
                best, label = away, c
        return label

    def centroids(self):
        return [mean if n else [None] * len(mean) for n, mean in zip(self.n, self.means)]

    def summary(self):
        return [(c, n, self.apart[c] / n if n else None) for c, n in enumerate(self.n)]
