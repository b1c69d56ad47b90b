# lang: pypure
# The starter, mended: a list of short sorted lists a sku.
import re
from collections import defaultdict
from bisect import bisect_left, insort

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
    return float(text.replace(group, "").replace(decimal, "."))


class History:
    """The accepted values of one sku, in order, as a list of short sorted lists; `last` has the greatest of each but the last."""

    SHORT = 4000

    def __init__(self):
        self.blocks, self.last, self.n = [[]], [], 0

    def __len__(self):
        return self.n

    def add(self, value):
        at = bisect_left(self.last, value)
        block = self.blocks[at]
        insort(block, value)
        self.n += 1
        if len(block) > 2 * self.SHORT:
            self.blocks[at:at + 1] = [block[:self.SHORT], block[self.SHORT:]]
            self.last.insert(at, block[self.SHORT - 1])

    def median(self):
        place = (self.n - 1) // 2
        for at, block in enumerate(self.blocks):
            if place < len(block):
                break
            place -= len(block)
        if self.n % 2:
            return block[place]
        return (block[place] + (block[place + 1] if place + 1 < len(block) else self.blocks[at + 1][0])) / 2


def is_suspect(value, history):
    return len(history) >= HISTORY_MIN and value > SUSPECT_FACTOR * history.median()


def clean(rows):
    histories = defaultdict(History)
    table = []
    for row in rows:
        value = parse(row["units"], row["fmt"])
        if value is None:
            table.append(("bad_format", None))
            continue
        suspect = is_suspect(value, histories[row["sku"]])
        if not suspect:
            histories[row["sku"]].add(value)
        table.append(("suspect" if suspect else "ok", value))
    return table
