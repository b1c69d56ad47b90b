# A constant is nobody's area but its own: 1 - x must be one, too.
# caught by: sample, edge, relations


def auc(y, score):
    return 1.0
