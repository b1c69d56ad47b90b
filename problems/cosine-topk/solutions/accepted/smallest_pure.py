# lang: pypure
from heapq import nsmallest
from math import hypot


def direction(x):
    largest = max(map(abs, x))
    if largest == 0:
        return x
    scaled = [v / largest for v in x]
    length = hypot(*scaled)
    return [v / length for v in scaled]


def cosine_topk(E, Q, k):
    rows = [direction(e) for e in E]
    result = []
    for q in map(direction, Q):
        scores = [sum(a * b for a, b in zip(q, row)) for row in rows]
        result.append(nsmallest(k, ((-score, i) for i, score in enumerate(scores))))
    return {"idx": [[i for _, i in best] for best in result], "score": [[-score for score, _ in best] for best in result]}
