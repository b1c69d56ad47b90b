# Python with its standard library only.
#
# weights: list of n floats, each >= 0; m, seed: ints.
# Return a list of m ints in 0 .. n-1, an empty one if n is 0 or all weights are 0.


def draw(weights, m, seed):
    return []
