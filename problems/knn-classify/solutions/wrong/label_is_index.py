# Votes are counted in a list indexed by the label: a negative label counts for another one.
# caught by: edge, tie
# lang: pypure
def knn_predict(X_train, y_train, X_test, k):
    top = min(max([abs(label) for label in y_train], default=0), 100_000)
    answers = []
    for q in X_test:
        order = sorted(range(len(X_train)), key=lambda i: sum((a - b) ** 2 for a, b in zip(X_train[i], q)))
        votes = [0] * (top + 1)
        for i in order[:k]:
            votes[y_train[i] % (top + 1)] += 1
        answers.append(votes.index(max(votes)) if X_train else -1)
    return answers
