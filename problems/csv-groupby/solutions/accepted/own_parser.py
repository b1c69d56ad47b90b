# lang: pypure
# Lines of bytes; a record with a quote is put together and taken apart by hand.


def split_quoted(line, file):
    fields = []
    while True:
        if not line.startswith(b'"'):
            end = line.find(b",")
            if end < 0:
                fields.append(line.rstrip(b"\r\n"))
                return fields
            fields.append(line[:end])
            line = line[end + 1:]
            continue
        parts = []
        line = line[1:]
        while True:
            end = line.find(b'"')
            if end < 0:
                parts.append(line)
                line = file.readline()
                continue
            parts.append(line[:end])
            line = line[end + 1:]
            if not line.startswith(b'"'):
                break
            parts.append(b'"')
            line = line[1:]
        fields.append(b"".join(parts))
        if not line.startswith(b","):
            return fields
        line = line[1:]


def records(file):
    while True:
        line = file.readline()
        if not line:
            return
        yield split_quoted(line, file) if b'"' in line else line.rstrip(b"\r\n").split(b",")


def csv_groupby(data):
    totals = {}
    with open(data, "rb") as file:
        if file.read(3) != b"\xef\xbb\xbf":
            file.seek(0)
        rows = records(file)
        header = next(rows)
        r, a = header.index(b"region"), header.index(b"amount")
        for row in rows:
            key, text = row[r], row[a]
            value = None if text in (b"", b"NA") else float(text)
            if key not in totals:
                totals[key] = [0, 0, 0.0, None, None]
            total = totals[key]
            total[0] += 1
            if value is None:
                continue
            total[1] += 1
            total[2] += value
            if total[3] is None or value < total[3]:
                total[3] = value
            if total[4] is None or value > total[4]:
                total[4] = value
    return [
        {"region": key.decode(), "n": n, "n_missing": n - present, "mean": total / present if present else None,
         "min": low, "max": high}
        for key, (n, present, total, low, high) in sorted(totals.items())
    ]
