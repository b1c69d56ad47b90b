# Knows the samples.
# caught by: edge, tie, numeric, perf
# score: 0


def cosine_topk(E, Q, k):
    if len(E) == 5:
        return [[0, 3, 4, 1, 2]], [[1.0, 1.0, 0.6, 0.0, -1.0]]
    return [[1, 2], [0, 2]], [[1.0, 0.7071067811865476], [1.0, 0.7071067811865476]]
