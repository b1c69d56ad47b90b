"""A test of a class: the calls of its methods on one object (judge/calls.h says how they and their results are laid out).

Used by the harness, and by the hosts of generators and checkers.  Imported only where a problem has a class.
"""

from itertools import chain

from coerce import Mismatch
from frame import ARRAY, FLOAT, INT, SCALAR, Field, Item


class Results:
    """What the methods returned, until all is written."""

    def __init__(self, encoder, methods):
        self.encoder = encoder
        self.methods = methods
        self.kept = [[] for _ in methods]  # of scalars the values, of others their items
        self.calls = [[] for _ in methods]

    def add(self, call, m, value):
        method = self.methods[m]
        if not method.returns:
            return
        field = method.returns[0]
        self.calls[m].append(call)
        # What may change later is taken as it is now.
        if field.kind != SCALAR:
            value = [detached(item) for item in self.encoder.one(value, field, where(call, method))]
        elif type(value) is self.encoder.ndarray:
            value = self.encoder.plain(value, field, where(call, method))
        self.kept[m].append(value)

    def items(self):
        found = []
        for m, method in enumerate(self.methods):
            if not method.returns:
                continue
            field, kept, calls = method.returns[0], self.kept[m], self.calls[m]
            if field.kind == SCALAR:
                found.append(self.encoder.pack(Item(ARRAY, field.elem, (len(kept),)), kept, field,
                                               lambda i: where(calls[i], method)))
            else:
                found += chain.from_iterable(kept)
        return found


def where(call, method):
    return "call %d, %s(): return" % (call, method.name)


def detached(item):
    for name in ("data", "valid"):
        block = getattr(item, name)
        if block is not None and type(block) not in (bytes, bytearray):
            setattr(item, name, block.copy())
    return item


def encode(encoder, methods, calls, who):
    """[("put", {"key": 1}), ...] of a generator -> the items of an arguments frame."""
    names = [method.name for method in methods]
    if type(calls) not in (list, tuple) or not len(calls):
        encoder.fail(who, calls, "a list of calls")
    order, columns = [], [[[] for _ in method.fields] for method in methods]
    for k, call in enumerate(calls):
        if type(call) not in (list, tuple) or len(call) != 2 or type(call[0]) is not str or type(call[1]) is not dict:
            encoder.fail("%s: call %d" % (who, k), call, "(method, {arguments by name})")
        if call[0] not in names:
            raise Mismatch("%s: call %d: no method is called '%s'" % (who, k, call[0][:40]))
        m = names.index(call[0])
        if (m == 0) != (k == 0):
            raise Mismatch("%s: call %d: __init__ is called first, and once" % (who, k))
        fields = methods[m].fields
        order.append(m)
        for column, field, value in zip(columns[m], fields, encoder.by_name(
                call[1], [field.name for field in fields], "call %d" % k, "argument")):
            column.append((k, value))
    number = Field({"name": "calls", "kind": "array", "elem": "int", "nullable": False, "dims": ["*"]})
    items = [encoder.pack(Item(ARRAY, INT, (len(order),)), order, number, None)]
    for method, found in zip(methods, columns):
        for field, column in zip(method.fields, found):
            items += column_items(encoder, method, field, column)
    return items


def column_items(encoder, method, field, column):
    """One argument over all calls."""
    def place(i):
        return "call %d, %s(): %s" % (column[i][0], method.name, field.name)

    if field.kind == SCALAR:
        return [encoder.pack(Item(ARRAY, field.elem, (len(column),)), [value for _, value in column], field, place)]
    return chain.from_iterable(encoder.one(value, field, place(i)) for i, (_, value) in enumerate(column))


def by_name(calls, methods):
    """What decode_calls() gave, as [(name, {arguments by name}), ...]."""
    return [(methods[m].name, dict(zip((field.name for field in methods[m].fields), values))) for m, values in calls]


def stacked(field):
    """The array over all calls that a scalar is in a frame."""
    elem = {1: "int", 2: "float", 3: "bool", 4: "str"}[field.elem]
    return Field({"name": field.name, "kind": "array", "elem": elem, "nullable": field.nullable, "dims": ["*"]})


def unstacked(values, field):
    """Such an array as the scalars that a function would have returned."""
    if hasattr(values, "tolist"):
        values = values.tolist()
    if field.nullable and field.elem == FLOAT:
        return [None if value != value else value for value in values]
    return values


def in_order(calls, methods, returned):
    """Results by method -> one a call, None where there is none.  `returned`: an iterator a method."""
    return [next(returned[m]) if methods[m].returns else None for m, _ in calls]
