# Python with its standard library only.
#
# y: list of n integers, 0 or 1; score: list of n floats
# Return a float.


def roc_auc(y, score):
    return 0.0
