# lang: pypure
# All words in one line, each symbol linked to its neighbours; a merge visits the places where its pair stands and changes
# the counts of the pairs beside them.
from heapq import heapify, heappop, heappush


class Line:
    def __init__(self, words):
        self.symbols, self.weights = [None], []  # None parts words
        for word in words:
            if word["count"] > 0 and word["word"]:
                self.symbols += word["word"]
                self.symbols.append(None)
                self.weights += [word["count"]] * (len(word["word"]) + 1)
        self.weights.append(0)
        self.before = list(range(-1, len(self.symbols) - 1))
        self.after = list(range(1, len(self.symbols) + 1))
        self.counts, self.places = {}, {}
        for i in range(len(self.symbols) - 1):
            if self.symbols[i] is not None:
                self.add(i)

    def add(self, i):
        """The pair whose left symbol is at i."""
        pair = self.symbols[i], self.symbols[self.after[i]]
        if pair[0] is not None and pair[1] is not None:
            self.counts[pair] = self.counts.get(pair, 0) + self.weights[i]
            self.places.setdefault(pair, []).append(i)
            return pair
        return None

    def drop(self, i):
        pair = self.symbols[i], self.symbols[self.after[i]]
        if pair in self.counts:
            self.counts[pair] -= self.weights[i]

    def merge(self, left, right):
        """Returns the pairs that have become more."""
        more = set()
        symbols, before, after = self.symbols, self.before, self.after
        for i in sorted(self.places.pop((left, right))):
            j = after[i]
            if symbols[i] != left or symbols[j] != right:
                continue
            self.drop(before[i])
            self.drop(i)
            self.drop(j)
            symbols[i], symbols[j] = left + right, None
            after[i] = after[j]
            before[after[j]] = i
            more.update((self.add(before[i]), self.add(i)))
        more.discard(None)
        return more


def bpe_train(words, merges):
    line = Line(words)
    heap = [(-count, pair) for pair, count in line.counts.items()]
    heapify(heap)
    result = []
    while heap and len(result) < merges:
        count, pair = heappop(heap)
        true = line.counts[pair]
        if -count != true:
            if true > 1:
                heappush(heap, (-true, pair))
            continue
        if true < 2:
            break
        result.append(pair)
        for new in line.merge(*pair):
            heappush(heap, (-line.counts[new], new))
    return result
