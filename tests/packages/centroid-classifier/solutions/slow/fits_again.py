# lang: pypure
# Keeps all rows and begins anew whenever it is asked.
# caught by: perf


class CentroidClassifier:
    def __init__(self, k, d):
        self.k, self.d, self.rows = k, d, []

    def fit(self, X, y):
        self.rows += zip(X, y)

    def predict(self, X):
        means = self.centroids()
        found = []
        for row in X:
            away = [(sum((a - b) ** 2 for a, b in zip(row, mean)), c) for c, mean in enumerate(means) if mean[0] is not None]
            found.append(min(away)[1] if away else -1)
        return found

    def of(self, c):
        return [row for row, label in self.rows if label == c]

    def centroids(self):
        means = []
        for c in range(self.k):
            rows = self.of(c)
            means.append([sum(row[j] for row in rows) / len(rows) if rows else None for j in range(self.d)])
        return means

    def summary(self):
        answer = []
        for c, mean in enumerate(self.centroids()):
            rows = self.of(c)
            apart = sum((a - b) ** 2 for row in rows for a, b in zip(row, mean))
            answer.append({"label": c, "n": len(rows), "spread": apart / len(rows) if rows else None})
        return answer
