# Counts in single precision.
# caught by: edge
from collections import Counter, defaultdict
from heapq import heapify, heappop, heappush
from struct import pack, unpack


def single(count):
    return unpack("f", pack("f", count))[0]


def merged(symbols, left, right):
    out, i = [], 0
    while i < len(symbols):
        if symbols[i] == left and i + 1 < len(symbols) and symbols[i + 1] == right:
            out.append(left + right)
            i += 2
        else:
            out.append(symbols[i])
            i += 1
    return out


def bpe_train(words, merges):
    totals = Counter()
    for word, count in zip(words["word"], words["count"].tolist()):
        totals[word] += count
    texts = [list(word) for word, count in totals.items() if count > 0]
    counts = [count for count in totals.values() if count > 0]

    pairs, holders = Counter(), defaultdict(set)
    for w, symbols in enumerate(texts):
        for pair in zip(symbols, symbols[1:]):
            pairs[pair] += counts[w]
            holders[pair].add(w)
    heap = [(-single(count), pair) for pair, count in pairs.items()]
    heapify(heap)

    result = []
    while heap and len(result) < merges:
        count, pair = heappop(heap)
        if -count != single(pairs[pair]):
            if pairs[pair] > 1:
                heappush(heap, (-single(pairs[pair]), pair))
            continue
        if -count < 2:
            break
        result.append(pair)
        joined, grown = pair[0] + pair[1], set()
        for w in holders.pop(pair):
            before, weight = texts[w], counts[w]
            after = texts[w] = merged(before, *pair)
            for old in zip(before, before[1:]):
                pairs[old] -= weight
            for new in zip(after, after[1:]):
                pairs[new] += weight
                if joined in new:
                    holders[new].add(w)
                    grown.add(new)
        for new in grown:
            heappush(heap, (-single(pairs[new]), new))
    return result
