# lang: pypure
# The oracle: each rule as it is written; values are fractions.
# caught by: perf
from fractions import Fraction
from statistics import median

DIGITS = set("0123456789")
FORMATS = {"en": (".", ","), "de": (",", "."), "ch": (".", "'")}


def is_digits(text):
    return text != "" and set(text) <= DIGITS


def exact_value(text, decimal, group):
    whole, point, decimals = text.partition(decimal)
    if point and not is_digits(decimals):
        return None
    first, *others = whole.split(group)
    if not is_digits(first) or (others and len(first) > 3):
        return None
    if not all(is_digits(other) and len(other) == 3 for other in others):
        return None
    return Fraction(int(first + "".join(others) + decimals), 10 ** len(decimals))


def clean(rows):
    table = []
    for i, row in enumerate(rows):
        value = exact_value(row["units"].strip(" \t"), *FORMATS[row["fmt"]]) if row["fmt"] in FORMATS else None
        if value is None:
            table.append(("bad_format", None))
            continue
        earlier = [Fraction(v) for (status, v), r in zip(table, rows[:i]) if status == "ok" and r["sku"] == row["sku"]]
        value = float(value)
        table.append(("suspect" if len(earlier) >= 5 and value > 10 * median(earlier) else "ok", value))
    return table
