"""From what a function returned to the items of a frame, by the coercion table of judge/README.md.

Values are read by exact type (`type(x) is ...`): an object that only pretends, by a subclass, __array__,
__float__ or __eq__, is refused, and none of its code runs here.  Integers are taken where float is declared;
a float where int is declared is refused, and so is bool for int and int for bool.
"""

from _operator import itemgetter
from itertools import accumulate, chain
from struct import Struct, error as struct_error, pack_into

import sys

from frame import (
    ARRAY, BOOL, CHUNK, CSV, FLOAT, INT, RAGGED, SCALAR, STR, TABLE, Item,
)

ELEM_NAMES = {INT: "int", FLOAT: "float", BOOL: "bool", STR: "str"}
PLAIN = {INT: {int}, FLOAT: {float, int}, BOOL: {bool}, STR: {str}}
NAN = float("nan")
NONE = type(None)
ROWS = (list, tuple)


class Mismatch(Exception):
    """A value of another type or shape than declared; the text says where."""


def class_name(cls):
    """The real name, whatever a metaclass says."""
    return type.__dict__["__name__"].__get__(cls, type)


class Encoder:
    def __init__(self, np):
        self.np = np
        self.pandas = None  # coerce_pandas.Pandas where pandas is there
        self.ndarray = None
        self.scalars = {INT: {}, FLOAT: {}, BOOL: {}, STR: {}}
        if np is not None:
            self.ndarray = np.ndarray
            ints = {np.int8, np.int16, np.int32, np.int64, np.intc, np.longlong,
                    np.uint8, np.uint16, np.uint32, np.uint64, np.uintc, np.ulonglong}
            self.scalars = {
                INT: ints,
                FLOAT: ints | {np.float16, np.float32, np.float64, np.longdouble},
                BOOL: {np.bool_},
                STR: {np.str_},
            }

    def adopt(self, pandas):
        """From now on objects of pandas are known."""
        from coerce_pandas import Pandas  # the harness has loaded it
        self.pandas = Pandas(self.np, pandas)

    # --- what to say ---------------------------------------------------------------------------

    def describe(self, value):
        cls = type(value)
        if value is None:
            return "None"
        if cls in (bool, float, str, list, tuple, dict, complex, set, bytes):
            return "a " + cls.__name__
        if cls is int:
            return "an int"
        if cls is self.ndarray:
            if value.ndim:
                return "an array of %s of shape %s" % (value.dtype.name[:40], value.shape)
            return "an array of %s without dimensions" % value.dtype.name[:40]
        of_pandas = self.pandas and self.pandas.describe(value)
        if of_pandas:
            return of_pandas
        if self.np is not None and cls in self.scalars[FLOAT] | self.scalars[BOOL] | self.scalars[STR]:
            return "a NumPy " + class_name(cls)
        return "an object of class " + class_name(cls)[:60]

    def fail(self, where, value, declared):
        raise Mismatch("%s: %s where %s is declared" % (where, self.describe(value), declared))

    # --- elements ------------------------------------------------------------------------------

    def plain(self, value, field, where):
        """One element as an exact int, float, bool, str or None."""
        cls = type(value)
        if cls is self.ndarray and value.ndim == 0:
            value = value[()]
            cls = type(value)
        if cls in PLAIN[field.elem]:
            return value
        if field.nullable and (value is None or self.pandas is not None and value is self.pandas.NA):
            return None
        if cls in self.scalars[field.elem]:
            number = value.item()
            if type(number) in PLAIN[field.elem]:
                return number
            narrow = float(number)  # long double
            if narrow - narrow == 0 or number - number != 0:
                return narrow
            raise Mismatch("%s: %s does not fit a 64-bit float" % (where, number))
        declared = ELEM_NAMES[field.elem] + ("?" if field.nullable else "")
        self.fail(where, value, declared)

    def plain_list(self, flat, field, place):
        """Checks every element; `place(i)` names the i-th."""
        kinds = set(map(type, flat))
        if field.nullable:
            kinds.discard(NONE)
        if kinds <= PLAIN[field.elem]:
            return flat
        return [self.plain(value, field, place(i)) for i, value in enumerate(flat)]

    def strings(self, flat, place):
        try:
            text = "".join(flat).encode()
        except UnicodeEncodeError:
            for i, value in enumerate(flat):
                try:
                    value.encode()
                except UnicodeEncodeError:
                    raise Mismatch("%s: a str with a lone surrogate, which is not UTF-8" % place(i)) from None
            raise
        if b"\0" in text:
            i = next(i for i, value in enumerate(flat) if "\0" in value)
            raise Mismatch("%s: a str with a NUL character" % place(i))
        if text.isascii():
            lengths = map(len, flat)
        else:
            lengths = [len(value.encode()) for value in flat]
        return pack_numbers("q", list(accumulate(lengths, initial=0))), text

    def pack(self, item, flat, field, place):
        """Puts the elements of a list into item's blocks."""
        flat = self.plain_list(flat, field, place)
        item.n = n = len(flat)
        if field.nullable:
            item.flags = 1
            item.valid = valid = bytearray(b"\1") * n
            if NONE in set(map(type, flat)):
                null = {INT: 0, FLOAT: NAN, BOOL: False, STR: ""}[field.elem]
                for i, value in enumerate(flat):
                    if value is None:
                        valid[i] = 0
                flat = [null if value is None else value for value in flat]
            if field.elem == FLOAT:
                for i, value in enumerate(flat):
                    if value != value:
                        valid[i] = 0
        if field.elem == BOOL:
            item.data = bytes(flat)
        elif field.elem == STR:
            item.data, item.bytes = self.strings(flat, place)
        else:
            try:
                item.data = pack_numbers("q" if field.elem == INT else "d", flat)
            except (OverflowError, struct_error):
                self.overflow(flat, field, place)
        return item

    def overflow(self, flat, field, place):
        for i, value in enumerate(flat):
            if type(value) is not int:
                continue
            if field.elem == INT and not -(1 << 63) <= value < 1 << 63:
                raise Mismatch("%s: an int of %d bits does not fit in 64" % (place(i), value.bit_length() + 1))
            try:
                float(value)
            except OverflowError:
                raise Mismatch("%s: an int of %d bits does not fit a float"
                               % (place(i), value.bit_length())) from None
        raise Mismatch("%s: a number that does not fit" % place(0))

    # --- NumPy arrays --------------------------------------------------------------------------

    def numeric(self, array, field, where):
        """An array of the frame's own type, C order, or None if the elements must be looked at one by one."""
        np = self.np
        kind = array.dtype.kind
        if kind in "OUT":
            if kind == "O" or field.elem == STR:
                return None
        elif field.elem == BOOL and kind == "b":
            return np.ascontiguousarray(array)
        elif field.elem == INT and kind in "iu":
            if kind == "u" and array.dtype.itemsize == 8 and int(array.max()) >> 63:
                raise Mismatch("%s: %d does not fit in 64 bits with a sign" % (where, array.max()))
            return np.ascontiguousarray(array, "<i8")
        elif field.elem == FLOAT and kind in "iuf":
            if kind == "f" and array.dtype.itemsize > 8:
                with np.errstate(all="ignore"):
                    narrow = np.ascontiguousarray(array, "<f8")
                if bool((np.isinf(narrow) & ~np.isinf(array)).any()):
                    raise Mismatch("%s: a long double that does not fit a 64-bit float" % where)
                return narrow
            return np.ascontiguousarray(array, "<f8")
        self.fail(where, array, field.type_name)

    def from_ndarray(self, item, array, field, where, missing=None):
        """`missing`: a mask of pandas'."""
        dims = array.shape
        flat = self.numeric(array, field, where)
        if flat is None:
            return self.pack(item, array.ravel().tolist(), field, lambda i: where + index_text(i, dims))
        item.n = flat.size
        if missing is not None and missing.any():
            if not field.nullable:
                self.fail("%s[%d]" % (where, missing.argmax()), self.pandas.NA, ELEM_NAMES[field.elem])
            item.flags = 1
            item.valid = (~missing).view("u1")
            item.data = flat
            if field.elem == FLOAT:
                item.data = self.np.where(missing, NAN, flat)
                item.valid = (item.data == item.data).view("u1")
            return item
        item.data = flat.reshape(-1)
        if field.nullable:
            item.flags = 1
            if field.elem == FLOAT:
                item.valid = (item.data == item.data).view("u1")
            else:
                item.valid = bytearray(b"\1") * item.n
        return item

    # --- one kind of value each ----------------------------------------------------------------

    def scalar(self, value, field, where):
        item = Item(SCALAR, field.elem)
        return self.pack(item, [self.plain(value, field, where)], field, lambda i: where)

    def empty(self, field, dims=(0,)):
        """An array without elements; of rank 1 it is `[]`, which takes its sizes from elsewhere in the call."""
        return self.pack(Item(ARRAY, field.elem, dims), [], field, None)

    def opened(self, value, field, where):
        """A Series, an index or an array of pandas -> (an ndarray or a list, a mask of what is missing or None);
        anything else as it is."""
        if self.pandas is None or type(value) not in self.pandas.opens:
            return value, None
        array, missing = self.pandas.open(value)
        if array is None:
            self.fail(where, value.array, field.type_name)
        if array.dtype.kind == "O":
            flat = array.tolist()
            return (self.pandas.nulls(flat) if field.nullable else flat), None
        if array.dtype.kind == "f" and field.elem == INT and array.size:
            raise Mismatch("%s: %s where %s is declared (pandas makes a column of int with missing values float; "
                           '.astype("Int64") makes it int again)' % (where, self.describe(array), field.type_name))
        return array, missing

    def array(self, value, field, where):
        rank = len(field.dims)
        value, missing = self.opened(value, field, where)
        if type(value) is self.ndarray:
            if value.ndim != rank and value.shape != (0,):
                self.fail(where, value, field.type_name)
            if not value.size:
                return self.empty(field, value.shape)
            return self.from_ndarray(Item(ARRAY, field.elem, value.shape), value, field, where, missing)
        if type(value) not in ROWS:
            self.fail(where, value, field.type_name)
        if not value:
            return self.empty(field)
        flat, dims = self.flatten(value, field, where)
        return self.pack(Item(ARRAY, field.elem, dims), flat, field, lambda i: where + index_text(i, dims))

    def flatten(self, value, field, where):
        """Nested rows, level by level -> (all elements, sizes)."""
        rank = len(field.dims)
        dims = [len(value)]
        flat = value
        while len(dims) < rank:
            flat = self.rows(flat, rank - len(dims), field, lambda i: where + index_text(i, dims))
            lengths = sorted(set(map(len, flat)))
            if len(lengths) > 1:
                raise Mismatch("%s: rows of %d and of %d elements where %s is declared"
                               % (where, lengths[0], lengths[-1], field.type_name))
            dims = dims + (lengths or [0])
            flat = list(chain.from_iterable(flat))
        return flat, dims

    def rows(self, rows, rank, field, place):
        """The rows of one level as lists or tuples; arrays among them are opened."""
        if set(map(type, rows)) <= {list, tuple}:
            return rows
        opened = []
        for i, row in enumerate(rows):
            row, missing = self.opened(row, field, place(i))
            if missing is not None and missing.any():
                row = row.astype(object)
                row[missing] = None
            if type(row) is self.ndarray:
                if row.ndim != rank:
                    raise Mismatch("%s: %s inside %s" % (place(i), self.describe(row), field.type_name))
                if row.size:
                    canonical = self.numeric(row, field, place(i))
                    row = (row if canonical is None else canonical).tolist()
                else:
                    row = row.tolist()
            elif type(row) not in ROWS:
                self.fail(place(i), row, "a row of " + field.type_name)
            opened.append(row)
        return opened

    def ragged(self, value, field, where):
        value, _ = self.opened(value, field, where)
        if type(value) is self.ndarray and value.ndim in (1, 2):
            if value.ndim == 2 and value.size:
                canonical = self.numeric(value, field, where)
                value = value if canonical is None else canonical
            value = list(value.tolist())
        elif type(value) not in ROWS:
            self.fail(where, value, field.type_name)
        rows = self.rows(value, 1, field, lambda i: "%s[%d]" % (where, i))
        starts = list(accumulate(map(len, rows), initial=0))
        item = Item(RAGGED, field.elem, (len(rows),))
        item.rows = pack_numbers("q", starts)

        def place(i):
            row = next(r for r in range(len(rows)) if starts[r + 1] > i)
            return "%s[%d][%d]" % (where, row, i - starts[row])

        return self.pack(item, list(chain.from_iterable(rows)), field, place)

    def table(self, value, field, where):
        """Returns the items of the table and of its columns."""
        names = [column.name for column in field.columns]
        value = self.data_frame(value, names, where)
        if type(value) is dict:
            columns = self.by_name(value, names, where, "column")
        elif type(value) in ROWS:
            columns = self.table_rows(value, names, field, where)
        elif type(value) is self.ndarray and value.ndim == 2 and value.shape[1] == len(names):
            columns = [value[:, i] for i in range(len(names))]
        elif type(value) is self.ndarray and value.shape == (0,):
            columns = [[] for _ in names]
        else:
            self.fail(where, value, field.type_name)
        items = [
            self.array(column, f, "%s.%s" % (where, f.name))
            for column, f in zip(columns, field.columns)
        ]
        n_rows = items[0].n
        for f, item in zip(field.columns, items):
            if item.n != n_rows:
                raise Mismatch("%s: column %s has %d rows, column %s has %d"
                               % (where, names[0], n_rows, f.name, item.n))
        table = Item(TABLE, 0, (n_rows,))
        table.n_columns = len(items)
        return [table] + items

    def by_name(self, value, names, where, what):
        for key in value:
            if type(key) is not str:
                self.fail("%s: a key" % where, key, "the name of a %s" % what)
        for key in value:
            if key not in names:
                raise Mismatch("%s: no %s is called '%s' (they are: %s)"
                               % (where, what, key[:40], ", ".join(names)))
        for name in names:
            if name not in value:
                raise Mismatch("%s: the %s '%s' is missing" % (where, what, name))
        return [value[name] for name in names]

    def table_rows(self, rows, names, field, where):
        kinds = set(map(type, rows))
        if kinds == {dict}:
            if set(map(type, chain.from_iterable(rows))) != {str} or len(set(map(tuple, rows))) > 1:
                rows = [dict(zip(names, self.by_name(row, names, "%s[%d]" % (where, i), "column")))
                        for i, row in enumerate(rows)]
            else:
                self.by_name(rows[0], names, where + "[0]", "column")
            return [list(map(itemgetter(name), rows)) for name in names]
        if not kinds <= {list, tuple}:
            opened = []
            for i, row in enumerate(rows):
                if type(row) is self.ndarray and row.ndim == 1:
                    row = row.tolist()
                if type(row) not in ROWS:
                    self.fail("%s[%d]" % (where, i), row, "a row of " + field.type_name)
                opened.append(row)
            rows = opened
        for length in set(map(len, rows)):
            if length != len(names):
                i = next(i for i, row in enumerate(rows) if len(row) != len(names))
                raise Mismatch("%s[%d]: %d values where %d columns are declared"
                               % (where, i, len(rows[i]), len(names)))
        return [list(map(itemgetter(i), rows)) for i in range(len(names))]

    def data_frame(self, value, names, where):
        """A DataFrame as a dict of its columns, each a Series; anything else as it is."""
        if self.pandas is None or type(value) is not self.pandas.DataFrame:
            return value
        labels, instead = self.pandas.labels(value)
        if labels is None:
            raise Mismatch("%s: %s where columns are called %s" % (where, instead, ", ".join(names)))
        for i, name in enumerate(labels):
            if name in labels[:i]:
                raise Mismatch("%s: the column '%s' stands there twice" % (where, name[:40]))
        for name in names:
            if name not in labels and self.pandas.index_has(value, name):
                raise Mismatch("%s: the column '%s' is missing; it is the index: reset_index() makes it a column"
                               % (where, name))
        return {name: value.iloc[:, i] for i, name in enumerate(labels)}

    # --- a whole call --------------------------------------------------------------------------

    def one(self, value, field, where):
        if self.pandas is None and "coerce_pandas" in sys.modules and "pandas" in sys.modules:
            self.adopt(sys.modules["pandas"])  # a package that the problem asks for: loaded by the candidate
        if field.kind == SCALAR:
            return [self.scalar(value, field, where)]
        if field.kind == ARRAY:
            return [self.array(value, field, where)]
        if field.kind == RAGGED:
            return [self.ragged(value, field, where)]
        if field.kind == TABLE:
            return self.table(value, field, where)
        if type(value) is not bytes:
            self.fail(where, value, "csv (bytes)")
        return [Item(CSV, 0, (), 0, None, value)]

    def named(self, value, fields, where, what):
        names = [field.name for field in fields]
        return list(chain.from_iterable(
            self.one(v, f, f.name) for v, f in zip(self.by_name(value, names, where, what), fields)
        ))

    def returned(self, value, fields):
        """What the function returned -> items."""
        if len(fields) == 1 and not fields[0].name:
            return self.one(value, fields[0], "return")
        if type(value) is tuple:
            if len(value) != len(fields):
                raise Mismatch("return: a tuple of %d where %d values are declared (%s)"
                               % (len(value), len(fields), ", ".join(f.name for f in fields)))
            return list(chain.from_iterable(self.one(v, f, f.name) for v, f in zip(value, fields)))
        if type(value) is not dict:
            self.fail("return", value, "a dict or tuple of (%s)" % ", ".join(f.name for f in fields))
        return self.named(value, fields, "return", "value")


def index_text(i, dims):
    """[2][3] for the i-th element in C order."""
    text = ""
    for size in list(dims)[:0:-1]:
        text = "[%d]%s" % (i % size, text)
        i //= size
    return "[%d]%s" % (i, text)


def pack_numbers(code, values):
    """int64 ('q') or float64 ('d'), a chunk at a time; struct.error or OverflowError if one does not fit."""
    n = len(values)
    packed = bytearray(8 * n)
    layout = Struct("<%d%s" % (CHUNK, code))
    whole = n - n % CHUNK
    for i in range(0, whole, CHUNK):
        layout.pack_into(packed, 8 * i, *values[i:i + CHUNK])
    pack_into("<%d%s" % (n - whole, code), packed, 8 * whole, *values[whole:])
    return packed
