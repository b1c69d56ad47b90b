# Python with its standard library only.
#
# words:  list of n dicts {"word": str, "count": int}
# merges: int
# Return the merges in order as a list of tuples (left, right).


def bpe_train(words, merges):
    return []
