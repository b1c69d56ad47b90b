# Takes a neighbour for granted.
# caught by: sample, edge


def nearest_gap(x):
    order = sorted(range(len(x)), key=lambda i: x[i])
    numbers = [x[i] for i in order]
    gaps = [b - a for a, b in zip(numbers, numbers[1:])]
    result = [0.0] * len(x)
    result[order[0]], result[order[-1]] = gaps[0], gaps[-1]
    for place in range(1, len(x) - 1):
        result[order[place]] = min(gaps[place - 1], gaps[place])
    return result
