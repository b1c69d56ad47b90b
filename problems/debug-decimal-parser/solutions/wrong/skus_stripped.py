# Skus without their spaces, and in lower case.
# caught by: skus
import re
from bisect import insort

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
    n = len(values)
    return (values[(n - 1) // 2] + values[n // 2]) / 2


def is_suspect(value, history):
    return len(history) >= HISTORY_MIN and value > SUSPECT_FACTOR * median(history)


def clean(rows):
    histories = {sku: [] for sku in rows["sku"]}  # the accepted values of each sku
    table = []
    for sku, units, fmt in zip(rows["sku"], rows["units"], rows["fmt"]):
        sku = sku.strip().lower()
        histories.setdefault(sku, [])
        value = parse(units, fmt)
        if value is None:
            table.append(("bad_format", None))
            continue
        suspect = is_suspect(value, histories[sku])
        if not suspect:
            insort(histories[sku], value)
        table.append(("suspect" if suspect else "ok", value))
    return table
