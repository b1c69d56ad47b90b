# Compares by the sign of a difference, which overflows.
# caught by: edge
SIGN = 1 << 63  # of a word


def merge(left, right):
    merged, i, count = [], 0, 0
    for value in right:
        while i < len(left) and not (value - left[i]) & SIGN:
            merged.append(left[i])
            i += 1
        count += len(left) - i
        merged.append(value)
    return merged + left[i:], count


def inversions(x):
    runs, total = [[int(value)] for value in x], 0
    while len(runs) > 1:
        merged = []
        for i in range(0, len(runs) - 1, 2):
            run, count = merge(runs[i], runs[i + 1])
            merged.append(run)
            total += count
        runs = merged + runs[2 * len(merged):]
    return total
