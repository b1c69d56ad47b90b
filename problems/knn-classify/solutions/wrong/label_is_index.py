# Votes are counted in a list indexed by the label: a negative label counts for another one.
# caught by: edge, tie
# lang: pypure
import heapq


def knn_predict(X_train, y_train, X_test, k):
    top = min(max([abs(label) for label in y_train], default=0), 100_000)
    answers = []
    for q in X_test:
        distances = [sum([(a - b) ** 2 for a, b in zip(x, q)]) for x in X_train]
        order = heapq.nsmallest(k, range(len(distances)), key=distances.__getitem__)
        votes = [0] * (top + 1)
        for i in order:
            votes[y_train[i] % (top + 1)] += 1
        answers.append(votes.index(max(votes)) if X_train else -1)
    return answers
