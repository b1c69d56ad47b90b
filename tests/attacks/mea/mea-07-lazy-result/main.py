"""Returns at once, an object that would compute when it is looked at, after the clock has stopped."""
import numpy as np

VARIANT = "@VARIANT@"


class Lazy:
    def __init__(self, x):
        self.x = x

    def __array__(self, dtype=None):
        return np.asarray(self.x) * 2

    def __len__(self):
        return len(self.x)

    def __iter__(self):
        return iter([2 * value for value in self.x])

    def __getitem__(self, i):
        return 2 * self.x[i]


class LazyFloat(float):
    def __float__(self):
        return 2 * float.__float__(self)

    __index__ = __int__ = None


class LazyArray(np.ndarray):
    def __array_finalize__(self, other):
        pass

    def tobytes(self, *args):
        return (np.asarray(self) * 2).tobytes()

    def __mul__(self, other):
        raise RuntimeError("ESCAPED")


def twice_each(x):
    if VARIANT == "array":
        return Lazy(x)
    if VARIANT == "index":
        return [LazyFloat(value) for value in x]
    if VARIANT == "generator":
        return (2 * value for value in x)
    if VARIANT == "subclass":
        return np.asarray(x).view(LazyArray)
    return memoryview(np.asarray(x) * 2)
