# lang: pypure
import heapq
from collections import Counter


def distance(a, b):
    total = 0.0
    for x, y in zip(a, b):
        x -= y
        total += x * x
    return total


def knn_predict(X_train, y_train, X_test, k):
    answers = []
    for q in X_test:
        distances = [distance(x, q) for x in X_train]
        near = heapq.nsmallest(k, range(len(distances)), key=distances.__getitem__)  # stable: smaller index first
        votes = Counter(y_train[i] for i in near)
        answers.append(min(votes, key=lambda label: (-votes[label], label)) if votes else -1)
    return answers
