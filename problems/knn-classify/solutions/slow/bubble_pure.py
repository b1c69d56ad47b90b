# Selects the k nearest by k scans of all rows and computes every distance again in each.
# caught by: perf-M
# lang: pypure
def knn_predict(X_train, y_train, X_test, k):
    answers = []
    for q in X_test:
        used = set()
        votes = {}
        for _ in range(min(k, len(X_train))):
            best, best_row = None, None
            for i, x in enumerate(X_train):
                if i in used:
                    continue
                dist = sum((a - b) * (a - b) for a, b in zip(x, q))
                if best is None or dist < best:
                    best, best_row = dist, i
            used.add(best_row)
            label = y_train[best_row]
            votes[label] = votes.get(label, 0) + 1
        answers.append(min(votes, key=lambda label: (-votes[label], label)) if votes else -1)
    return answers
