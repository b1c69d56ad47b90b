def generate(rng, group, index):
    codes = ["", "a", "A", "b b", "c,c", 'd"d', "\u00e9", "none"]
    quoted = {code: '"%s"' % code.replace('"', '""') for code in codes}
    lines = ["id,city,amount"]
    for i in rng.permutation(2000 if index else 60):
        code = codes[rng.randint(0, len(codes) - 1)]
        city = "" if rng.rand() < 0.1 else quoted[code]
        amount = "" if rng.rand() < 0.1 else str(rng.randint(-5, 12)) if rng.rand() < 0.5 else "%.2f" % (rng.randint(-50, 120) / 10)
        lines.append("%d,%s,%s" % (i, city, amount))
    for i, code in enumerate(codes[:-1]):  # in every city the largest amount is there twice, that with the larger id first
        lines += ["%d,%s,100" % (7000 + i, quoted[code]), "%d,%s,100" % (5000 + i, quoted[code])]
    text = "\r\n".join(lines) + "\r\n"
    labels = [None if code in ("", "b b") else code.upper() for code in codes]
    return {"data": text.encode(), "city": {"code": codes, "label": labels}, "least": float(rng.randint(0, 13))}


def validate(args):
    assert len(set(args["city"]["code"])) == len(args["city"]["code"])
