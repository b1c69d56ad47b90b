# A row a group, columns of objects: NULL is pd.NA, None or NaN as it comes.
import pandas as pd


def shop_report(sales, least):
    rows = []
    for shop, part in sales[sales["ok"]].groupby("shop"):
        if len(part) < least:
            continue
        kinds = part["kind"].mode()
        n = part["n"].dropna()
        rows.append({"all_priced": bool(part["price"].notna().all()), "best": min(kinds) if len(kinds) else None, "shop": shop,
                     "n_sales": len(part), "n_sold": n.sum() if len(n) else pd.NA, "mean_price": part["price"].mean()})
    return pd.DataFrame(rows, columns=["shop", "n_sales", "n_sold", "mean_price", "best", "all_priced"], dtype=object)
