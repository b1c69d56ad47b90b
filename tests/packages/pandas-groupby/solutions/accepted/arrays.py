# lang: python
import numpy as np


def shop_report(sales, least):
    ok = sales["ok"]
    shop, kind, price, n = (sales[name][ok] for name in ("shop", "kind", "price", "n"))
    rows = []
    for name in sorted(set(shop)):
        own = np.array([s == name for s in shop], dtype=bool)
        prices = price[own]
        known = prices[~np.isnan(prices)]
        sold = [x for x in n[own] if x is not None]
        kinds, times = np.unique([k for k in kind[own] if k is not None], return_counts=True)
        if own.sum() >= least:
            rows.append((name, own.sum(), sum(sold) if sold else None, known.mean() if len(known) else np.nan,
                         kinds[times.argmax()] if len(kinds) else None, len(known) == len(prices)))
    return rows
