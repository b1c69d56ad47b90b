# The oracle: regions in a list, found by list.index; exact arithmetic with fractions of integers.
# caught by: perf
import csv
from fractions import Fraction


def csv_groupby(data):
    names, counts, amounts = [], [], []
    with open(data, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["region"] not in names:
                names.append(row["region"])
                counts.append(0)
                amounts.append([])
            at = names.index(row["region"])
            counts[at] += 1
            if row["amount"] not in ("", "NA"):
                amounts[at].append(Fraction(row["amount"]))
    result = []
    for region in sorted(names, key=str.encode):
        at = names.index(region)
        n, known = counts[at], amounts[at]
        if known:
            result.append((region, n, n - len(known), float(sum(known) / len(known)), float(min(known)), float(max(known))))
        else:
            result.append((region, n, n, None, None, None))
    return result
