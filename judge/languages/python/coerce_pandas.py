"""What a function returned as an object of pandas, opened for coerce.py: NumPy arrays, and lists where there are objects.

An object counts by its exact class.  An index is ignored, but for that of columns.  Missing is what pandas' own
arrays mask, and in columns of objects None, NA and NaN."""

ARRAYS = ("ArrowStringArray", "DatetimeArray", "IntervalArray", "PeriodArray", "SparseArray", "StringArray", "TimedeltaArray")


class Pandas:
    def __init__(self, np, pd):
        self.np = np
        self.NA = pd.NA
        self.DataFrame, self.Series = pd.DataFrame, pd.Series
        self.MultiIndex, self.Categorical = pd.MultiIndex, pd.Categorical
        arrays = pd.arrays
        self.masked = {arrays.IntegerArray, arrays.FloatingArray, arrays.BooleanArray}
        self.strings = {arrays.StringArray, type(pd.array([""], dtype="string"))}  # another class where pyarrow is there
        if pd.Series([""]).dtype != object:  # pandas 3
            self.strings.add(type(pd.Series([""]).array))
        found = [getattr(arrays, name, None) for name in ARRAYS]
        self.arrays = self.masked | self.strings | {cls for cls in found if cls is not None} | {self.Categorical}
        self.arrays.add(type(pd.Series([0]).array))  # its name is another one since pandas 2.1
        self.sequences = {pd.Series, pd.Index, pd.RangeIndex, pd.CategoricalIndex, type(pd.Index([0])),
                          type(pd.Index([0.5]))}
        self.opens = self.sequences | self.arrays
        self.floats = (float, np.float64, np.float32, np.float16)

    def describe(self, value):
        """None: not one of ours."""
        cls = type(value)
        if value is self.NA:
            return "NA"
        if cls in (self.DataFrame, self.Series):
            return "a " + cls.__name__
        return None

    def open(self, value):
        """A Series, an index or an array -> (an ndarray of rank 1, a mask of what is missing or None).  The ndarray is
        None if the values are of a class that is not pandas' own."""
        if type(value) in self.sequences:
            value = value.array
        cls = type(value)
        if cls in self.masked:
            dtype = value.dtype.numpy_dtype
            return value.to_numpy(dtype, na_value=self.np.nan if dtype.kind == "f" else 0), value.isna()
        if cls in self.strings:
            return value.to_numpy(object, na_value=None), None
        if cls is self.Categorical:
            return self.categories(value), None
        if cls in self.arrays:
            return self.np.asarray(value), None
        return None, None

    def categories(self, value):
        values = self.np.full(len(value.categories) + 1, None, object)  # the code of what is missing is -1
        for i, category in enumerate(value.categories.tolist()):
            values[i] = category
        return values[value.codes]

    def nulls(self, flat):
        """Objects of a column: NaN and NA as None."""
        kinds = set(map(type, flat))
        if type(self.NA) in kinds or not kinds.isdisjoint(self.floats):
            flat = [None if value is self.NA or (type(value) in self.floats and value != value) else value
                    for value in flat]
        return flat

    def labels(self, frame):
        """(the names of a DataFrame's columns, "") if all are str, else (None, what they are).  Exact types come first:
        looking up a label would call its own __hash__."""
        labels = frame.columns
        cls = type(labels)
        if cls is self.MultiIndex:
            return None, "columns of several levels (a MultiIndex)"
        if cls not in self.sequences:
            return None, "columns that are %s" % type.__dict__["__name__"].__get__(cls, type)[:60]
        names = labels.tolist()
        for name in names:
            if type(name) is not str:
                kind = type.__dict__["__name__"].__get__(type(name), type)[:60]
                return None, "a column whose name is of class " + kind
        return names, ""

    def index_has(self, frame, name):
        return any(type(label) is str and label == name for label in frame.index.names)
