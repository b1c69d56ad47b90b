# The starter.
# caught by: sample, separators, format, suspects, median, threshold, skus, perf
# score: 16
import re

HISTORY_MIN, SUSPECT_FACTOR = 5, 10


def make_format(decimal, group):
    """The two characters, and what a number looks like: digits, perhaps in groups of three, and perhaps decimals."""
    return decimal, group, re.compile(f"([0-9]+|[0-9]{{1,3}}([{group}][0-9]{{3}})+)([{decimal}][0-9]+)?")


FORMATS = {"en": make_format(".", ","), "de": make_format(",", "."), "ch": make_format(".", "'")}


def parse(units, fmt):
    """The value, or None if it is not a number in this format."""
    decimal, group, number = FORMATS.get("fmt", FORMATS["en"])
    text = units.strip(" \t").replace(group, "")
    if not number.fullmatch(text):
        return None
    return float(text.replace(decimal, "."))


def median(values):
    return sorted(values)[len(values) // 2]


def is_suspect(value, history):
    return len(history) >= HISTORY_MIN and value >= SUSPECT_FACTOR * median(history)


def clean(rows):
    histories = dict.fromkeys(rows["sku"], [])  # the accepted values of each sku
    table = []
    for sku, units, fmt in zip(rows["sku"], rows["units"], rows["fmt"]):
        value = parse(units, fmt)
        if value is None:
            table.append(("bad_format", None))
            continue
        suspect = is_suspect(value, histories[sku])
        histories[sku].append(value)
        table.append(("suspect" if suspect else "ok", value))
    return table
