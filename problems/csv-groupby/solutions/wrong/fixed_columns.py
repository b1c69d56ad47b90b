# Takes the second and the third column, whatever they are called.
# caught by: sample, edge, quoting, header
import csv


def csv_groupby(data):
    regions = {}
    with open(data, encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        region_at, amount_at = 1, min(2, len(header) - 1)
        for row in rows:
            total = regions.get(row[region_at])
            if total is None:
                total = regions[row[region_at]] = [0, 0, 0.0, float("inf"), float("-inf")]
            total[0] += 1
            text = row[amount_at]
            if text == "" or text == "NA":
                total[1] += 1
                continue
            try:
                value = float(text)
            except ValueError:
                total[1] += 1
                continue
            total[2] += value
            if value < total[3]:
                total[3] = value
            if value > total[4]:
                total[4] = value
    result = []
    for region in sorted(regions):  # code point order is byte order in UTF-8
        n, missing, total, low, high = regions[region]
        if n == missing:
            result.append((region, n, missing, None, None, None))
        else:
            result.append((region, n, missing, total / (n - missing), low, high))
    return result
