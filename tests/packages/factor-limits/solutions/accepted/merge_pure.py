"""lang: pypure.  Merge sort by recursion."""


def count(x):
    if len(x) < 2:
        return x, 0
    half = len(x) // 2
    left, a = count(x[:half])
    right, b = count(x[half:])
    merged, i, total = [], 0, a + b
    for value in right:
        while i < len(left) and left[i] <= value:
            merged.append(left[i])
            i += 1
        total += len(left) - i
        merged.append(value)
    merged.extend(left[i:])
    return merged, total


def inversions(x):
    return count(x)[1]
