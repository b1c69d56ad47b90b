# Any index, then a coin that accepts it with probability w / max(w): right, and 100 000 coins a draw where one weight
# is large.
# caught by: skew
import numpy as np


def draw(weights, m, seed):
    if not len(weights) or weights.max() == 0:
        return np.zeros(0, dtype=int)
    rng = np.random.RandomState(seed)
    possible = np.flatnonzero(weights)
    accept = weights[possible] / weights.max()
    drawn = []
    n_drawn = 0
    while n_drawn < m:
        i = rng.randint(0, len(possible), 100_000)
        kept = i[rng.random_sample(len(i)) < accept[i]]
        drawn.append(possible[kept])
        n_drawn += len(kept)
    return np.concatenate(drawn + [np.zeros(0, dtype=int)])[:m].astype(int)
