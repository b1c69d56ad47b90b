"""Returns objects that lie about what they are."""
import numpy as np

VARIANT = "@VARIANT@"


class AlwaysEqual:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __float__(self):
        return 0.0

    __hash__ = None


class Float(float):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0


class List(list):
    def __eq__(self, other):
        return True

    def __len__(self):
        return 3

    def __iter__(self):
        raise RuntimeError("ESCAPED code of the candidate runs in the encoder")


class Array(np.ndarray):
    def __eq__(self, other):
        return True

    def tolist(self):
        raise RuntimeError("ESCAPED")

    def item(self):
        raise RuntimeError("ESCAPED")


class Interface:
    __array_interface__ = {"shape": (1 << 40,), "typestr": "<f8", "version": 3, "data": (0x1000, False)}


class Int(int):
    def __index__(self):
        return 7


class Meta(type):
    def __eq__(cls, other):
        return True

    def __hash__(cls):
        return hash(float)

    __name__ = "float"


class Pretender(metaclass=Meta):
    pass


class Endless(list):
    def __getitem__(self, i):
        return 1.0


class Length(list):
    def __len__(self):
        return 1 << 60


def twice_each(x):
    n = len(x)
    if VARIANT == "always-equal":
        return AlwaysEqual() if n == 1 else [AlwaysEqual() for _ in range(n)]
    if VARIANT == "float-subclass":
        return [Float(0) for _ in range(n)]
    if VARIANT == "list-subclass":
        return List([0.0] * n)
    if VARIANT == "array-subclass":
        return np.zeros(n).view(Array)
    if VARIANT == "array-interface":
        return Interface()
    if VARIANT == "object-array":
        return np.array([AlwaysEqual()] * n, dtype=object)
    if VARIANT == "int-subclass":
        return [Int(0)] * n
    if VARIANT == "metaclass":
        return [Pretender()] * n
    if VARIANT == "endless":
        return Endless([0.0] * n)
    if VARIANT == "lying-length":
        return Length([0.0] * n)
    if VARIANT == "out-of-bounds":
        return np.lib.stride_tricks.as_strided(np.zeros(1), shape=(n,), strides=(1 << 24,))
    if VARIANT == "structured":
        return np.zeros(n, dtype=[("a", "f8"), ("b", "i4")])
    if VARIANT == "string-array":
        return np.array(["1e308"] * n)
    value = [0.0] * n
    value[0] = value
    return value
