"""The Python harness: every representation cell, every coercion cell, every fault."""
import json
import os
import resource
import subprocess

from box import NAN, Tests, make_signature, run_harness

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HARNESS = os.path.join(ROOT, "judge/languages/python")
PYTHON = "/usr/bin/python3"
BIG = 2**63


def probe(*modules):
    out = subprocess.run([PYTHON, "-I", os.path.join(HARNESS, "probe.py"), *modules], capture_output=True, check=True)
    return json.loads(out.stdout)


def start(script, path, file=None):
    env = {"MLJUDGE_PATH": ":".join(path)} if path else {}
    if file:
        env["MLJUDGE_FILE"] = file
    return [os.path.realpath(PYTHON), "-I", "-S", "-B", "-X", "utf8", os.path.join(HARNESS, script)], env


class Python:
    def __init__(self, tests, flavour, path):
        self.tests = tests
        self.flavour = flavour
        self.path = path

    def run(self, source, args, returns, values=(), entry="solve", file=None, **options):
        argv, env = start("harness.py", self.path, file)
        signature = make_signature(entry, self.flavour, args, returns)
        if isinstance(source, str):
            source = source.encode()
        return run_harness(argv, env, signature, values, source, **options)

    def name(self, name):
        return f"{self.flavour}: {name}"

    def result(self, name, source, args, returns, values, want, **options):
        ended = self.run(source, args, returns, values, **options)
        self.tests.check(self.name(name), ended.ready and ended.status == 0 and ended.kind == "result", ended)
        if ended.kind == "result":
            self.tests.equal(self.name(name), ended.values, want)
        return ended

    def fault(self, name, source, code, kind=None, message=None, line=None, args=(), values=(), returns="int", **options):
        ended = self.run(source, dict(args), returns, values, **options)
        good = (ended.ready and ended.status == 1 and ended.kind == "fault" and ended.fault[0] == code
                and kind in (None, ended.fault[1]) and line in (None, ended.fault[3])
                and (message is None or message in ended.fault[2]))
        self.tests.check(self.name(name), good, ended)
        return ended


# --- representation ----------------------------------------------------------------------------

DESCRIBE = '''
def d(x):
    t = type(x).__name__
    if t == "ndarray":
        assert x.flags.writeable and x.flags.aligned and x.flags.c_contiguous
        return "%s%s%s" % (x.dtype.str, x.shape, d(x.tolist()))
    if t == "dict":
        return "{" + ", ".join("%s: %s" % (k, d(v)) for k, v in x.items()) + "}"
    if t in ("list", "tuple"):
        return t[0] + "[" + ", ".join(map(d, x)) + "]"
    return repr(x)

def solve(*args):
    return "\\n".join(d(x) for x in args)
'''

# type, value, what a NumPy flavour sees, what pypure sees
REPRESENTATION = [
    ("int", -(2**63), "-9223372036854775808", "-9223372036854775808"),
    ("int?", None, "None", "None"),
    ("int?", 3, "3", "3"),
    ("float", 0.1, "0.1", "0.1"),
    ("float", NAN, "nan", "nan"),
    ("float", float("-inf"), "-inf", "-inf"),
    ("float?", None, "None", "None"),
    ("bool", True, "True", "True"),
    ("bool?", None, "None", "None"),
    ("str", "h\u00e9llo \U0001f600", "'h\u00e9llo \U0001f600'", "'h\u00e9llo \U0001f600'"),
    ("str", "", "''", "''"),
    ("str?", None, "None", "None"),
    ("str?", "", "''", "''"),
    ("int[n]", [1, -2], "<i8(2,)l[1, -2]", "l[1, -2]"),
    ("int[n]", [], "<i8(0,)l[]", "l[]"),
    ("float[n]", [1.5, NAN], "<f8(2,)l[1.5, nan]", "l[1.5, nan]"),
    ("float[p,q]", [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], "<f8(2, 3)l[l[1.0, 2.0, 3.0], l[4.0, 5.0, 6.0]]",
     "l[l[1.0, 2.0, 3.0], l[4.0, 5.0, 6.0]]"),
    ("int[p,2,3]", [[[1, 2, 3], [4, 5, 6]]] * 2, "<i8(2, 2, 3)" + "l[" + ", ".join(["l[l[1, 2, 3], l[4, 5, 6]]"] * 2) + "]",
     "l[" + ", ".join(["l[l[1, 2, 3], l[4, 5, 6]]"] * 2) + "]"),
    ("float[e,f]", [[], []], "<f8(2, 0)l[l[], l[]]", "l[l[], l[]]"),
    ("float[g,q]", [], "<f8(0, 3)l[]", "l[]"),
    ("float[p,h]", [], "<f8(2, 0)l[l[], l[]]", "l[l[], l[]]"),
    ("bool[n]", [True, False], "|b1(2,)l[True, False]", "l[True, False]"),
    ("str[n]", ["a", "\u00e4\u00f6"], "|O(2,)l['a', '\u00e4\u00f6']", "l['a', '\u00e4\u00f6']"),
    ("str[n]", ["", "xyz"], "|O(2,)l['', 'xyz']", "l['', 'xyz']"),
    ("str[1,n]", [["a", "b"]], "|O(1, 2)l[l['a', 'b']]", "l[l['a', 'b']]"),
    ("float?[n]", [None, 2.0], "<f8(2,)l[nan, 2.0]", "l[None, 2.0]"),
    ("int?[n]", [None, 2], "|O(2,)l[None, 2]", "l[None, 2]"),
    ("bool?[n]", [False, None], "|O(2,)l[False, None]", "l[False, None]"),
    ("str?[n]", [None, ""], "|O(2,)l[None, '']", "l[None, '']"),
    ("float?[2,2]", [[None, 1.0], [2.0, None]], "<f8(2, 2)l[l[nan, 1.0], l[2.0, nan]]", "l[l[None, 1.0], l[2.0, None]]"),
    ("int[r][*]", [[1, 2], [], [3]], "l[<i8(2,)l[1, 2], <i8(0,)l[], <i8(1,)l[3]]", "l[l[1, 2], l[], l[3]]"),
    ("int[r][*]", [], "l[]", "l[]"),
    ("str?[r][*]", [["a", None]], "l[|O(2,)l['a', None]]", "l[l['a', None]]"),
    ("float?[r][*]", [[1.0, None]], "l[<f8(2,)l[1.0, nan]]", "l[l[1.0, None]]"),
    ("table{city:str, amount:float?, n:int, ok:bool?}",
     {"city": ["x", "y"], "amount": [1.0, None], "n": [1, 2], "ok": [None, True]},
     "{city: |O(2,)l['x', 'y'], amount: <f8(2,)l[1.0, nan], n: <i8(2,)l[1, 2], ok: |O(2,)l[None, True]}",
     "l[{city: 'x', amount: 1.0, n: 1, ok: None}, {city: 'y', amount: None, n: 2, ok: True}]"),
    ("table{a:int}", {"a": []}, "{a: <i8(0,)l[]}", "l[]"),
]


def representation(p):
    tests = p.tests
    args = {f"a{i}": cell[0] for i, cell in enumerate(REPRESENTATION)}
    # one value a dimension name: p = 2, q = 3; n differs between the cells, so each gets a name of its own
    args = {k: t.replace("n]", f"n{k}]").replace("[n", f"[n{k}") if "table" not in t else t for k, t in args.items()}
    ended = p.run(DESCRIBE, args, "str", [cell[1] for cell in REPRESENTATION])
    if not tests.check(p.name("representation runs"), ended.kind == "result" and ended.status == 0, ended):
        return
    lines = ended.values[0].split("\n")
    for cell, line in zip(REPRESENTATION, lines):
        tests.equal(p.name(f"representation of {cell[0]} {cell[1]!r}"), line, cell[3 if p.flavour == "pypure" else 2])

    csv = "def solve(a, b):\n    return [open(a, 'rb').read().decode() + '|' + open(b, newline='').read(), a]\n"
    p.result("csv is a path", csv, {"a": "csv", "b": "csv"}, "str[*]", [None, None],
             [["x,y\r\n1,2|\u00e9", "/proc/self/fd/16"]], csv=[b"x,y\r\n1,2", "\u00e9".encode()])
    big = [f"word{i}" if i % 3 else f"w\u00f6rd{i}" for i in range(10000)]
    p.result("many strings", "def solve(a): return [a[0], a[4095], a[4096], a[9999], str(len(a))]", {"a": "str[n]"},
             "str[*]", [big], [[big[0], big[4095], big[4096], big[9999], "10000"]])
    p.result("input may be overwritten", "def solve(a):\n    a[0] = 7.0\n    a.sort()\n    return a", {"a": "float[n]"},
             "float[n]", [[3.0, 2.0, 1.0]], [[1.0, 2.0, 7.0]])


# --- coercions ---------------------------------------------------------------------------------

# declared type, expression, what the frame holds; None = refused
EVERYWHERE = [
    ("int", "3", 3), ("int", "-2**63", -BIG), ("int", "2**63-1", BIG - 1),
    ("float", "3", 3.0), ("float", "0.5", 0.5), ("float", "float('inf')", float("inf")), ("float", "float('nan')", NAN),
    ("float", "2**70", float(2**70)),
    ("bool", "True", True), ("str", "'\\u00e9'", "\u00e9"), ("str", "''", ""),
    ("int?", "None", None), ("float?", "None", None), ("float?", "float('nan')", None), ("bool?", "None", None),
    ("str?", "None", None), ("str?", "''", ""), ("int?", "5", 5),
    ("int[*]", "[1, 2]", [1, 2]), ("int[*]", "(1, 2)", [1, 2]), ("int[*]", "[]", []), ("int[*]", "()", []),
    ("float[*]", "[1, 2.5]", [1.0, 2.5]), ("bool[*]", "[True, False]", [True, False]),
    ("str[*]", "['a', '\\u00e9', '']", ["a", "\u00e9", ""]),
    ("float?[*]", "[None, float('nan'), 1]", [None, None, 1.0]), ("int?[*]", "[None, 1]", [None, 1]),
    ("bool?[*]", "[None, True]", [None, True]), ("str?[*]", "['x', None]", ["x", None]),
    ("int[*,2]", "[[1, 2], (3, 4)]", [[1, 2], [3, 4]]), ("int[*,2]", "((1, 2),)", [[1, 2]]),
    ("int[2,1,2]", "[[[1, 2]], [[3, 4]]]", [[[1, 2]], [[3, 4]]]),
    ("int[*,*]", "[[], []]", []), ("float[*,3]", "[]", []),
    ("int[*][*]", "[[1], [], (2, 3)]", [[1], [], [2, 3]]), ("int[*][*]", "[]", []),
    ("str?[*][*]", "[['a'], [None]]", [["a"], [None]]),
    ("table{a:int,b:str}", "{'a': [1, 2], 'b': ['x', 'y']}", [[1, 2], ["x", "y"]]),
    ("table{a:int,b:str}", "{'b': ['x'], 'a': (1,)}", [[1], ["x"]]),
    ("table{a:int,b:str}", "[(1, 'x'), [2, 'y']]", [[1, 2], ["x", "y"]]),
    ("table{a:int,b:str}", "((1, 'x'),)", [[1], ["x"]]),
    ("table{a:int,b:str}", "[{'b': 'x', 'a': 1}]", [[1], ["x"]]),
    ("table{a:int,b:str}", "[{'b': 'x', 'a': 1}, {'a': 2, 'b': 'y'}]", [[1, 2], ["x", "y"]]),
    ("table{a:int,b:str}", "[]", [[], []]), ("table{a:int,b:str}", "{'a': [], 'b': []}", [[], []]),
    ("table{a:float?,b:int?}", "[(None, None), (1, 2)]", [[None, 1.0], [None, 2]]),
]
WITH_NUMPY = [
    *[("int", f"np.{t}(5)", 5) for t in "int8 int16 int32 int64 uint8 uint16 uint32 uint64 intc longlong".split()],
    *[("float", f"np.{t}(5)", 5.0) for t in "int8 uint64 float16 float32 float64 longdouble".split()],
    ("bool", "np.bool_(True)", True), ("str", "np.str_('x')", "x"),
    ("int", "np.array(5)", 5), ("float", "np.array(5, 'f4')", 5.0), ("float", "np.array(5)", 5.0),
    ("bool", "np.array(True)", True), ("str", "np.array('x')", "x"), ("int", "np.array(5, object)", 5),
    ("float?", "np.float32('nan')", None), ("int?", "np.array(None)", None),
    *[("int[*]", f"np.array([1, 2], '{t}')", [1, 2]) for t in ("i1", "<i2", ">i4", "i8", "u1", "u2", ">u8", "q", "O")],
    *[("float[*]", f"np.array([1, 2], '{t}')", [1.0, 2.0]) for t in ("i1", "u8", "f2", "f4", ">f8", "g", "O")],
    ("bool[*]", "np.array([True, False])", [True, False]), ("bool[*]", "np.array([True], object)", [True]),
    ("str[*]", "np.array(['a', 'bcd'])", ["a", "bcd"]), ("str[*]", "np.array(['a'], object)", ["a"]),
    ("int[*]", "[np.int8(1), 2, np.array(3)]", [1, 2, 3]), ("float[*]", "[np.float32(.5), 1, np.int8(2)]", [0.5, 1.0, 2.0]),
    ("float?[*]", "np.array([np.nan, 1])", [None, 1.0]), ("float?[*]", "np.array([None, 1.0], object)", [None, 1.0]),
    ("float?[*]", "[np.float64('nan'), None]", [None, None]), ("int?[*]", "np.array([1, 2])", [1, 2]),
    ("int?[*]", "np.array([1, None], object)", [1, None]), ("str?[*]", "np.array(['a', None], object)", ["a", None]),
    ("bool?[*]", "np.array([True, None], object)", [True, None]),
    ("int[*,3]", "np.arange(6).reshape(2, 3)", [[0, 1, 2], [3, 4, 5]]),
    ("int[*,3]", "np.asfortranarray(np.arange(6).reshape(2, 3))", [[0, 1, 2], [3, 4, 5]]),
    ("int[*]", "np.arange(6)[::-2]", [5, 3, 1]), ("float[*]", "np.broadcast_to(2.5, 3)", [2.5] * 3),
    ("int[*,3]", "[np.arange(3), [3, 4, 5]]", [[0, 1, 2], [3, 4, 5]]),
    ("float[*,2]", "(np.arange(2), np.array([.5, 1], 'f4'))", [[0.0, 1.0], [0.5, 1.0]]),
    ("int[*]", "np.array([])", []), ("str[*]", "np.array([])", []), ("int[*,3]", "np.array([])", []),
    ("float[*,3]", "np.zeros((0, 3), int)", []), ("int[2,*]", "np.zeros((2, 0))", []),
    ("int[*][*]", "[np.array([1, 2]), []]", [[1, 2], []]), ("int[*][*]", "np.ones((2, 2), 'u1')", [[1, 1], [1, 1]]),
    ("int[*][*]", "np.array([[1], [2, 3]], object)", [[1], [2, 3]]),
    ("table{a:int,b:float?}", "{'a': np.arange(2), 'b': np.array([1, np.nan])}", [[0, 1], [1.0, None]]),
    ("table{a:int,b:float}", "np.array([[1, 2], [3, 4]])", [[1, 3], [2.0, 4.0]]),
    ("table{a:int,b:str}", "[(np.int64(1), np.str_('x'))]", [[1], ["x"]]),
    ("table{a:int,b:int}", "[np.array([1, 2])]", [[1], [2]]),
    ("table{a:int,b:int}", "np.array([])", [[], []]),
]

# declared type, expression, a part of the message
REFUSED = [
    ("int", "3.0", "return: a float where int is declared"), ("int", "True", "return: a bool where int"),
    ("int", "'3'", "a str where int"), ("int", "None", "return: None where int"), ("int", "2**63", "does not fit in 64"),
    ("int", "-2**63-1", "does not fit in 64"), ("int", "[1]", "a list where int"), ("int", "2+0j", "a complex where int"),
    ("int?", "float('nan')", "a float where int? is declared"), ("int?", "True", "a bool where int?"),
    ("float", "True", "a bool where float"), ("float", "1j", "a complex where float"), ("float", "10**400", "does not fit a float"),
    ("float", "'1'", "a str where float"), ("float", "None", "None where float"),
    ("bool", "1", "an int where bool"), ("bool", "0.0", "a float where bool"), ("bool", "None", "None where bool"),
    ("str", "b'x'", "a bytes where str"), ("str", "1", "an int where str"), ("str", "'\\ud800'", "lone surrogate"),
    ("str", "'a\\0b'", "NUL"), ("str", "None", "None where str"),
    ("int[*]", "[1, 2.0]", "return[1]: a float where int is declared"), ("int[*]", "[1, True]", "return[1]: a bool"),
    ("int[*]", "[1, None]", "return[1]: None where int"), ("int[*]", "[1, 2**64]", "return[1]: an int of 66 bits"),
    ("int[*]", "{1, 2}", "a set where int[*]"), ("int[*]", "range(3)", "class range where int[*]"),
    ("int[*]", "5", "an int where int[*]"), ("int[*]", "None", "None where int[*]"), ("int[*]", "'12'", "a str where int[*]"),
    ("int[*]", "(x for x in [1])", "class generator where int[*]"), ("int[*]", "[[1]]", "return[0]: a list where int"),
    ("int[*]", "{0: 1}", "a dict where int[*]"), ("bool[*]", "[True, 1]", "return[1]: an int where bool"),
    ("float[*]", "[1.0, False]", "return[1]: a bool where float"), ("float[*]", "[1.0, '2']", "return[1]: a str"),
    ("str[*]", "['a', 1]", "return[1]: an int where str"), ("str[*]", "['a', 'b\\0']", "return[1]: a str with a NUL"),
    ("str[*]", "['a', 'b\\udfff']", "return[1]: a str with a lone surrogate"),
    ("int[*,2]", "[1, 2]", "return[0]: an int where a row of int[*,2]"), ("int[*,2]", "[[1, 2], [3]]", "rows of 1 and of 2 elements"),
    ("int[*,2]", "[[1, 2], [3, 4.0]]", "return[1][1]: a float"), ("int[*,2]", "[[1, 2], None]", "return[1]: None where a row"),
    ("int[2,1,2]", "[[[1, 2]], [[3, []]]]", "return[1][0][1]: a list"),
    ("int[*][*]", "[[1], 2]", "return[1]: an int where a row"), ("int[*][*]", "[[1], [2, 3.0]]", "return[1][1]: a float"),
    ("int[*][*]", "7", "an int where int[*][*]"),
    ("table{a:int,b:str}", "{'a': [1]}", "the column 'b' is missing"),
    ("table{a:int,b:str}", "{'a': [1], 'b': ['x'], 'c': []}", "no column is called 'c'"),
    ("table{a:int,b:str}", "{'a': [1], 'b': []}", "column a has 1 rows, column b has 0"),
    ("table{a:int,b:str}", "{1: [1], 'b': ['x']}", "a key: an int"),
    ("table{a:int,b:str}", "[(1,)]", "return[0]: 1 values where 2 columns"),
    ("table{a:int,b:str}", "[(1, 'x'), (2, 3)]", "return.b[1]: an int where str"),
    ("table{a:int,b:str}", "[{'a': 1}]", "return[0]: the column 'b' is missing"),
    ("table{a:int,b:str}", "[{'a': 1, 'b': 'x'}, {'a': 1, 'c': 'x'}]", "return[1]: no column is called 'c'"),
    ("table{a:int,b:str}", "[{'a': 1, 'b': 'x'}, {'a': 1, 2: 'x'}]", "return[1]: a key: an int"),
    ("table{a:int,b:str}", "[{}]", "return[0]: the column 'a' is missing"),
    ("table{a:int,b:str}", "[(1, 'x'), {'a': 1, 'b': 'x'}]", "return[1]: a dict"),
    ("table{a:int,b:str}", "[1, 2]", "return[0]: an int where a row"), ("table{a:int,b:str}", "'ab'", "a str where table"),
    ("table{a:int,b:str}", "{'a': 1, 'b': 'x'}", "return.a: an int"),
    # objects that only pretend
    ("int", "type('Foo', (int,), {})(3)", "an object of class Foo where int is declared"),
    ("float", "type('Foo', (), {'__float__': lambda s: 1.0})()", "class Foo where float"),
    ("int", "type('Foo', (), {'__index__': lambda s: 1})()", "class Foo where int"),
    ("str", "type('S', (str,), {})('x')", "class S where str"),
    ("int[*]", "type('L', (list,), {})([1])", "class L where int[*]"),
    ("int[*]", "[1, type('Foo', (int,), {'__eq__': lambda *a: True})(1)]", "return[1]: an object of class Foo"),
    ("table{a:int}", "type('D', (dict,), {})(a=[1])", "class D where table"),
    ("float", "__import__('decimal').Decimal(1)", "class Decimal where float"),
    ("float", "__import__('fractions').Fraction(1)", "class Fraction where float"),
]
REFUSED_NUMPY = [
    ("int", "np.float64(3)", "a NumPy float64 where int"), ("int", "np.bool_(1)", "a NumPy bool_ where int"),
    ("int", "np.uint64(2**63)", "does not fit in 64"), ("int", "np.array([1])", "an array of int64 of shape (1,) where int"),
    ("int", "np.timedelta64(3)", "timedelta64 where int"), ("float", "np.complex64(1)", "complex64 where float"),
    ("float", "np.longdouble('1e4000')", "does not fit"), ("bool", "np.int8(1)", "a NumPy int8 where bool"),
    ("str", "np.bytes_(b'x')", "bytes_ where str"), ("float", "np.array(True)", "a NumPy bool_ where float"),
    ("int[*]", "np.array([1.0, 2.0])", "an array of float64 of shape (2,) where int[*] is declared"),
    ("int[*]", "np.array([True])", "an array of bool"), ("bool[*]", "np.array([1])", "an array of int64"),
    ("int[*]", "np.array([1, 2**63], 'u8')", "does not fit in 64 bits"), ("float[*]", "np.array([1j])", "complex128"),
    ("float[*]", "np.array([True])", "an array of bool"), ("float[*]", "np.array(['1.0'])", "an array of str"),
    ("float[*]", "np.array([1], 'g') * np.longdouble('1e4000')", "long double"),
    ("str[*]", "np.array([b'x'])", "an array of bytes"), ("int[*]", "np.array([[1, 2]])", "of shape (1, 2) where int[*]"),
    ("int[*,2]", "np.array([1, 2])", "of shape (2,) where int[*,2]"), ("int[*]", "np.array(3)", "without dimensions where int[*]"),
    ("int[*]", "np.zeros((1, 0), int)", "of shape (1, 0) where int[*]"),
    ("int[*]", "np.array([1, 2.0], object)", "return[1]: a float"), ("int[*]", "np.array([1, 2], 'm8[s]')", "timedelta64"),
    ("int[*,2]", "np.matrix([[1, 2]])", "an object of class matrix where int[*,2]"),
    ("int[*]", "np.ma.array([1])", "an object of class MaskedArray"),
    ("int[*]", "np.array([(1, 2)], 'i4,i4')", "an array of void"), ("int[*]", "np.rec.array([1])", "class recarray"),
    ("int[*]", "type('A', (), {'__array__': lambda s, *a: np.array([1])})()", "class A where int[*]"),
    ("int[*,2]", "[np.array([1, 2]), np.array([1])]", "rows of 1 and of 2"), ("int[*,2]", "[np.array([1., 2.])]", "an array of float64"),
    ("int[*,2]", "[np.array([[1, 2]])]", "inside int[*,2]"), ("int?[*]", "np.array([1, np.nan])", "an array of float64"),
    ("table{a:int,b:int}", "np.ones((2, 3), int)", "of shape (2, 3) where table"),
    ("table{a:int,b:int}", "{'a': np.ones((1, 1), int), 'b': [1]}", "return.a: an array of int64 of shape (1, 1)"),
]


def coercions(p):
    tests = p.tests
    accepted = EVERYWHERE + (WITH_NUMPY if p.flavour != "pypure" else [])
    head = "import numpy as np\n" if p.flavour != "pypure" else ""
    names = [f"r{i}" for i in range(len(accepted))]
    returns = {n: cell[0] for n, cell in zip(names, accepted)}
    body = ", ".join(f"{n!r}: {cell[1]}" for n, cell in zip(names, accepted))
    ended = p.run(head + "def solve(): return {" + body + "}", {}, returns)
    if tests.check(p.name("accepted coercions run"), ended.kind == "result" and ended.status == 0, ended):
        for cell, got in zip(accepted, ended.values):
            tests.equal(p.name(f"{cell[1]} for {cell[0]}"), got, cell[2])
    body = ", ".join(cell[1] for cell in accepted)
    again = p.run(head + "def solve(): return (" + body + ",)", {}, returns)
    tests.check(p.name("a tuple in declared order is the same as a dict"), again.raw == ended.raw, again)

    for declared, expression, message in REFUSED + (REFUSED_NUMPY if p.flavour != "pypure" else []):
        p.fault(f"{expression} for {declared} is refused", head + "def solve(): return " + expression, "TYPE",
                message=message, returns=declared)


def several_returns(p):
    two = {"tp": "int[*]", "f1": "float"}
    for expression, message in [
        ("{'tp': [1]}", "return: the value 'f1' is missing"), ("{'tp': [], 'f1': 1, 'x': 2}", "no value is called 'x'"),
        ("([1],)", "a tuple of 1 where 2 values"), ("[[1], 1.0]", "a list where a dict or tuple of (tp, f1)"),
        ("None", "None where a dict"), ("{'tp': [1.5], 'f1': 0.0}", "tp[0]: a float where int"),
        ("([1], True)", "f1: a bool where float"),
        ("__import__('collections').namedtuple('R', 'tp f1')([1], 1.0)", "an object of class R"),
    ]:
        p.fault(f"returns {expression}", "def solve(): return " + expression, "TYPE", message=message, returns=two)
    p.result("named returns", "def solve(): return {'f1': 1, 'tp': (2,)}", {}, two, [], [[2], 1.0])
    p.result("one named return", "def solve(): return {'x': 1}", {}, {"x": "int"}, [], [1])


# --- faults ------------------------------------------------------------------------------------


def faults(p):
    f = p.fault
    f("does not parse", "x = 1\ndef solve(:\n  pass", "SYNTAX", "SyntaxError", "invalid syntax", 2)
    f("bad indentation", "def solve():\n  x = 1\n return x", "SYNTAX", "IndentationError", None, 3)
    f("NUL in the source", b"x = 1\0", "SYNTAX")
    f("not UTF-8", b"x = '\xff'\n", "SYNTAX")
    f("nested too deep", "x = " + "(" * 5000 + ")" * 5000, "SYNTAX")
    f("no entry", "def knn(): pass\ndef other(): pass", "NO_ENTRY", message="no function solve: the file defines knn, other")
    f("empty file", "", "NO_ENTRY", message="the file defines no function")
    f("the entry is no function", "solve = 3", "NO_ENTRY", message="solve is not a function: an int")
    f("arity, too many", "def solve(a): pass", "ARITY", "TypeError",
      "solve takes 1 positional argument but 2 were given; it is called as solve(a, b)", 1,
      args={"a": "int", "b": "int"}, values=[1, 2])
    f("arity, too few", "\ndef solve(a, b): pass", "ARITY", "TypeError", "missing 1 required positional argument: 'b'", 2,
      args={"a": "int"}, values=[1])
    f("a TypeError inside is no arity", "def g(x): pass\ndef solve(): return g()", "EXCEPTION", "TypeError",
      "g() missing 1 required", 2)
    f("a builtin as entry", "solve = len", "ARITY", "TypeError", "takes exactly one argument")
    e = f("exception", "def g(x):\n    return 1 // x\ndef solve():\n    return g(0)", "EXCEPTION", "ZeroDivisionError",
          "division", 2)
    p.tests.check(p.name("the traceback shows the source, ours is not in it"),
                  b"return 1 // x" in e.stderr and b"solution.py" in e.stderr and b"harness" not in e.stderr, e)
    f("exception while loading", "import math\nmath.sqrt(-1)", "EXCEPTION", "ValueError", "math domain error", 2)
    f("own exception class", "class Odd(KeyError): pass\ndef solve(): raise Odd('x')", "EXCEPTION", "KeyError", "Odd: 'x'", 2)
    f("a class that lies about its name", "class ValueError2(Exception): pass\nValueError2.__module__ = 'builtins'\n"
      "def solve(): raise ValueError2('x')", "EXCEPTION", "Exception", "ValueError2: x")
    f("an exception whose str fails", "class E(Exception):\n  def __str__(self): 1/0\ndef solve(): raise E", "EXCEPTION", "Exception")
    f("a long message is cut", "def solve(): raise ValueError('\\u00e4' * 100000)", "EXCEPTION", "ValueError", "...")
    f("surrogates and NUL in a message", "def solve(): raise ValueError('a\\0\\ud800b')", "EXCEPTION", "ValueError")
    f("assertion", "def solve():\n\n    assert False", "EXCEPTION", "AssertionError", "", 3)
    f("recursion", "def solve(): return solve()", "EXCEPTION", "RecursionError", "recursion")
    f("KeyboardInterrupt", "def solve(): raise KeyboardInterrupt", "EXCEPTION", "KeyboardInterrupt")
    f("sys.exit(0)", "import sys\ndef solve(): sys.exit(0)", "EXIT", "SystemExit", "sys.exit(0)", 2)
    f("exit while loading", "raise SystemExit('bye')", "EXIT", "SystemExit", "bye", 1)
    f("MemoryError", "def solve(): raise MemoryError('no')", "MEMORY", "MemoryError", "no")
    f("a real MemoryError", "def solve(): return bytearray(1 << 60)", "MEMORY", "MemoryError", None, 1)
    package = "the standard library is" if p.flavour == "pypure" else "the standard library and NumPy are"
    f("a missing package", "import scipy.stats\ndef solve(): pass", "EXCEPTION", "ModuleNotFoundError",
      f"'scipy' is not available in flavour '{p.flavour}' ({package})", 1)
    f("a missing module of a package", "import collections.nothing", "EXCEPTION", "ModuleNotFoundError", "collections.nothing")
    f("the submitted name is shown", "1/0", "EXCEPTION", line=1, file="my solution.py")
    e = p.run("def solve():\n    import os\n    os._exit(0)", {}, "int")
    p.tests.check(p.name("os._exit(0): no frame"), e.status == 0 and e.raw == b"", e)
    e = p.run("import os\ndef solve():\n    os.write(4, b'garbage' * 1000)\n    return 5", {}, "int")
    p.tests.check(p.name("what was written to 4 before is replaced"), e.values == [5], e)
    e = p.run("import os\ndef solve():\n    os.write(4, b'garbage' * 1000)\n    1/0", {}, "int")
    p.tests.check(p.name("by a fault, too"), e.kind == "fault", e)
    e = p.run("import os\ndef solve():\n    os.close(4)\n    return 5", {}, "int")
    p.tests.check(p.name("closing 4: no frame"), e.status != 0 and e.raw == b"", e)
    limit = 1 << 16
    e = p.run("def solve(): return ['x'] * 100000", {}, "str[*]",
              before_go=lambda pid: resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, limit)))
    p.tests.check(p.name("a result above RLIMIT_FSIZE"), e.kind == "fault" and e.fault[0] == "TYPE"
                  and "limit" in e.fault[2], e)


def behaviour(p):
    e = p.result("prints are flushed", "import sys\ndef solve():\n    print('out \\u00e9')\n    print('err', file=sys.stderr)\n    return 1",
                 {}, "int", [], [1])
    p.tests.equal(p.name("stdout"), e.stdout, "out \u00e9\n".encode())
    p.tests.equal(p.name("stderr"), e.stderr, b"err\n")
    e = p.result("prints before an exception", "def solve():\n    print('x', end='')\n    return 1", {}, "int", [], [1])
    p.tests.equal(p.name("stdout without newline"), e.stdout, b"x")
    p.result("no atexit, no threads are waited for",
             "import atexit, threading, time\ndef solve():\n    atexit.register(time.sleep, 30)\n"
             "    threading.Thread(target=time.sleep, args=(30,)).start()\n    return 2", {}, "int", [], [2], timeout_s=10)
    p.result("broken stdout", "import sys\nclass X:\n    def flush(self): raise BaseException\n"
             "sys.stdout = X()\ndel sys.stderr\ndef solve(): return 3", {}, "int", [], [3])
    p.result("dataclass, pickle, __main__ guard",
             "import dataclasses, pickle\n@dataclasses.dataclass\nclass P:\n    x: int\n"
             "if __name__ == '__main__':\n    1/0\ndef solve(): return pickle.loads(pickle.dumps(P(4))).x", {}, "int", [], [4])
    p.result("a lambda, a class instance or a partial may be the entry",
             "class C:\n    def __call__(self, a): return a + 1\nsolve = C()", {"a": "int"}, "int", [1], [2])
    e = p.run("import os\ndef solve(a):\n    found = []\n    for fd in range(3, 64):\n        try:\n"
              "            found.append(os.readlink('/proc/self/fd/%d' % fd))\n        except OSError: pass\n"
              "    return found", {"a": "int"}, "str[*]", [1])
    p.tests.check(p.name("of our descriptors the result and the arguments' map remain"),
                  e.kind == "result" and 1 <= len(e.values[0]) <= 2, e)
    p.result("source encodings", b"# -*- coding: latin-1 -*-\ndef solve(): return '\xe9'", {}, "str", [], ["\u00e9"])
    p.result("a byte order mark", b"\xef\xbb\xbfdef solve(): return 1", {}, "int", [], [1])
    knn = {"X_train": "float[n,d]", "y_train": "int[n]", "X_test": "float[m,d]", "k": "int"}
    p.result("[] takes its sizes from elsewhere",
             "def solve(a, b, c, k): return [len(a), len(b), len(c)]", knn, "int[*]",
             [[], [], [[1.0, 2.0]], 3], [[0, 0, 1]])


def not_ready(p):
    argv, env = start("harness.py", p.path)
    signature = make_signature("solve", p.flavour, {"a": "int"}, "int")
    import box
    fds = {3: box.memfd(b"short"), 7: box.memfd(b""), 8: box.memfd(json.dumps(signature).encode())}
    e = box.spawn(argv, env, fds)
    p.tests.check(p.name("a broken arguments frame: exit 70, one line, never ready"),
                  e.status == 70 and not e.ready and e.raw == b"" and e.stderr.count(b"\n") == 1, e)
    fds = {3: box.memfd(box.build_args(signature["args"], [1])), 7: box.memfd(b""), 8: box.memfd(b"{nonsense")}
    e = box.spawn(argv, env, fds)
    p.tests.check(p.name("a broken signature: exit 70"), e.status == 70 and not e.ready and e.stderr.count(b"\n") == 1, e)


def check_script(tests):
    import box
    argv, env = start("check.py", [], "my.py")

    def check(source):
        return box.spawn(argv, env, {7: box.memfd(source)}, barrier=False)

    e = check(b"import os\nos._exit(3)\n")
    tests.check("check.py: nothing is executed", e.status == 0 and e.stderr == b"", e)
    e = check(b"def f(:\n")
    tests.check("check.py: one diagnostic", e.status == 1 and e.stderr == b"my.py:1:7: SyntaxError: invalid syntax\n    1 | def f(:\n      |       ^\n", e)
    e = check(b"x = '\\d'\nassert (1, 'x')\n")
    tests.check("check.py: warnings are no diagnostics", e.status == 0 and e.stderr == b"", e)
    for name, source in [("NUL", b"\0"), ("bytes", b"\xff\xfe"), ("deep", b"(" * 9000), ("deep unary", b"-" * 100000 + b"1")]:
        e = check(source)
        tests.check(f"check.py: {name}", e.status == 1 and e.stderr.count(b"\n") in (1, 3) and e.stderr.startswith(b"my.py:"), e)


def run(tests):
    for flavour, path in [("pypure", []), ("python", probe("numpy")["path"])]:
        p = Python(tests, flavour, path)
        if flavour == "pypure":
            p.tests.check("pypure has no numpy", p.run("import numpy", {}, "int").kind == "fault")
        representation(p)
        coercions(p)
        several_returns(p)
        faults(p)
        behaviour(p)
        not_ready(p)
    check_script(tests)
