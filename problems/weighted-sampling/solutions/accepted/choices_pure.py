# lang: pypure
# The standard library: random.choices() bisects prefix sums, too.
import random
from itertools import accumulate


def draw(weights, m, seed):
    sums = list(accumulate(weights))
    if not sums or sums[-1] == 0:
        return []
    last = max(i for i, w in enumerate(weights) if w > 0)
    indices = range(len(weights))
    return [min(i, last) for i in random.Random(seed).choices(indices, cum_weights=sums, k=m)]
