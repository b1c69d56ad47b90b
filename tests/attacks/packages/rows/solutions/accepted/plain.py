def rows_with_text(t):
    return [(i, s) for i, s in zip(t["id"], t["s"]) if s is not None]
