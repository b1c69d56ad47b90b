# lang: pypure
# The oracle: counts all pairs anew for every merge.
# caught by: perf-M
from collections import Counter


def merged(symbols, left, right):
    out = []
    while symbols:
        if symbols[:2] == [left, right]:
            out.append(left + right)
            symbols = symbols[2:]
        else:
            out.append(symbols[0])
            symbols = symbols[1:]
    return out


def bpe_train(words, merges):
    texts = [(list(word["word"]), word["count"]) for word in words]
    result = []
    while len(result) < merges:
        pairs = Counter()
        for symbols, count in texts:
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += count
        best = min(pairs, key=lambda pair: (-pairs[pair], pair), default=None)
        if best is None or pairs[best] < 2:
            break
        result.append(best)
        texts = [(merged(symbols, *best), count) for symbols, count in texts]
    return result
