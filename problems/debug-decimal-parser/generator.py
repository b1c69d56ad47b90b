"""Tests of debug-decimal-parser.  `only` certifies that a test of one bug shows that bug and no other: a program with one
of the other bugs, and no more, gets it right.  Thresholds are met exactly, by whole numbers, or missed by a margin."""
import bisect
import re

import numpy as np

MARGIN = 1e-6
FORMATS = {"en": ".,", "de": ",.", "ch": ".'"}
BUGS = ("separators", "format", "suspects", "median", "threshold", "skus")
N_MAX, UNITS_BYTES, NAME_BYTES = 200_000, 64, 32


def parse(units, fmt, bug=None):
    if bug == "format":
        fmt = "en"
    if fmt not in FORMATS:
        return None
    decimal, group = FORMATS[fmt]
    text = units.strip(" \t")
    if bug == "separators":
        text = text.replace(group, "")
    if not re.fullmatch(rf"([0-9]+|[0-9]{{1,3}}([{group}][0-9]{{3}})+)([{decimal}][0-9]+)?", text):
        return None
    return float(text.replace(group, "").replace(decimal, "."))


def clean(rows, bug=None):
    """The answer of a program with this bug, and how near to a threshold it came: 0 = exactly on one."""
    histories, table, nearest = {}, [], 1.0
    for sku, units, fmt in rows:
        value = parse(units, fmt, bug)
        if value is None:
            table.append(("bad_format", None))
            continue
        history = histories.setdefault("" if bug == "skus" else sku, [])
        suspect = False
        if len(history) >= 5:
            high = history[len(history) // 2]
            limit = 10 * (high if bug == "median" else (history[(len(history) - 1) // 2] + high) / 2)
            suspect = value >= limit if bug == "threshold" else value > limit
            if value != limit or value != int(value) or value > 2 ** 40:
                nearest = min(nearest, abs(value - limit) / max(value, limit, 1))
        if bug == "suspects" or not suspect:
            bisect.insort(history, value)
        table.append(("suspect" if suspect else "ok", value))
    return table, nearest


def only(bug, make):
    for _ in range(1000):
        rows = make()
        right, nearest = clean(rows)
        if nearest >= MARGIN and all((clean(rows, other)[0] == right) == (other != bug) for other in BUGS):
            return table(rows)
    raise AssertionError("no draw shows " + bug + " alone")


def table(rows):
    return {"rows": {name: np.array([row[i] for row in rows], dtype=object) for i, name in enumerate(("sku", "units", "fmt"))}}


def validate(args):
    columns = [list(args["rows"][name]) for name in ("sku", "units", "fmt")]
    rows = list(zip(*columns))
    assert len(rows) <= N_MAX, "too many rows"
    assert all(len(units.encode()) <= UNITS_BYTES for units in columns[1]), "units is too long"
    assert all(len(name.encode()) <= NAME_BYTES for name in columns[0] + columns[2]), "sku or fmt is too long"
    if len(rows) <= 5000:
        assert clean(rows)[1] >= MARGIN, "a threshold is a matter of rounding"


def shuffled(rng, rows):
    return [rows[i] for i in rng.permutation(len(rows))]


def whole(numbers, sku="sku-1"):
    return [(sku, str(int(number)), "en") for number in numbers]


def number(rng, decimal, group, low=1000, high=5000):
    """Correctly written, within a factor of five, so that nothing is suspect."""
    text = "%.*f" % (rng.randint(0, 7), rng.uniform(low, high))
    digits, _, decimals = text.partition(".")
    if rng.randint(0, 3):
        digits = "{:,}".format(int(digits)).replace(",", group)
    padded = digits + (decimal + decimals if decimals else "")
    return " " * rng.randint(0, 3) + padded + "\t" * rng.randint(0, 2)


def misplaced(rng):
    """One character too many or too few somewhere, or a separator elsewhere."""
    text = "{:,}".format(rng.randint(1000, 10 ** rng.randint(4, 10)))
    if rng.randint(0, 2):
        text += ".%d" % rng.randint(0, 1000)
    at = rng.randint(0, len(text) + 1)
    return [text[:at] + "," + text[at:], text[:at] + str(rng.randint(0, 10)) + text[at:], text[:at] + text[at + 1:]][rng.randint(0, 3)]


def separators(rng):
    def make():
        rows = [("sku-%d" % i, number(rng, ".", ","), "en") for i in range(60)]
        while len(rows) < 140:
            text = misplaced(rng)
            if parse(text, "en") is None:
                rows.append(("sku-%d" % len(rows), text, "en"))
        return shuffled(rng, rows)
    return only("separators", make)


def formats(rng):
    def make():
        rows = []
        for i in range(120):
            fmt = rng.choice(["en", "de", "ch", "de", "ch", "EN", "fr", "", "de ", "english"])
            rows.append(("sku-%d" % i, number(rng, *FORMATS.get(fmt, ".,")), fmt))
        return rows
    return only("format", make)


def suspects(rng, n):
    """Values around 1000, and so many that are a hundred times as much that they would move the median."""
    def make():
        usual = rng.randint(500, 1500, n)
        return whole(np.concatenate((usual, rng.randint(90_000, 110_000, 3 * n), rng.randint(400_000, 500_000, 20))))
    return only("suspects", make)


def even_median(rng, n):
    """Two clouds, the median between them: the upper one of the middle two is much greater than their mean."""
    def make():
        low, high = rng.randint(10, 20, n), rng.randint(60, 70, n)
        return whole(np.concatenate((rng.permutation(np.concatenate((low, high))), [rng.randint(480, 560)])))
    return only("median", make)


def on_threshold(rng, n):
    """Ten times the median of what is there, now and then."""
    def make():
        numbers, history = [], []
        for i in range(n):
            value = 2 * rng.randint(50, 80)
            if i > 5 and i % 7 == 0:
                value = 5 * (history[(len(history) - 1) // 2] + history[len(history) // 2])
            numbers.append(value)
            bisect.insort(history, value)
        return whole(numbers)
    return only("threshold", make)


def many_skus(rng, n_skus, n):
    """Each sku at a scale of its own, in random order; the sixth value of each is far too much, and now and then another."""
    def make():
        scale = 10.0 ** rng.randint(1, 5, n_skus)
        rows, seen = [], [0] * n_skus
        for sku in rng.randint(0, n_skus, n):
            seen[sku] += 1
            value = scale[sku] * rng.uniform(1, 3) * (60 if seen[sku] == 6 or rng.randint(0, 12) == 0 else 1)
            rows.append(("sku-%03d" % sku, str(int(value)), "en"))
        return rows
    return only("skus", make)


def one_long_history(rng, n=N_MAX):
    """One sku; in the second half there are values five per cent below and above ten times the median, which moves by two."""
    values = rng.uniform(1e6, 5e6, n).astype(np.int64) - np.arange(n)
    level = 10 * int(np.median(values[:n // 2]))
    high = rng.choice(np.arange(n // 2, n), min(400, n // 4 // 2 * 2), replace=False)
    values[high[:len(high) // 2]] = level * 21 // 20 | 1  # odd: not a number in single precision
    values[high[len(high) // 2:]] = level * 19 // 20 | 1
    return table(whole(values))


def short_histories(rng):
    n_skus = N_MAX // 10
    values = rng.randint(1000, 5000, (10, n_skus))
    values[7:, ::9] *= 1000
    skus = ["sku-%05d" % i for i in rng.permutation(n_skus)]
    return table([(skus[j], str(values[i, j]), "en") for i in range(10) for j in range(n_skus)])


GENERATORS = {
    "separators": [separators],
    "format": [formats],
    "suspects": [lambda rng: suspects(rng, 7), lambda rng: suspects(rng, 41)],
    "median": [lambda rng: even_median(rng, 3), lambda rng: even_median(rng, 40)],
    "threshold": [lambda rng: on_threshold(rng, 30), lambda rng: on_threshold(rng, 200)],
    "skus": [lambda rng: many_skus(rng, 6, 200), lambda rng: many_skus(rng, 25, 400)],
    "perf": [one_long_history, short_histories],
}


def scale(rng, n):
    return one_long_history(rng, n)


def generate(rng, group, index):
    return GENERATORS[group][index](rng)
