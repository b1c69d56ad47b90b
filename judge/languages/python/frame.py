"""The frame (judge/FRAME.md): arguments in, results and faults out.

Used by the harness and by the generator's host.  Works without NumPy: `np` is the numpy module or None.
Only modules that are cheap to import may be imported here: this runs before every test.
"""

from struct import Struct

import posix

ARGS, RESULT, FAULT = 1, 2, 3
SCALAR, ARRAY, RAGGED, TABLE, CSV = range(5)
INT, FLOAT, BOOL, STR = 1, 2, 3, 4
NULLABLE, EXTERNAL = 1, 2

KINDS = {"scalar": SCALAR, "array": ARRAY, "ragged": RAGGED, "table": TABLE, "csv": CSV}
ELEMS = {"int": INT, "float": FLOAT, "bool": BOOL, "str": STR, None: 0}

HEADER = Struct("<4sHHIIQQ")
DESCRIPTOR = Struct("<4BI4qq6q")
ALIGN = 64
CHUNK = 4096  # elements converted at a time: temporaries stay small beside what is kept


class FrameError(Exception):
    pass


class Field:
    """One argument, return or column of the signature."""

    __slots__ = ("name", "kind", "elem", "nullable", "dims", "columns", "type_name")

    def __init__(self, json):
        self.name = json["name"]
        self.kind = KINDS[json["kind"]]
        self.elem = ELEMS[json["elem"]]
        self.nullable = bool(json["nullable"])
        self.dims = json["dims"]
        self.columns = [Field(column) for column in json.get("columns", ())]
        self.type_name = self._type_name(json)

    def _type_name(self, json):
        if self.kind == TABLE:
            return "table{%s}" % ", ".join(
                "%s:%s" % (c.name, c.type_name.partition("[")[0]) for c in self.columns
            )
        if self.kind == CSV:
            return "csv"
        name = json["elem"] + ("?" if self.nullable else "")
        if self.kind == RAGGED:
            return name + "".join("[%s]" % size for size in self.dims)
        if self.kind == ARRAY:
            return "%s[%s]" % (name, ",".join(str(size) for size in self.dims))
        return name


class Item:
    """One descriptor: read from a frame, or to be written with its blocks (buffers or None)."""

    __slots__ = (
        "kind", "elem", "flags", "rank", "n_columns", "dims", "n",
        "data", "bytes", "bytes_len", "valid", "rows",
    )

    def __init__(self, kind, elem=0, dims=(), n=0, data=None, text=None, valid=None, rows=None):
        self.kind = kind
        self.elem = elem
        self.flags = NULLABLE if valid is not None else 0
        self.rank = len(dims)
        self.n_columns = 0
        self.dims = dims
        self.n = n
        self.data = data
        self.bytes = text
        self.valid = valid
        self.rows = rows


# --- reading -----------------------------------------------------------------------------------


def read_items(view):
    """The descriptors; blocks are offsets.  The judge wrote this frame, so the checks are few."""
    if len(view) < HEADER.size:
        raise FrameError("the frame is shorter than its header")
    magic, version, kind, n_items, _, total, _ = HEADER.unpack_from(view)
    if magic != b"MLJF" or version != 1 or kind != ARGS or total != len(view):
        raise FrameError("not an arguments frame of version 1")
    items = []
    for i in range(n_items):
        (kind, elem, flags, rank, n_columns, d0, d1, d2, d3, n, data, bytes_off, bytes_len, valid,
         rows, _) = DESCRIPTOR.unpack_from(view, HEADER.size + i * DESCRIPTOR.size)
        item = Item(kind, elem, (d0, d1, d2, d3)[:rank], n, data, bytes_off, None, rows)
        item.flags = flags
        item.n_columns = n_columns
        item.bytes_len = bytes_len
        item.valid = valid
        items.append(item)
    return items


def _string_chunk(view, item, start, end):
    """A chunk of plain ASCII is decoded once and cut."""
    cut = view[item.data + 8 * start:item.data + 8 * (end + 1)].cast("q").tolist()
    first = cut[0]
    raw = bytes(view[item.bytes + first:item.bytes + cut[-1]])
    ends = [b - first for b in cut]
    if raw.isascii():
        raw = raw.decode()
        return [raw[a:b] for a, b in zip(ends, ends[1:])]
    return [raw[a:b].decode() for a, b in zip(ends, ends[1:])]


def _chunks(view, item, size=CHUNK):
    """All elements as lists of Python values, None for NULL."""
    for start in range(0, item.n, size):
        end = min(start + size, item.n)
        if item.elem == INT:
            values = view[item.data + 8 * start:item.data + 8 * end].cast("q").tolist()
        elif item.elem == FLOAT:
            values = view[item.data + 8 * start:item.data + 8 * end].cast("d").tolist()
        elif item.elem == BOOL:
            values = list(map(bool, view[item.data + start:item.data + end]))
        else:
            values = _string_chunk(view, item, start, end)
        if item.flags & NULLABLE:
            valid = bytes(view[item.valid + start:item.valid + end])
            i = valid.find(0)
            while i >= 0:
                values[i] = None
                i = valid.find(0, i + 1)
        yield values


def _flat_list(view, item):
    if item.elem != STR and item.n:
        return next(_chunks(view, item, item.n))
    values = []
    for chunk in _chunks(view, item):
        values += chunk
    return values


def _row_offsets(view, item):
    if not item.dims[0]:
        return [0]
    return view[item.rows:item.rows + 8 * (item.dims[0] + 1)].cast("q").tolist()


def flat_array(view, item, np):
    """All elements as an array of rank 1: a view into the frame wherever NumPy has the type."""
    if item.elem == FLOAT or not item.flags & NULLABLE and item.elem in (INT, BOOL):
        dtype = {INT: "<i8", FLOAT: "<f8", BOOL: "?"}[item.elem]
        if not item.n:
            return np.empty(0, dtype)
        return np.frombuffer(view, dtype, item.n, item.data)
    values = np.empty(item.n, object)
    start = 0
    for chunk in _chunks(view, item):
        values[start:start + len(chunk)] = chunk
        start += len(chunk)
    return values


def _nested(flat, dims):
    counts = []
    count = 1
    for size in dims[:-1]:
        count *= size
        counts.append(count)
    for size in dims[:0:-1]:
        flat = [flat[i * size:(i + 1) * size] for i in range(counts.pop())]
    return flat


def _array(view, item, dims, np, maker):
    if maker is not None and len(dims) == 1:
        return maker.array(view, item)
    if np is None:
        flat = _flat_list(view, item)
        return _nested(flat, dims) if len(dims) > 1 else flat
    flat = flat_array(view, item, np)
    return flat.reshape(dims) if len(dims) > 1 else flat


def _scalar(view, item):
    return _flat_list(view, item)[0]


def _ragged(view, item, np):
    flat = _flat_list(view, item) if np is None else flat_array(view, item, np)
    offsets = _row_offsets(view, item)
    return [flat[offsets[i]:offsets[i + 1]] for i in range(len(offsets) - 1)]


def _table(view, columns, fields, np):
    if np is not None:
        return {f.name: flat_array(view, c, np) for f, c in zip(fields, columns)}
    names = [f.name for f in fields]
    rows = []
    for chunk in zip(*[_chunks(view, c) for c in columns]):
        rows += [dict(zip(names, row)) for row in zip(*chunk)]
    return rows


def _bind_dims(items, fields):
    """The size of every named dimension; an int argument of that name decides."""
    bound = {}
    for field, (item, _, value) in zip(fields, items):
        if field.kind in (ARRAY, RAGGED):
            for name, size in zip(field.dims, item.dims):
                if type(name) is str and (item.n or size):
                    bound[name] = size
    for field, (_, _, value) in zip(fields, items):
        if field.kind == SCALAR and field.elem == INT and value is not None:
            bound[field.name] = value
    return bound


def decode(buffer, fields, np, maker=None):
    """The arguments in the order of `fields`: views into `buffer` where possible.  `maker`: frame_pandas.Maker, for that
    flavour's arrays of rank 1 and tables."""
    view = memoryview(buffer)
    items = read_items(view)
    top = []
    i = 0
    for field in fields:
        if i >= len(items) or items[i].kind != field.kind:
            raise FrameError("argument '%s' is missing or of another kind" % field.name)
        item = items[i]
        columns = items[i + 1:i + 1 + item.n_columns]
        top.append((item, columns, _scalar(view, item) if item.kind == SCALAR else None))
        i += 1 + item.n_columns
    if i != len(items):
        raise FrameError("more arguments than the signature has")
    bound = _bind_dims(top, fields)
    return _values(view, top, fields, bound, np, maker)


def _values(view, top, fields, bound, np, maker):
    values = []
    for field, (item, columns, value) in zip(fields, top):
        if field.kind == ARRAY:
            dims = item.dims
            if not item.n and (len(dims) != len(field.dims) or not any(dims)):
                # `[]`: an empty array of any rank, its sizes come from elsewhere in the call
                dims = [size if type(size) is int else bound.get(size, 0) for size in field.dims]
                if 0 not in dims:
                    dims = [0] * len(dims)
            value = _array(view, item, dims, np, maker)
        elif field.kind == RAGGED:
            value = _ragged(view, item, np)
        elif field.kind == TABLE:
            if maker is not None:
                value = maker.table(view, columns, field.columns)
            else:
                value = _table(view, columns, field.columns, np)
        elif field.kind == CSV:
            if item.flags & EXTERNAL:
                value = "/proc/self/fd/%d" % item.data
            else:
                value = bytes(view[item.bytes:item.bytes + item.bytes_len])
        values.append(value)
    return values


class Method:
    """A method of a class: its arguments, and none or one result."""

    __slots__ = ("name", "fields", "returns")

    def __init__(self, json):
        self.name = json["name"]
        self.fields = [Field(f) for f in json["args"]]
        self.returns = [Field(f) for f in json["returns"]]


def _tops(view, items, method, count, at):
    """For each argument of a method what _values() needs of each call, and where the items go on."""
    tops = []
    for field in method.fields:
        if field.kind == SCALAR:  # one array over all calls
            tops.append([(items[at], (), value) for value in _flat_list(view, items[at])])
            at += 1
            continue
        one = []
        for _ in range(count):
            item = items[at]
            one.append((item, items[at + 1:at + 1 + item.n_columns], None))
            at += 1 + item.n_columns
        tops.append(one)
    return tops, at


def decode_calls(buffer, methods, np, maker=None):
    """The calls of a class (judge/calls.h) as [(index of the method, its arguments), ...]."""
    view = memoryview(buffer)
    items = read_items(view)
    order = _flat_list(view, items[0])
    at, tops = 1, []
    for m, method in enumerate(methods):
        found, at = _tops(view, items, method, order.count(m), at)
        tops.append([iter(column) for column in found])
    if at != len(items):
        raise FrameError("more arguments than the calls have")
    calls, of_init = [], {}
    for m in order:
        fields = methods[m].fields
        top = [next(column) for column in tops[m]]
        bound = dict(of_init, **_bind_dims(top, fields)) if top else of_init
        if not calls:
            of_init = bound
        calls.append((m, _values(view, top, fields, bound, np, maker)))
    return calls


# --- writing -----------------------------------------------------------------------------------


def _size(buffer):
    return memoryview(buffer).nbytes if buffer is not None else 0


def _blocks(item):
    return item.data, item.bytes, item.valid, item.rows


def write_all(fd, buffer, offset):
    view = memoryview(buffer)
    if view.nbytes and view.format != "B":
        view = view.cast("B")
    while view.nbytes:
        n = posix.pwrite(fd, view, offset)
        view = view[n:]
        offset += n
    return offset


def write(fd, kind, items, base=0):
    """Writes one frame at `base` and returns where it ends.  A block is copied once, by the kernel."""
    offset = HEADER.size + DESCRIPTOR.size * len(items)
    end = offset
    placed = []
    head = bytearray(offset)
    for i, item in enumerate(items):
        places = []
        for block in _blocks(item):
            size = _size(block)
            if not size:
                places.append(0)
                continue
            start = (end + ALIGN - 1) // ALIGN * ALIGN
            end = start + size
            places.append(start)
            placed.append((start, block))
        data, text, valid, rows = places
        DESCRIPTOR.pack_into(
            head, HEADER.size + i * DESCRIPTOR.size,
            item.kind, item.elem, item.flags, item.rank, item.n_columns,
            *item.dims, *[0] * (4 - len(item.dims)),
            item.n, data, text, _size(item.bytes), valid, rows, 0,
        )
    HEADER.pack_into(head, 0, b"MLJF", 1, kind, len(items), 0, end, 0)

    # Small blocks are gathered into one write; holes that writing leaves in a memfd read as zeros.
    gathered, start = head, 0
    for place, block in placed:
        if _size(block) <= 1 << 16 and len(gathered) < 1 << 20:
            gathered += bytes(place - start - len(gathered))
            gathered += memoryview(block).cast("B")
            continue
        write_all(fd, gathered, base + start)
        write_all(fd, block, base + place)
        gathered, start = bytearray(), place + _size(block)
    write_all(fd, gathered, base + start)
    return base + end


def _bounded(text, limit):
    raw = text.replace("\0", "\ufffd").encode("utf-8", "replace")
    if len(raw) > limit:
        raw = raw[:limit - 3].decode("utf-8", "ignore").encode() + b"..."
    return raw


def _text_item(raw):
    return Item(SCALAR, STR, (), 1, Struct("<2q").pack(0, len(raw)), raw)


def write_fault(fd, code, kind, message, line):
    number = Struct("<q").pack
    items = [
        Item(SCALAR, INT, (), 1, number(code)),
        _text_item(_bounded(kind, 63)),
        _text_item(_bounded(message, 511)),
        Item(SCALAR, INT, (), 1, number(line)),
    ]
    return write(fd, FAULT, items)
