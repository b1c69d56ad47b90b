# Batches of rows into NumPy: bincount and minimum.at; NaN stands for NULL; returns a dict of columns.
import csv
from itertools import islice

import numpy as np

BATCH = 20_000


def grown(array, size, value):
    if len(array) >= size:
        return array
    return np.concatenate((array, np.full(2 * size - len(array), value, dtype=array.dtype)))


def csv_groupby(data):
    ids = {}
    n, present = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    sums, low, high = np.zeros(0), np.zeros(0), np.zeros(0)
    with open(data, encoding="utf-8", newline="") as file:
        if file.read(1) != "\ufeff":
            file.seek(0)
        rows = csv.reader(file)
        header = next(rows)
        r, a = header.index("region"), header.index("amount")
        while True:
            batch = list(islice(rows, BATCH))
            if not batch:
                break
            code = np.array([ids.setdefault(row[r], len(ids)) for row in batch])
            value = np.array([float(row[a]) if row[a] not in ("", "NA") else np.nan for row in batch])
            size = len(ids)
            n, present, sums = grown(n, size, 0), grown(present, size, 0), grown(sums, size, 0.0)
            low, high = grown(low, size, np.inf), grown(high, size, -np.inf)
            n += np.bincount(code, minlength=len(n))
            known = ~np.isnan(value)
            code, value = code[known], value[known]
            present += np.bincount(code, minlength=len(n))
            sums += np.bincount(code, weights=value, minlength=len(n))
            np.minimum.at(low, code, value)
            np.maximum.at(high, code, value)
    names = sorted(ids)
    order = np.array([ids[name] for name in names], dtype=np.int64)
    n, present, sums, low, high = n[order], present[order], sums[order], low[order], high[order]
    none = present == 0
    mean = np.full(len(order), np.nan)
    np.divide(sums, present, out=mean, where=~none)
    return {
        "region": names, "n": n, "n_missing": n - present, "mean": mean,
        "min": np.where(none, np.nan, low), "max": np.where(none, np.nan, high),
    }
