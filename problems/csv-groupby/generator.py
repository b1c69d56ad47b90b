"""Tests of csv-groupby.

The sums are well conditioned: in every region, the error of adding the amounts one after the other in
double precision is below a tenth of the tolerance of the mean.
"""
import csv
import io
import re

import numpy as np

MAX_BYTES = 64_000_000
MAX_REGIONS = 5_000
MAX_FIELD = 10_000
MAX_COLUMNS = 50
AMOUNT = re.compile(r"[+-]?[0-9]{1,9}(?:\.[0-9]{1,6})?").fullmatch
RECORDS = re.compile(
    r'(?:(?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,(?:"(?:[^"]|"")*"|[^",\r\n]*))*(?:\r?\n|\Z))*').fullmatch
UNIT = 2.0**-53


def validate(args):
    data = args["data"]
    data = data.encode() if isinstance(data, str) else bytes(data)
    assert len(data) <= MAX_BYTES and b"\0" not in data
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="")
    small = len(data) < 1_000_000  # what is slow to see is not looked for in the large file
    if small:
        assert RECORDS(data.decode("utf-8-sig")), "not a CSV file"
    rows = csv.reader(text, strict=True)
    header = next(rows)
    assert header.count("region") == 1 and header.count("amount") == 1, "header"
    region_at, amount_at, width = header.index("region"), header.index("amount"), len(header)
    assert width <= MAX_COLUMNS
    totals = {}
    for row in rows:
        assert len(row) == width, "a row of another length"
        if small:
            assert max(len(f.encode()) for f in row) <= MAX_FIELD
        total = totals.get(row[region_at])
        if total is None:
            total = totals[row[region_at]] = [0, 0.0, 0.0]
        amount = row[amount_at]
        if amount and amount != "NA":
            assert AMOUNT(amount), "amount " + amount[:40]
            value = float(amount)
            total[0] += 1
            total[1] += value
            total[2] += abs(value)
    assert len(totals) <= MAX_REGIONS
    for present, plain, absolute in totals.values():
        assert UNIT * absolute <= 1e-10 + 1e-10 * abs(plain) / max(present, 1), "the mean is ill-conditioned"


# --- small files -------------------------------------------------------------------------------------

def field(text, force=False):
    if force or re.search(r'[",\r\n]', text):
        return '"' + text.replace('"', '""') + '"'
    return text


def encode(header, rows, newline="\n", bom=False, final=True, quoted=lambda: False):
    lines = [",".join(field(f, quoted()) for f in row) for row in [header] + rows]
    text = newline.join(lines) + (newline if final else "")
    return {"data": (b"\xef\xbb\xbf" if bom else b"") + text.encode()}


def amount_text(rng):
    whole = str(rng.randint(0, 10 ** rng.randint(1, 6))).zfill(rng.randint(1, 4))
    digits = rng.randint(0, 7)
    fraction = "." + "".join(str(rng.randint(0, 10)) for _ in range(digits)) if digits else ""
    return ("", "", "-", "+")[rng.randint(0, 4)] + whole + fraction


def draw(rng, regions, n, missing=0.0):
    """n rows (id, region, amount); every region occurs in the first rows."""
    rows = []
    for i in range(n):
        region = regions[i] if i < len(regions) else regions[rng.randint(0, len(regions))]
        absent = rng.random_sample() < missing
        rows.append([str(i), region, ("", "NA")[rng.randint(0, 2)] if absent else amount_text(rng)])
    return rows


def swap(rows):
    """Columns id, amount, region."""
    return [[row[0], row[2], row[1]] for row in rows]


PLAIN = ["north", "south", "east", "west", "North", "a", "b", "10", "9", "region", "amount"]
UNICODE = ["Ångström", "Zürich", "zebra", "東京", "\ufb01n", "\U0001f600", "é", "e\u0301"]


def edge_crlf(rng):
    rows = draw(rng, PLAIN + UNICODE, 200)
    return encode(["id", "amount", "region"], swap(rows), newline="\r\n")


def edge_no_final_newline(rng):
    """The last row is the only one of its region."""
    rows = draw(rng, PLAIN, 60) + [["60", "the last one", amount_text(rng)]]
    return encode(["id", "region", "amount"], rows, final=False)


def quoting_commas(rng):
    regions = PLAIN + ["a,b", "a, b", ",", '"', '""', 'say "yes"', '",', ',"', " a", "a ", "x,,y"]
    return encode(["id", "region", "amount"], draw(rng, regions, 150), quoted=lambda: rng.randint(0, 4) == 0)


def quoting_newlines(rng):
    """Line ends inside quotes belong to the value and are not normalised."""
    regions = ["a\nb", "a\r\nb", "a\rb", "\n", "\r\n", "a", "b", 'a"\nb,', "\na", "1\n2\n3"]
    return encode(["id", "region", "amount"], draw(rng, regions, 120))


def quoting_everything(rng):
    rows = [row + ["note, with\nlines"] for row in draw(rng, PLAIN + UNICODE, 120)]
    return encode(["id", "region", "amount", "note"], rows, newline="\r\n", quoted=lambda: True)


def missing_some(rng):
    return encode(["id", "region", "amount"], draw(rng, PLAIN, 200, missing=0.4))


def missing_most(rng):
    """Many regions without any amount."""
    regions = ["r%d" % i for i in range(60)]
    return encode(["id", "region", "amount"], draw(rng, regions, 120, missing=0.9))


def header_far_apart(rng):
    """Region first, amount last, others between them; byte order mark."""
    rows = [[row[1], row[0], "NA", "7.5", row[2]] for row in draw(rng, PLAIN, 80)]
    return encode(["region", "id", "Amount", "region_amount", "amount"], rows, bom=True)


def header_reversed(rng):
    rows = [[row[2], "x", row[1], row[0]] for row in draw(rng, PLAIN, 80)]
    return encode(["amount", " region", "region", "id"], rows)


# --- the large file ----------------------------------------------------------------------------------

PERF_ROWS = 2_000_000
PERF_CHUNK = 250_000
NAME_WIDTH = 19


def perf_names(rng):
    """5000 regions as they stand in the file; one in ten needs quotes."""
    names = []
    for i in rng.permutation(MAX_REGIONS):
        kind = i % 20
        names.append(b'"Port %d, North"' % i if kind == 0 else b'"the ""%d"" area"' % i if kind == 1
                     else b"zone-%d" % i)
    table = np.zeros((MAX_REGIONS, NAME_WIDTH), dtype=np.uint8)
    for row, name in zip(table, names):
        row[:len(name)] = np.frombuffer(name, dtype=np.uint8)
    return table


def put_digits(out, values, keep_zeros):
    """Decimal digits of `values` into the columns of `out`, leading zeros as 0 bytes unless kept."""
    width = out.shape[1]
    for at in range(width):
        power = 10 ** (width - 1 - at)
        digit = (values // power % 10 + ord("0")).astype(np.uint8)
        if not keep_zeros and power > 1:
            digit[values < power] = 0
        out[:, at] = digit


def perf_chunk(rng, names, first, count):
    """Rows as a matrix of bytes in which 0 stands for nothing."""
    matrix = np.zeros((count, 7 + 1 + NAME_WIDTH + 1 + 1 + 4 + 1 + 4 + 1), dtype=np.uint8)
    at = 0
    put_digits(matrix[:, :7], np.arange(first, first + count), False)
    matrix[:, 7] = ord(",")
    at = 8 + NAME_WIDTH
    matrix[:, 8:at] = names[rng.randint(0, len(names), count)]
    matrix[:, at] = ord(",")
    amount = matrix[:, at + 1:at + 11]
    amount[rng.random_sample(count) < 0.1, 0] = ord("-")
    put_digits(amount[:, 1:5], rng.randint(0, 10_000, count), False)
    amount[:, 5] = ord(".")
    put_digits(amount[:, 6:10], rng.randint(0, 10_000, count), True)
    digits = rng.random_sample(count)
    amount[digits < 0.9, 8:] = 0
    amount[digits < 0.1, 5:] = 0
    missing = rng.random_sample(count)
    amount[missing < 0.03] = 0
    amount[missing < 0.015, 0] = ord("N")
    amount[missing < 0.015, 1] = ord("A")
    matrix[:, -1] = ord("\n")
    return matrix[matrix != 0].tobytes()


def perf(rng, n=PERF_ROWS, n_regions=MAX_REGIONS):
    names = perf_names(rng)[:n_regions]
    chunks = [perf_chunk(rng, names, first, min(PERF_CHUNK, n - first)) for first in range(0, n, PERF_CHUNK)]
    return {"data": b"id,region,amount\n" + b"".join(chunks)}


GENERATORS = {
    "edge": [edge_crlf, edge_no_final_newline],
    "quoting": [quoting_commas, quoting_newlines, quoting_everything],
    "missing": [missing_some, missing_most],
    "header": [header_far_apart, header_reversed],
    "perf": [perf],
}


def scale(rng, n):
    return perf(rng, n, n // 400)


def generate(rng, group, index):
    return GENERATORS[group][index](rng)
