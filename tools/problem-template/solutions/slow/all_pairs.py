# The oracle: word by word from the statement, right everywhere, too slow in the perf group.
# caught by: perf


def nearest_gap(x):
    numbers = x.tolist()
    return [min((abs(a - b) for j, b in enumerate(numbers) if j != i), default=float("inf"))
            for i, a in enumerate(numbers)]
