# Spaces around a region are dropped.
# caught by: quoting, edge
import csv


def csv_groupby(data):
    regions = {}
    with open(data, encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        region_at, amount_at = header.index("region"), header.index("amount")
        for row in rows:
            total = regions.get(row[region_at].strip())
            if total is None:
                total = regions[row[region_at].strip()] = [0, 0, 0.0, float("inf"), float("-inf")]
            total[0] += 1
            text = row[amount_at]
            if text == "" or text == "NA":
                total[1] += 1
                continue
            value = float(text)
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
