# lang: pypure
from collections import Counter


def shop_report(sales, least):
    shops = {}
    for row in sales:
        if row["ok"]:
            shops.setdefault(row["shop"], []).append(row)
    report = []
    for shop, rows in shops.items():
        prices = [row["price"] for row in rows if row["price"] is not None]
        sold = [row["n"] for row in rows if row["n"] is not None]
        kinds = Counter(row["kind"] for row in rows if row["kind"] is not None)
        if len(rows) >= least:
            report.append({"shop": shop, "n_sales": len(rows), "n_sold": sum(sold) if sold else None,
                           "mean_price": sum(prices) / len(prices) if prices else None,
                           "best": min(kinds, key=lambda kind: (-kinds[kind], kind)) if kinds else None,
                           "all_priced": len(prices) == len(rows)})
    return report
