# caught by: sample, edge, null, tie, many
import pandas as pd


def shop_report(sales, least):
    sales = sales[sales["ok"]]
    shops = sales.groupby("shop")
    report = pd.DataFrame({"n_sales": shops.size(), "n_sold": shops["n"].sum(min_count=1), "mean_price": shops["price"].mean()})
    kinds = sales.dropna(subset=["kind"]).groupby(["shop", "kind"]).size().rename("times").reset_index()
    kinds = kinds.sort_values(["times", "kind"], ascending=[False, True]).drop_duplicates("shop")
    report["best"] = kinds.set_index("shop")["kind"]
    report["all_priced"] = shops["price"].count() == report["n_sales"]
    return report[report["n_sales"] >= least]
