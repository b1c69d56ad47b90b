# lang: pandas
# read_csv in chunks of strings, so that NA is a region like any other; sums of each chunk are added up.
import pandas as pd


def csv_groupby(data):
    total = None
    for chunk in pd.read_csv(data, usecols=["region", "amount"], dtype=str, keep_default_na=False, na_filter=False, index_col=False,
                             encoding="utf-8-sig", chunksize=20_000):
        value = chunk["amount"].mask(chunk["amount"].isin(["", "NA"])).astype("float64")
        group = pd.DataFrame({"value": value, "region": chunk["region"]}).groupby("region")["value"]
        part = group.agg(["size", "count", "sum", "min", "max"])
        if total is not None:
            part = pd.concat([total, part])
        groups = part.groupby(level=0)
        total = groups[["size", "count", "sum"]].sum().join(groups[["min", "max"]].agg({"min": "min", "max": "max"}))
    if total is None:
        return []
    total = total.sort_index().reset_index()
    return pd.DataFrame({"region": total["region"], "n": total["size"], "n_missing": total["size"] - total["count"],
                         "mean": total["sum"] / total["count"], "min": total["min"], "max": total["max"]})
