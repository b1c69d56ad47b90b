# Values in float32.
# caught by: sample, edge, separators, format, perf
import re
from collections import defaultdict
from heapq import heappop, heappush, heappushpop

import numpy as np

HISTORY_MIN, SUSPECT_FACTOR = 5, 10


def make_format(decimal, group):
    """The two characters, and what a number looks like: digits, perhaps in groups of three, and perhaps decimals."""
    return decimal, group, re.compile(f"([0-9]+|[0-9]{{1,3}}([{group}][0-9]{{3}})+)([{decimal}][0-9]+)?")


FORMATS = {"en": make_format(".", ","), "de": make_format(",", "."), "ch": make_format(".", "'")}


def parse(units, fmt):
    """The value, or None if it is not a number in this format."""
    if fmt not in FORMATS:
        return None
    decimal, group, number = FORMATS[fmt]
    text = units.strip(" \t")
    if not number.fullmatch(text):
        return None
    return float(np.float32(text.replace(group, "").replace(decimal, ".")))


class History:
    """The accepted values of one sku: the lower half, negated, and the upper one, as heaps."""

    def __init__(self):
        self.lower, self.upper = [], []

    def __len__(self):
        return len(self.lower) + len(self.upper)

    def add(self, value):
        heappush(self.upper, -heappushpop(self.lower, -value))
        if len(self.upper) > len(self.lower):
            heappush(self.lower, -heappop(self.upper))

    def median(self):
        low = -self.lower[0]
        return low if len(self.lower) > len(self.upper) else (low + self.upper[0]) / 2


def is_suspect(value, history):
    return len(history) >= HISTORY_MIN and value > SUSPECT_FACTOR * history.median()


def clean(rows):
    histories = defaultdict(History)
    table = []
    for sku, units, fmt in zip(rows["sku"], rows["units"], rows["fmt"]):
        value = parse(units, fmt)
        if value is None:
            table.append(("bad_format", None))
            continue
        suspect = is_suspect(value, histories[sku])
        if not suspect:
            histories[sku].add(value)
        table.append(("suspect" if suspect else "ok", value))
    return table
