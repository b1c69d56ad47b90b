"""Arguments of the pandas flavour: DataFrames and extension arrays.

int, float and bool are views into the frame; the mask of NULLs is made at one go.  Only strings are made one by one."""

from frame import BOOL, FLOAT, INT, NULLABLE, STR, flat_array


class Maker:
    def __init__(self, np, pd):
        self.np = np
        self.pd = pd

    def block(self, view, dtype, n, offset):
        return self.np.frombuffer(view, dtype, n, offset) if n else self.np.empty(0, dtype)

    def array(self, view, item):
        """All elements, of rank 1: an ndarray of int64, float64 or bool; Int64, boolean or string of pandas."""
        nullable = item.flags & NULLABLE
        if item.elem == STR:
            return self.strings(view, item)
        if item.elem == FLOAT or not nullable:
            return flat_array(view, item, self.np)
        missing = self.block(view, "u1", item.n, item.valid) == 0
        if item.elem == INT:
            return self.pd.arrays.IntegerArray(self.block(view, "<i8", item.n, item.data), missing)
        assert item.elem == BOOL
        return self.pd.arrays.BooleanArray(self.block(view, "?", item.n, item.data), missing)

    def strings(self, view, item):
        values = flat_array(view, item, self.np)
        if item.flags & NULLABLE:
            values[self.block(view, "u1", item.n, item.valid) == 0] = self.pd.NA
        return self.pd.arrays.StringArray(values)

    def table(self, view, columns, fields):
        index = self.pd.RangeIndex(columns[0].n)
        return self.pd.DataFrame({f.name: self.array(view, c) for f, c in zip(fields, columns)}, index=index, copy=False)
