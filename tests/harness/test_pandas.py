"""The pandas flavour: every representation cell, what may be returned of pandas and what may not."""
import subprocess
import time

from box import NAN, make_signature, run_harness
from test_python import Python, not_ready, probe, start

MODULES = ("numpy", "pandas", "+dateutil", "+six", "+pytz", "+tzdata")
HEAD = "import pandas as pd, numpy as np\n"

# --- representation ----------------------------------------------------------------------------

DESCRIBE = '''
import numpy as np, pandas as pd

def base(x):
    while getattr(x, "base", None) is not None:
        x = x.base
    return type(x).__name__

def d(x):
    t = type(x).__name__
    if t == "ndarray":
        assert x.flags.writeable and x.flags.aligned and x.flags.c_contiguous
        return "%s%s%s" % (x.dtype.str, x.shape, d(x.tolist()))
    if t == "DataFrame":
        assert type(x.index) is pd.RangeIndex and x.index.start == 0 and len(x.index) == len(x)
        return "frame(%d){%s}" % (len(x), ", ".join("%s: %s" % (k, d(x[k].array)) for k in x.columns))
    if t in ("PandasArray", "NumpyExtensionArray"):
        return "%s%s" % (x.dtype.name, d(x.tolist()))
    if t in ("IntegerArray", "BooleanArray", "StringArray"):
        return "%s:%s%s" % (t, x.dtype, d(x.tolist()))
    if t in ("list", "tuple"):
        return t[0] + "[" + ", ".join(map(d, x)) + "]"
    return repr(x)

def solve(*args):
    return "\\n".join(d(x) for x in args)
'''

# type, value, what arrives
REPRESENTATION = [
    ("int", -(2**63), "-9223372036854775808"), ("int?", None, "None"), ("float?", None, "None"), ("float", NAN, "nan"),
    ("bool", True, "True"), ("str?", None, "None"), ("str", "\u00e9", "'\u00e9'"),
    ("int[n]", [1, -2], "<i8(2,)l[1, -2]"), ("int[n]", [], "<i8(0,)l[]"), ("float[n]", [1.5, NAN], "<f8(2,)l[1.5, nan]"),
    ("float[p,q]", [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], "<f8(2, 3)l[l[1.0, 2.0, 3.0], l[4.0, 5.0, 6.0]]"),
    ("bool[n]", [True, False], "|b1(2,)l[True, False]"),
    ("float?[n]", [None, 2.0], "<f8(2,)l[nan, 2.0]"), ("float?[2,2]", [[None, 1.0], [2.0, None]], "<f8(2, 2)l[l[nan, 1.0], l[2.0, nan]]"),
    ("int?[n]", [None, 2**62 + 1], "IntegerArray:Int64l[<NA>, 4611686018427387905]"), ("int?[n]", [], "IntegerArray:Int64l[]"),
    ("bool?[n]", [False, None, True], "BooleanArray:booleanl[False, <NA>, True]"), ("bool?[n]", [], "BooleanArray:booleanl[]"),
    ("str[n]", ["a", "\u00e4\u00f6", ""], "StringArray:stringl['a', '\u00e4\u00f6', '']"), ("str[n]", [], "StringArray:stringl[]"),
    ("str?[n]", [None, ""], "StringArray:stringl[<NA>, '']"), ("str?[n]", [None, None], "StringArray:stringl[<NA>, <NA>]"),
    ("str[1,n]", [["a", "b"]], "|O(1, 2)l[l['a', 'b']]"), ("int?[2,1]", [[1], [None]], "|O(2, 1)l[l[1], l[None]]"),
    ("int[r][*]", [[1, 2], [], [3]], "l[<i8(2,)l[1, 2], <i8(0,)l[], <i8(1,)l[3]]"),
    ("str?[r][*]", [["a", None]], "l[|O(2,)l['a', None]]"),
    ("table{city:str, note:str?, amount:float, part:float?, n:int, m:int?, ok:bool, yes:bool?}",
     {"city": ["x", "y"], "note": ["", None], "amount": [1.0, NAN], "part": [None, 0.5], "n": [1, 2], "m": [None, 3], "ok": [True, False],
      "yes": [None, True]},
     "frame(2){city: StringArray:stringl['x', 'y'], note: StringArray:stringl['', <NA>], amount: float64l[1.0, nan], "
     "part: float64l[nan, 0.5], n: int64l[1, 2], m: IntegerArray:Int64l[<NA>, 3], ok: booll[True, False], "
     "yes: BooleanArray:booleanl[<NA>, True]}"),
    ("table{b:int, a:str, c:int?, d:bool?, e:float}", {"b": [], "a": [], "c": [], "d": [], "e": []},
     "frame(0){b: int64l[], a: StringArray:stringl[], c: IntegerArray:Int64l[], d: BooleanArray:booleanl[], e: float64l[]}"),
]


def representation(p):
    args = {f"a{i}": cell[0] for i, cell in enumerate(REPRESENTATION)}
    args = {k: t.replace("n]", f"n{k}]").replace("[n", f"[n{k}") if "table" not in t else t for k, t in args.items()}
    ended = p.run(DESCRIBE, args, "str", [cell[1] for cell in REPRESENTATION])
    if not p.tests.check(p.name("representation runs"), ended.kind == "result" and ended.status == 0, ended):
        return
    for cell, line in zip(REPRESENTATION, ended.values[0].split("\n")):
        p.tests.equal(p.name(f"representation of {cell[0]} {cell[1]!r}"), line, cell[2])
    p.result("csv is a path", "import pandas as pd\ndef solve(a): return pd.read_csv(a)", {"a": "csv"}, "table{x:int,y:str}", [None],
             [[[1, 2], ["u", "v,"]]], csv=[b'x,y\r\n1,u\r\n2,"v,"\r\n'])
    p.result("numbers are not copied", DESCRIBE + "def solve(t, v, m): return [base(t['a'].to_numpy()), base(t['b'].to_numpy()), "
             "base(v), base(m.to_numpy('int64', na_value=0) if 0 else m._data)]",
             {"t": "table{a:int,b:float}", "v": "float[n]", "m": "int?[k]"}, "str[*]", [{"a": [1, 2], "b": [1.0, 2.0]}, [0.5], [1, None]],
             [["memoryview"] * 4])
    p.result("input may be overwritten", "def solve(t):\n    t['a'] += 1\n    t.loc[0, 'b'] = 7.5\n    t['m'] = t['m'] * 2\n    return t",
             {"t": "table{a:int,b:float,m:int?}"}, "table{a:int,b:float,m:int?}", [{"a": [1, 2], "b": [1.0, 2.0], "m": [None, 4]}],
             [[[2, 3], [7.5, 2.0], [None, 8]]])
    p.result("what came goes back", "def solve(t): return t", {"t": FRAME}, FRAME,
             [{"a": [1], "b": [None], "c": [None], "d": [None], "e": [None]}], [[[1], [None], [None], [None], [None]]])


# --- what is returned --------------------------------------------------------------------------

FRAME = "table{a:int,b:float?,c:str?,d:bool?,e:int?}"
GOOD = [
    (FRAME, "pd.DataFrame({'a': [1, 2], 'b': [1.5, None], 'c': ['x', None], 'd': [True, None], 'e': pd.array([1, None], dtype='Int64')})",
     [[1, 2], [1.5, None], ["x", None], [True, None], [1, None]]),
    (FRAME, "pd.DataFrame({'a': pd.array([1, 2], dtype='Int64'), 'b': pd.array([1.5, None], dtype='Float64'), "
     "'c': pd.array(['x', None], dtype='string'), 'd': pd.array([True, None], dtype='boolean'), 'e': pd.array([3, None], dtype='Int32')})",
     [[1, 2], [1.5, None], ["x", None], [True, None], [3, None]]),
    (FRAME, "pd.DataFrame({'e': [4], 'd': [pd.NA], 'c': [pd.NA], 'b': [pd.NA], 'a': [1]})", [[1], [None], [None], [None], [4]]),
    (FRAME, "pd.DataFrame({'a': [], 'b': [], 'c': [], 'd': [], 'e': []})", [[], [], [], [], []]),
    (FRAME, "pd.DataFrame(columns=list('abcde'))", [[], [], [], [], []]),
    ("table{c:str}", "pd.DataFrame({'c': pd.Categorical(['x', 'y', 'x'])})", [["x", "y", "x"]]),
    ("table{c:int?}", "pd.DataFrame({'c': pd.Categorical([2**53 + 1, None])})", [[2**53 + 1, None]]),
    ("table{c:str?}", "pd.DataFrame({'c': ['x', np.nan, None, pd.NA, '']})", [["x", None, None, None, ""]]),
    ("table{c:int?}", "pd.DataFrame({'c': pd.Series([1, None, np.nan, pd.NA, np.int8(3)], dtype=object)})", [[1, None, None, None, 3]]),
    ("table{c:float}", "pd.DataFrame({'c': [np.nan, 1]})", [[NAN, 1.0]]), ("table{c:float?}", "pd.DataFrame({'c': [np.nan, 1]})", [[None, 1.0]]),
    ("table{c:float}", "pd.DataFrame({'c': pd.array([1, 2], dtype='Int64')})", [[1.0, 2.0]]),
    ("table{c:float?}", "pd.DataFrame({'c': pd.array([1, None], dtype='Int64')})", [[1.0, None]]),
    ("table{c:float}", "pd.DataFrame({'c': pd.array([1.5], dtype='Float32')})", [[1.5]]),
    ("table{c:float}", "pd.DataFrame({'c': pd.array([0.0, 1.0], dtype='Float64') / 0})", [[NAN, float("inf")]]),
    ("table{b:float,a:int}", "pd.DataFrame({'a': [1, 2, 3], 'b': [1, 2, 3]}).iloc[::-2]", [[3.0, 1.0], [3, 1]]),
    ("table{b:int,a:str}", "pd.DataFrame({'a': ['x', 'y', 'x'], 'b': [1, 2, 3]}).groupby('a', as_index=False)['b'].sum()",
     [[4, 2], ["x", "y"]]),
    ("table{x:int,y:int}", "pd.DataFrame([[1, 2]], columns=pd.CategoricalIndex(['y', 'x']))", [[2], [1]]),
    ("table{a:int,b:str}", "{'a': pd.Series([1, 2]), 'b': pd.array(['x', 'y'], dtype='string')}", [[1, 2], ["x", "y"]]),
    ("int[*]", "pd.Series([1, 2], index=[5, 3])", [1, 2]), ("int[*]", "pd.Series([], dtype=float)", []),
    ("int[*]", "pd.array([1, 2], dtype='UInt8')", [1, 2]), ("int[*]", "pd.Index([1, 2])", [1, 2]), ("int[*]", "pd.RangeIndex(3)", [0, 1, 2]),
    ("int?[*]", "pd.array([1, None], dtype='Int64')", [1, None]), ("int?[*]", "[1, pd.NA]", [1, None]), ("int?", "pd.NA", None),
    ("int?[*]", "np.array([pd.NA, 4], object)", [None, 4]), ("str[*]", "pd.Series(['x'])", ["x"]), ("str[*]", "pd.Index(['x', 'y'])", ["x", "y"]),
    ("str?[*]", "pd.array(['x', None], dtype='string')", ["x", None]), ("bool[*]", "pd.Series([1, 2]) > 1", [False, True]),
    ("bool?[*]", "pd.array([None, True], dtype='boolean')", [None, True]), ("bool[*]", "pd.array([1, 2], dtype='Int64') > 1", [False, True]),
    ("float[*]", "pd.Series([1, 2])", [1.0, 2.0]), ("float[*]", "pd.Series([0.5]).astype('float32')", [0.5]),
    ("int[*]", "pd.Series(pd.arrays.SparseArray([0, 0, 5]))", [0, 0, 5]), ("int[*,2]", "[pd.Series([1, 2]), [3, 4]]", [[1, 2], [3, 4]]),
    ("int?[*,2]", "[pd.array([1, None], dtype='Int64'), [3, 4]]", [[1, None], [3, 4]]),
    ("int[*][*]", "[pd.Series([1, 2]), pd.Series([], dtype=int)]", [[1, 2], []]),
    ("int[*][*]", "pd.DataFrame({'k': [1, 1, 2], 'v': [5, 6, 7]}).groupby('k')['v'].agg(list)", [[5, 6], [7]]),
]
SUB = "type('D', (pd.%s,), {})"
EVIL = "type('L', (), {'__hash__': lambda s: __import__('os')._exit(9), '__eq__': lambda s, o: True})()"
BAD = [
    (FRAME, "pd.DataFrame({'a': [1]})", "return: the column 'b' is missing"),
    ("table{a:int}", "pd.DataFrame({'a': [1], 'z': [1]})", "no column is called 'z' (they are: a)"),
    ("table{a:int}", "pd.DataFrame({'a': [1.0]})", "return.a: an array of float64"),
    ("table{a:int?}", "pd.DataFrame({'a': [1, None]})", '.astype("Int64") makes it int again'),
    ("table{a:int?}", "pd.DataFrame({'a': pd.array([1.0], dtype='Float64')})", "an array of float64"),
    ("int[*]", "pd.Series([1, None])", 'pandas makes a column of int with missing values float'),
    ("table{a:int}", "pd.DataFrame({'a': pd.array([1, 2, None], dtype='Int64')})", "return.a[2]: NA where int is declared"),
    ("table{a:str}", "pd.DataFrame({'a': pd.array(['x', None], dtype='string')})", "return.a[1]: None where str"),
    ("table{a:str}", "pd.DataFrame({'a': ['x', np.nan]})", "return.a[1]: a float where str"),
    ("table{a:bool}", "pd.DataFrame({'a': pd.array([True, None], dtype='boolean')})", "return.a[1]: NA where bool"),
    ("table{a:float}", "pd.DataFrame({'a': pd.array([1.0, None], dtype='Float64')})", "return.a[1]: NA where float"),
    ("table{a:bool}", "pd.DataFrame({'a': [1, 0]})", "an array of int64"), ("table{a:int}", "pd.DataFrame({'a': [True]})", "an array of bool"),
    ("table{a:int}", "pd.DataFrame({'a': ['1']})", "return.a[0]: a str where int"), ("table{a:str}", "pd.DataFrame({'a': [1]})", "an array of int64"),
    ("table{a:int}", "pd.DataFrame({'a': pd.Categorical(['x'])})", "return.a[0]: a str"),
    ("table{a:int}", SUB % "DataFrame" + "({'a': [1]})", "an object of class D where"), ("int[*]", SUB % "Series" + "([1])", "an object of class D where"),
    ("int[*]", SUB % "arrays.IntegerArray" + "(np.array([1]), np.array([False]))", "an object of class D"),
    ("table{a:int}", "pd.DataFrame({'a': " + SUB % "arrays.IntegerArray" + "(np.array([1]), np.array([False]))})", "an object of class D"),
    ("table{a:int}", "pd.DataFrame([[1, 2]], columns=['a', 'a'])", "the column 'a' stands there twice"),
    ("table{a:int}", "pd.DataFrame([[1]])", "a column whose name is of class int"), ("table{a:int}", "pd.DataFrame({1: [1]})", "of class int"),
    ("table{a:int}", "pd.DataFrame([[1]], columns=pd.Index([" + SUB.replace("pd.%s", "str") + "('a')], dtype=object))",
     "a column whose name is of class D"),
    ("table{a:str?}", "pd.DataFrame({'a': [np.nan]})", "an array of float64"),
    ("table{a:int}", "pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([('a', 'b')]))", "columns of several levels (a MultiIndex)"),
    ("table{a:int}", "pd.DataFrame([[1]], columns=pd.to_datetime(['2020-01-01']))", "columns that are DatetimeIndex"),
    ("table{a:int,b:int}", "pd.DataFrame({'a': [1, 1], 'b': [2, 3]}).groupby('a').sum()", "the column 'a' is missing; it is the index: reset_index()"),
    ("table{a:int}", "pd.DataFrame({'a': pd.to_datetime(['2020-01-01'])})", "an array of datetime64"),
    ("table{a:str}", "pd.DataFrame({'a': pd.to_datetime(['2020-01-01'])})", "an array of datetime64"),
    ("table{a:str}", "pd.DataFrame({'a': pd.to_datetime(['2020-01-01']).tz_localize('UTC')})", "an object of class Timestamp"),
    ("table{a:str?}", "pd.DataFrame({'a': pd.Series([pd.NaT], dtype=object)})", "an object of class NaTType"),
    ("str", "pd.Timestamp('2020-01-01')", "an object of class Timestamp where str"), ("int", "pd.NA", "NA where int is declared"),
    ("int[*]", "[1, pd.NA]", "return[1]: NA where int"), ("int?[*]", "[np.nan]", "a float where int?"), ("int", "pd.Series([1])", "a Series where int"),
    ("int[*]", "pd.DataFrame({'a': [1]})", "a DataFrame where int[*]"), ("float[*,2]", "pd.DataFrame([[1., 2.]])", "a DataFrame where float[*,2]"),
    ("table{a:int}", "pd.Series([1], name='a')", "a Series where table"), ("table{a:int}", "{'a': pd.Series([1.5])}", "an array of float64"),
    ("table{a:int,b:int}", "{'a': pd.Series([1]), 'b': [1, 2]}", "column a has 1 rows, column b has 2"),
    ("int[*,2]", "pd.Series([1, 2])", "of shape (2,) where int[*,2]"),
]
HOSTILE_LABEL = HEAD + '''
import os, sys
class Label(str):
    def __hash__(self):
        if armed: os._exit(9)
        return str.__hash__(self)
    __eq__ = str.__eq__
armed = []
def solve():
    frame = pd.DataFrame([[1]], columns=pd.Index([Label("a")], dtype=object))
    armed.append(1)
    return frame
'''


def returned(p):
    names = {f"r{i}": declared for i, (declared, _, _) in enumerate(GOOD)}
    body = ", ".join(f"{name!r}: {cell[1]}" for name, cell in zip(names, GOOD))
    ended = p.run(HEAD + "def solve(): return {" + body + "}", {}, names)
    if p.tests.check(p.name("what is accepted of pandas runs"), ended.kind == "result" and ended.status == 0, ended):
        for cell, got in zip(GOOD, ended.values):
            p.tests.equal(p.name(f"{cell[1]} for {cell[0]}"), got, cell[2])
    for declared, expression, message in BAD:
        p.fault(f"{expression} for {declared} is refused", HEAD + "def solve(): return " + expression, "TYPE", message=message, returns=declared)
    p.fault("a label's own __hash__ is not called", HOSTILE_LABEL, "TYPE", message="a column whose name is of class Label", returns="table{a:int}")
    p.fault("an object in a column", HEAD + f"def solve(): return pd.DataFrame({{'a': pd.Series([{EVIL}], dtype=object)}})", "TYPE",
            message="an object of class L", returns="table{a:int?}")
    p.result("classes are those of before the solution", HEAD + "frame = pd.DataFrame({'a': [1]})\n"
             "pd.DataFrame = type('DataFrame', (), {})\npd.NA = None\ndef solve(): return frame", {}, "table{a:int}", [], [[[1]]])


def size(p):
    n = 1_000_000
    source = HEAD + '''
def solve(n):
    k = np.arange(n)
    return pd.DataFrame({"i": k, "f": k / 2, "m": pd.array(k, dtype="Int64"), "b": k % 2 == 0, "s": pd.array(np.resize(["a", "bc"], n), dtype="string")})
'''
    signature = make_signature("solve", "pandas", {"n": "int"}, "table{i:int,f:float,m:int?,b:bool,s:str}")
    argv, env = start("harness.py", p.path)
    began = time.monotonic()
    import box
    fds = {3: box.memfd(box.build_args(signature["args"], [n])), 7: box.memfd(source.encode()),
           8: box.memfd(box.json.dumps(signature).encode())}
    ended = box.spawn(argv, env, fds)
    seconds = time.monotonic() - began
    p.tests.check(p.name("a DataFrame of 1e6 rows is encoded soon"), ended.status == 0 and len(ended.raw) > 35 * n and seconds < 15,
                  f"{seconds:.1f} s, {len(ended.raw)} bytes, {ended.stderr[-300:]}")
    columns = {"i": list(range(n)), "m": [None, 5] * (n // 2), "s": ["abc", None] * (n // 2)}
    ended = p.run("def solve(t): return [str(len(t)), str(t['i'].sum()), str(t['m'].sum()), str(t['s'].isna().sum()), str(t.dtypes.tolist())]",
                  {"t": "table{i:int,m:int?,s:str?}"}, "str[*]", [columns])
    p.tests.equal(p.name("a table of 1e6 rows arrives"), ended.values, [["1000000", "499999500000", "2500000", "500000",
                                                                      "[dtype('int64'), Int64Dtype(), string[python]]"]])


def as_a_package(tests, path):
    """pandas beside NumPy in the flavour `python`, as "packages" of a problem."""
    argv, env = start("harness.py", path)
    env["MLJUDGE_PACKAGES"] = "pandas six"
    signature = make_signature("solve", "python", {"t": "table{a:int}"}, "table{a:int?}")
    source = HEAD + "def solve(t): return pd.DataFrame({'a': pd.array(list(t['a']) + [None], dtype='Int64')})"
    ended = run_harness(argv, env, signature, [{"a": [1]}], source.encode())
    tests.check("python with pandas: the argument is a dict, a DataFrame is accepted", ended.values == [[[1, None]]], ended)
    ended = run_harness(argv, env, signature, [{"a": [1]}], b"import scipy")
    tests.check("python with packages: they are named", ended.kind == "fault"
                and "(the standard library, NumPy, pandas and six are)" in ended.fault[2], ended)


def run(tests):
    try:
        answer = probe(*MODULES)
    except subprocess.CalledProcessError as failed:
        tests.skip("pandas", failed.stdout.decode().strip() + ": apt-get install python3-pandas")
        return
    tests.check("version names NumPy and pandas", ", numpy " in answer["version"] and ", pandas " in answer["version"]
                and "six" not in answer["version"], answer)
    p = Python(tests, "pandas", answer["path"])
    representation(p)
    returned(p)
    not_ready(p)  # the rest is shared with the flavour `python`, and starts faster there
    p.fault("a missing package", "import scipy", "EXCEPTION", "ModuleNotFoundError",
            "'scipy' is not available in flavour 'pandas' (the standard library, NumPy and pandas are)", 1)
    p.result("lists and dicts as in python", "def solve(): return ([1, 2], {'a': [0.5], 'b': (None,)})", {},
             {"x": "int[*]", "t": "table{a:float,b:str?}"}, [], [[1, 2], [[0.5], [None]]])
    size(p)
    as_a_package(tests, answer["path"])
