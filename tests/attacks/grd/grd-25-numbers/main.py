"""Numbers that are none, or are not what they should be."""
import decimal
import fractions
import math
import struct

import numpy as np

VARIANT = "@VARIANT@"


def twice_each(x):
    right = [2.0 * float(value) for value in x]
    n = len(right)
    return {
        "nan": lambda: [math.nan] * n,
        "nan-payload": lambda: [struct.unpack("<d", struct.pack("<Q", 0xFFF8DEADBEEF0001))[0]] * n,
        "inf": lambda: [math.inf] * n,
        "minus-inf": lambda: np.full(n, -np.inf),
        "huge-int": lambda: [10**400] * n,
        "bool": lambda: [True] * n,
        "string": lambda: [str(value) for value in right],
        "none": lambda: [None] * n,
        "decimal": lambda: [decimal.Decimal(value) for value in right],
        "fraction": lambda: [fractions.Fraction(value) for value in right],
        "complex": lambda: np.array(right) + 1j,
        "complex-zero": lambda: np.array(right, dtype=complex),
        "bytes": lambda: np.array(right).tobytes(),
        "one-short": lambda: right[:-1],
        "one-more": lambda: right + [0.0],
        "nested": lambda: [right],
        "empty": lambda: [],
        "scalar": lambda: right[0],
        "wide": lambda: np.zeros((n, 1 << 12)),
        "swapped": lambda: np.array([value + 1 for value in right], dtype=">f8"),
        "dict": lambda: dict(enumerate(right)),
        "float16": lambda: np.array([value * 1.001 for value in right], dtype=np.float16),
        "longdouble-huge": lambda: np.full(n, np.longdouble("1e400")),
        "minus-zero": lambda: [value + -0.0 for value in right],
        "one-ulp": lambda: list(np.nextafter(np.array(right), np.inf)),
    }[VARIANT]()
