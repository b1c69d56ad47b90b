# Word by word from the statement.
# caught by: perf
# factor: 3


def inversions(x):
    x = x.tolist()
    return sum(x[i] > x[j] for j in range(len(x)) for i in range(j))
