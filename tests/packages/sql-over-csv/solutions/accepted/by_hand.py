"""Reads the file character by character: the csv module cannot tell "" from nothing."""


def records(text):
    field, row, quoted, inside, i = [], [], False, False, 0
    while i < len(text):
        c = text[i]
        if inside:
            if c == '"' and text[i + 1:i + 2] == '"':
                field.append(c)
                i += 1
            elif c == '"':
                inside = False
            else:
                field.append(c)
        elif c == '"':
            inside = quoted = True
        elif c in ",\n":
            row.append("".join(field) if field or quoted else None)
            field, quoted = [], False
            if c == "\n":
                yield row
                row = []
        elif c != "\r":
            field.append(c)
        i += 1


def city_totals(data, city, least):
    with open(data, encoding="utf-8", newline="") as file:
        text = file.read()
    header, *rows = records(text + ("" if text.endswith("\n") else "\n"))
    rows = [dict(zip(header, row)) for row in rows]
    result = []
    for code, label in zip(city["code"], city["label"]):
        own = [row for row in rows if row["city"] == code]
        amounts = [(-float(row["amount"]), int(row["id"])) for row in own if row["amount"] is not None]
        result.append((label, len(own), len(own) - len(amounts), -sum(a for a, _ in amounts) + 0.0 if amounts else None,
                       min(amounts)[1] if amounts else None, any(-a >= least for a, _ in amounts)))
    return result
