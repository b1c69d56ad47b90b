# lang: pypure


def distance2(a, b):
    return sum([(x - y) ** 2 for x, y in zip(a, b)])


def kmeans(X, C0, max_iter):
    centroids, labels, iters = [list(c) for c in C0], None, 0
    while X:
        new = []
        for row in X:
            distances = [distance2(row, c) for c in centroids]
            new.append(distances.index(min(distances)))
        if new == labels:
            break
        labels = new
        if iters == max_iter:
            break
        iters += 1
        for c in range(len(centroids)):
            rows = [row for row, label in zip(X, labels) if label == c]
            if rows:
                centroids[c] = [sum(column) / len(rows) for column in zip(*rows)]
        if iters == max_iter:
            break
    labels = labels or []
    inertia = sum(distance2(row, centroids[label]) for row, label in zip(X, labels))
    return {"centroids": centroids, "labels": labels, "inertia": float(inertia), "iters": iters}
