# The oracle: one row against one query at a time, in long double; then everything is sorted.
# caught by: perf
import numpy as np


def cosine(e, q):
    lengths = np.sqrt((e * e).sum() * (q * q).sum())
    return float(e @ q / lengths) if lengths > 0 else 0.0


def cosine_topk(E, Q, k):
    E, Q = E.astype(np.longdouble), Q.astype(np.longdouble)
    idx, score = [], []
    for q in Q:
        scores = [cosine(e, q) for e in E]
        order = sorted(range(len(E)), key=lambda i: (-scores[i], i))[:k]
        idx.append(order)
        score.append([scores[i] for i in order])
    return {"idx": idx, "score": score}
