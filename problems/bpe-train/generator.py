"""Tests of bpe-train.  Everything is a whole number below 2^53: no test needs a margin."""
import numpy as np

N_MAX, LENGTH_MAX, COUNT_MAX, MERGES_MAX = 100_000, 32, 10 ** 9, 5_000


def validate(args):
    words, counts = list(args["words"]["word"]), np.asarray(args["words"]["count"], dtype=np.int64)
    assert len(words) <= N_MAX, "too many words"
    assert all(len(word) <= LENGTH_MAX for word in words), "a word is too long"
    assert set("".join(words)) <= set("abcdefghijklmnopqrstuvwxyz"), "a letter that is none of a-z"
    assert ((counts >= 0) & (counts <= COUNT_MAX)).all(), "a count is out of range"
    assert 0 <= args["merges"] <= MERGES_MAX, "merges is out of range"


def make(words, counts, merges):
    return {"words": {"word": np.array(list(words) + [None], dtype=object)[:-1], "count": np.asarray(counts, dtype=np.int64)}, "merges": merges}


def random_words(rng, n, letters, longest):
    return ["".join(rng.choice(list(letters), rng.randint(1, longest + 1))) for _ in range(n)]


def ties(rng, n, letters, longest, merges):
    """Small counts: nearly every choice is between equals."""
    return make(random_words(rng, n, letters, longest), rng.randint(1, 3, n), merges)


def runs(rng, n, merges):
    """Runs of one letter or of one pair, with now and then a letter between them."""
    words = {}  # no word twice, in the order of drawing
    while len(words) < n:
        parts = [rng.choice(["a", "b", "ab", "aab"]) * rng.randint(1, 7) for _ in range(2)]
        words[(parts[0] + rng.choice(["", "c"]) + parts[1])[:LENGTH_MAX]] = True
    return make(words, rng.randint(1, 50, n), merges)


def heavy(rng, n, merges):
    """Forty words are so frequent that they decide, though most words are others; their sums exceed 32 bits.  No letter stands
    twice in a word."""
    few = ["".join(rng.permutation(list("pqrst"))[:size]) for size in rng.randint(3, 6, 40)]
    others = ["".join(rng.permutation(list("abcdefgh"))[:size]) for size in rng.randint(1, 9, n)]
    words = {word: rng.randint(10 ** 8, COUNT_MAX) for word in few} | {word: rng.randint(2, 10 ** 6) for word in others}
    return make(words.keys(), list(words.values()), merges)


def corpus(rng, n, merges):
    """Words of syllables; syllables and counts as frequent as Zipf found words to be."""
    letters = np.array(list("etaoinshrdlucmfwygpbvk"))
    weight = 1 / np.arange(1, len(letters) + 1) ** 0.8
    syllables = np.array(["".join(rng.choice(letters, size, p=weight / weight.sum())) for size in rng.randint(2, 5, 800)])
    weight = 1 / np.arange(1, len(syllables) + 1) ** 0.7
    sizes = rng.randint(1, 6, n)
    flat = rng.choice(syllables, sizes.sum(), p=weight / weight.sum())
    ends = np.cumsum(sizes)
    words = ["".join(flat[end - size:end]) for end, size in zip(ends, sizes)]
    return make(words, np.minimum(rng.zipf(1.7, n), 100_000), merges)


GENERATORS = {
    "tie": [lambda rng: ties(rng, 40, "abc", 8, 25), lambda rng: ties(rng, 200, "abcdefghij", 10, 150), lambda rng: ties(rng, 30, "ab", 12, 40)],
    "overlap": [lambda rng: runs(rng, 12, 15), lambda rng: runs(rng, 60, 40)],
    "freq": [lambda rng: heavy(rng, 300, 120), lambda rng: heavy(rng, 100, 200)],
    "perf-M": [lambda rng: corpus(rng, 20_000, 2_000)],
    "perf-L": [lambda rng: corpus(rng, N_MAX, MERGES_MAX)],
}


def scale(rng, n):
    return corpus(rng, n, 200)


def generate(rng, group, index):
    return GENERATORS[group][index](rng)
