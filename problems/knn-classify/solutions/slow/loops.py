# Three nested loops in the interpreter.
# caught by: perf-L
def knn_predict(X_train, y_train, X_test, k):
    X_train, y_train, X_test = X_train.tolist(), y_train.tolist(), X_test.tolist()
    answers = []
    for q in X_test:
        pairs = sorted((sum((a - b) * (a - b) for a, b in zip(x, q)), i) for i, x in enumerate(X_train))
        near = [y_train[i] for _, i in pairs[:k]]
        answers.append(min(near, key=lambda label: (-near.count(label), label), default=-1))
    return answers
