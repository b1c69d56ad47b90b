# lang: pypure
# All bugs mended but one: sorts the history for every row.
# caught by: perf
import re
from collections import defaultdict

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


def median(values):
    ordered, n = sorted(values), len(values)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2


def is_suspect(value, history):
    return len(history) >= HISTORY_MIN and value > SUSPECT_FACTOR * median(history)


def clean(rows):
    histories = defaultdict(list)  # the accepted values of each sku
    table = []
    for row in rows:
        value = parse(row["units"], row["fmt"])
        if value is None:
            table.append(("bad_format", None))
            continue
        suspect = is_suspect(value, histories[row["sku"]])
        if not suspect:
            histories[row["sku"]].append(value)
        table.append(("suspect" if suspect else "ok", value))
    return table
