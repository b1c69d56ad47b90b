# caught by: edge, quoting, perf
# lang: pandas
# read_csv with its own idea of what is missing: a region that is empty or called NA is no group. Keeps what it found in every chunk.
import pandas as pd


def csv_groupby(data):
    parts = []
    for chunk in pd.read_csv(data, usecols=["region", "amount"], dtype=str, index_col=False, encoding="utf-8-sig", chunksize=20_000):
        value = chunk["amount"].astype("float64")
        parts.append(value.groupby(chunk["region"]).agg(["size", "count", "sum", "min", "max"]))
    groups = pd.concat(parts).groupby(level=0)
    total = groups[["size", "count", "sum"]].sum().join(groups[["min", "max"]].agg({"min": "min", "max": "max"})).reset_index()
    return pd.DataFrame({"region": total["region"], "n": total["size"], "n_missing": total["size"] - total["count"],
                         "mean": total["sum"] / total["count"], "min": total["min"], "max": total["max"]})
