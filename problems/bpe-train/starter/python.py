# Python with NumPy.
#
# words:  dict of two arrays of n: words["word"], strings (an object array), and words["count"], int64
# merges: int
# Return the merges in order as a list of tuples (left, right).


def bpe_train(words, merges):
    return []
