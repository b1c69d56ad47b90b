"""Classes in every harness: every type as argument and result of a method, every fault."""
import json
import os
import subprocess
import tempfile

import box
import test_c
import test_cpp
import test_python
from box import NAN

FAULT = "fault"


class Python(test_python.Python):
    def calls(self, source, methods, calls, **options):
        argv, env = test_python.start("harness.py", self.path)
        return box.run_class(argv, env, box.make_class("Thing", self.flavour, methods), calls, source.encode(), **options)


class Compiled:
    """C and C++: also with the sanitized harness, which must do the same."""

    def generate_class(self, methods):
        done = subprocess.run([self.tool, "--class", self.flavour, methods], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        signature, header, shim, prototype, rest = done.stdout.split("\0")
        assert rest == ""
        return json.loads(signature), header, shim, prototype

    def build(self, source, methods):
        _, header, shim, _ = self.generate_class(methods)
        return self.compile(source + self.tail, "Thing", header, shim)

    def calls(self, source, methods, calls, **options):
        built, said = self.build(source, methods)
        if built is None:
            ended = box.Ended()
            ended.stderr = said.encode()
            return ended
        signature, _, _, _ = self.generate_class(methods)
        mine = box.make_class("Thing", self.flavour, methods)
        self.tests.equal(self.flavour + ": the signature as JSON", [m["name"] for m in signature["methods"]], [m["name"] for m in mine["methods"]])
        ended = box.run_class([self.harness], {}, signature, calls, built, **options)
        again = box.run_class([self.sanitized], test_c.SANITIZERS, signature, calls, built, **options)
        self.tests.check(self.flavour + ": the sanitized harness does the same", (again.status, again.raw, again.stdout)
                         == (ended.status, ended.raw, ended.stdout), (ended, again))
        return ended


class C(Compiled, test_c.C):
    tail = ""


class Cpp(Compiled, test_cpp.Cpp):
    tail = "\n#define MLJUDGE_TAIL\n#include \"shim.cpp\"\n"  # codegen.c


def good(p, name, source, methods, calls, want, **options):
    ended = p.calls(source, methods, calls, **options)
    name = f"{p.flavour}, class: {name}"
    if p.tests.check(name, ended.ready and ended.status == 0 and ended.kind == "result", ended):
        p.tests.equal(name, ended.values, want)
    return ended


def fault(p, name, source, methods, calls, code, *words):
    ended = p.calls(source, methods, calls)
    p.tests.check(f"{p.flavour}, class: {name}", ended.ready and ended.status == 1 and ended.kind == FAULT and ended.fault[0] == code
                  and all(word in ended.fault[2] for word in words), ended)
    return ended


# --- every type ---------------------------------------------------------------------------------

TABLE = "table{city:str,amount:float?,n:int,ok:bool?}"
ROWS = [{"city": ["x", "y\u00e9"], "amount": [None, 2.0], "n": [1, 2], "ok": [True, None]},
        {"city": [], "amount": [], "n": [], "ok": []}]
C_PLAIN = "{T} Thing_{m}(struct Thing *self, {T} a) {{ (void)self; return a; }}"
C_MAYBE = "void Thing_{m}(struct Thing *self, const {T} *a, {T} *out, uint8_t *out_valid) {{ (void)self; if (a) *out = *a; else *out_valid = 0; }}"
C_MANY = "void Thing_{m}(struct Thing *self, const {T} *a, {sizes}, {T} *out) {{ (void)self; memcpy(out, a, ({n}) * sizeof *a); }}"
C_MANY_MAYBE = ("void Thing_{m}(struct Thing *self, const {T} *a, const uint8_t *a_valid, size_t n, {T} *out, uint8_t *out_valid)"
                "{{ (void)self; for (size_t i = 0; i < n; i++) {{ out[i] = a[i]; out_valid[i] = a_valid[i]; }} }}")
C_RAGGED = ("void Thing_{m}(struct Thing *self, const {T} *a, {valid}const int64_t *a_offsets, size_t n, struct mlj_out *out) {{ (void)self;"
            " for (size_t i = 0; i < n; i++) {{ size_t length = (size_t)(a_offsets[i + 1] - a_offsets[i]);"
            " {T} *to = {row}(out, length); {mark} for (size_t j = 0; j < length; j++) {{ to[j] = a[(size_t)a_offsets[i] + j]; {copy} }} }} }}")
C_TABLE = ("void Thing_{m}(struct Thing *self, const struct Thing_{m}_a *a, struct mlj_out *out) {{ (void)self; for (size_t i = 0; i < a->n_rows; i++)"
           " Thing_{m}_emit_row(out, a->city[i], a->amount_valid[i] ? &a->amount[i] : NULL, a->n[i], a->ok_valid[i] ? &a->ok[i] : NULL); }}")
CPP = "    {R} {m}({A} a) {{ {body} }}"
CPP_MATRIX = "mlj::matrix<double> r(a.rows(), a.cols()); for (std::size_t i = 0; i < a.rows(); i++) for (std::size_t j = 0; j < a.cols(); j++) r(i, j) = a(i, j); return r;"
CPP_CUBE = ("mlj::array<std::int64_t, 3> r(a.size(0), a.size(1), a.size(2)); for (std::size_t i = 0; i < a.size(0); i++) for (std::size_t j = 0; j < a.size(1); j++)"
            " for (std::size_t k = 0; k < a.size(2); k++) r(i, j, k) = a(i, j, k); return r;")
CPP_ROWS = "std::vector<std::vector<std::int64_t>> r; for (std::size_t i = 0; i < a.size(); i++) r.emplace_back(a[i].begin(), a[i].end()); return r;"
CPP_TABLE = ("std::vector<Thing_{m}_row> r; for (std::size_t i = 0; i < a.n_rows; i++) r.push_back({std::string(a.city[i]), a.amount[i], a.n[i], a.ok[i]});"
             " return r;")

# method, type, values of its calls, C, C++ (result, argument, body)
ECHO = [
    ("a0", "int", [-(2**63), 0, 7], C_PLAIN.replace("{T}", "int64_t"), ("std::int64_t", "std::int64_t", "return a;")),
    ("a1", "float", [0.1, NAN, float("-inf")], C_PLAIN.replace("{T}", "double"), ("double", "double", "return a;")),
    ("a2", "bool", [True, False], C_PLAIN.replace("{T}", "bool"), ("bool", "bool", "return a;")),
    ("a3", "str", ["h\u00e9", "", "x" * 1000], C_PLAIN.replace("{T}", "struct str"), ("std::string", "std::string_view", "return std::string(a);")),
    ("a4", "int?", [None, 3, None], C_MAYBE.replace("{T}", "int64_t"), ("std::optional<std::int64_t>", "std::optional<std::int64_t>", "return a;")),
    ("a5", "float?", [1.5, None], C_MAYBE.replace("{T}", "double"), ("std::optional<double>", "std::optional<double>", "return a;")),
    ("a6", "bool?", [None, True, False], C_MAYBE.replace("{T}", "bool"), ("std::optional<bool>", "std::optional<bool>", "return a;")),
    ("a7", "str?", ["", None, "y"], C_MAYBE.replace("{T}", "struct str"),
     ("std::optional<std::string>", "std::optional<std::string_view>", "return a ? std::optional<std::string>(*a) : std::nullopt;")),
    ("b0", "int[n]", [[1, -2], [], [5]], C_MANY.replace("{T}", "int64_t").replace("{sizes}", "size_t n").replace("{n}", "n"),
     ("std::vector<std::int64_t>", "std::span<const std::int64_t>", "return {a.begin(), a.end()};")),
    ("b1", "bool[n]", [[True, False, True]], C_MANY.replace("{T}", "bool").replace("{sizes}", "size_t n").replace("{n}", "n"),
     ("std::vector<bool>", "std::span<const bool>", "return {a.begin(), a.end()};")),
    ("b2", "str[n]", [["x", "", "yz"], []], C_MANY.replace("{T}", "struct str").replace("{sizes}", "size_t n").replace("{n}", "n"),
     ("std::vector<std::string>", "std::span<const std::string_view>", "return {a.begin(), a.end()};")),
    ("b3", "float?[n]", [[1.0, None], [None]], C_MANY_MAYBE.replace("{T}", "double"),
     ("std::vector<std::optional<double>>", "mlj::nullable_view<double>",
      "std::vector<std::optional<double>> r; for (std::size_t i = 0; i < a.size(); i++) r.push_back(a[i]); return r;")),
    ("b4", "float[n,m]", [[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[7.0]]],
     C_MANY.replace("{T}", "double").replace("{sizes}", "size_t n, size_t m").replace("{n}", "n * m"), ("mlj::matrix<double>", "mlj::matrix_view<double>", CPP_MATRIX)),
    ("b5", "int[n,2,m]", [[[[1, 2], [3, 4]]], [[[5], [6]], [[7], [8]]]],
     C_MANY.replace("{T}", "int64_t").replace("{sizes}", "size_t n, size_t m").replace("{n}", "n * 2 * m"),
     ("mlj::array<std::int64_t, 3>", "mlj::array_view<std::int64_t, 3>", CPP_CUBE)),
    ("c0", "int[n][*]", [[[1, 2], [], [3]], []],
     C_RAGGED.replace("{T}", "int64_t").replace("{valid}", "").replace("{row}", "mlj_row_int").replace("{mark}", "").replace("{copy}", ""),
     ("std::vector<std::vector<std::int64_t>>", "mlj::ragged_view<std::int64_t>", CPP_ROWS)),
    ("c1", "str?[n][*]", [[["x", None], []], [[None]]],
     C_RAGGED.replace("{T}", "struct str").replace("{valid}", "const uint8_t *a_valid, ").replace("{row}", "mlj_row_str")
     .replace("{mark}", "uint8_t *valid = mlj_valid(out);").replace("{copy}", "valid[j] = a_valid[(size_t)a_offsets[i] + j];"), None),
    ("d0", TABLE, ROWS, C_TABLE, ("std::vector<Thing_{m}_row>", "const Thing_{m}_a &", CPP_TABLE)),
]


def echo_of(flavour):
    """(source, methods, calls, what comes back)"""
    cells = [cell for cell in ECHO if flavour != "cpp" or cell[4]]
    methods = "__init__()|" + "|".join(f"{m}(a:{t})->{t}" for m, t, _, _, _ in cells)
    calls, want = [("__init__", {})], [None]
    for i in range(3):  # their calls take turns
        for m, _, values, _, _ in cells:
            if i < len(values):
                calls.append((m, {"a": values[i]}))
                want.append(list(values[i].values()) if isinstance(values[i], dict) else values[i])
    if flavour == "c":
        source = ("#include <stdlib.h>\n#include <string.h>\nstruct Thing { int x; };\nstruct Thing *Thing_create(void) { return calloc(1, sizeof(struct Thing)); }\n"
                  "void Thing_destroy(struct Thing *self) { free(self); }\n" + "\n".join(c.format(m=m) for m, _, _, c, _ in cells) + "\n")
    elif flavour == "cpp":
        source = "class Thing {\npublic:\n" + "\n".join(
            CPP.format(m=m, R=cpp[0].format(m=m), A=cpp[1].format(m=m), body=cpp[2].replace("{m}", m)) for m, _, _, _, cpp in cells) + "\n};\n"
    else:
        source = "class Thing:\n" + "".join(f"    def {m}(self, a):\n        return a\n" for m, _, _, _, _ in cells)
    return source, methods, calls, want


def echo(p):
    source, methods, calls, want = echo_of(p.flavour)
    good(p, "every type comes back", source, methods, calls, want)
    good(p, "and from a class that is only made", source, methods, calls[:1], [None])


# --- state, sizes, memory -----------------------------------------------------------------------

COUNTER = {
    "python": "class Thing:\n    def __init__(self, start):\n        self.n = start\n    def add(self, x):\n        self.n += x\n        return 5\n"
              "    def total(self):\n        return self.n\n",
    "c": "#include <stdlib.h>\nstruct Thing { int64_t n; };\nstruct Thing *Thing_create(int64_t start) { struct Thing *t = malloc(sizeof *t); t->n = start; return t; }\n"
         "void Thing_add(struct Thing *self, int64_t x) { self->n += x; }\nint64_t Thing_total(struct Thing *self) { return self->n; }\n"
         "void Thing_destroy(struct Thing *self) { free(self); }\n",
    "cpp": "class Thing {\npublic:\n    Thing(std::int64_t start) : n(start) {}\n    int add(std::int64_t x) { n += x; return 5; }\n"
           "    unsigned char total() const { return (unsigned char)n; }\nprivate:\n    std::int64_t n;\n};\n",
}
COUNTER_METHODS = "__init__(start:int)|add(x:int)|total()->int"


def counter(p):
    calls, want, n = [("__init__", {"start": 3})], [None], 3
    for i in range(300):
        n += i % 2
        calls += [("add", {"x": i % 2}), ("total", {})]
        want += [None, n]
    good(p, "hundreds of calls; what a method without a result returns is nothing", COUNTER.get(p.flavour, COUNTER["python"]), COUNTER_METHODS, calls, want)


SIZES = "__init__(d:int;s:float[q])|shape(x:float[n,d])->int[2]|own(d:int;x:float[d])->float[d]|q()->float[q]|free()->float[*]"
SIZES_OF = {
    "python": "import numpy as np\nclass Thing:\n    def __init__(self, d, s):\n        self.s = s\n    def shape(self, x):\n        return x.shape\n"
              "    def own(self, d, x):\n        assert x.shape == (d,)\n        return x\n    def q(self):\n        return self.s\n    def free(self):\n        return []\n",
    "pypure": "class Thing:\n    def __init__(self, d, s):\n        self.d, self.s = d, s\n    def shape(self, x):\n        return len(x), self.d\n"
              "    def own(self, d, x):\n        assert len(x) == d\n        return tuple(x)\n    def q(self):\n        return self.s\n    def free(self):\n        return []\n",
    "c": "#include <stdlib.h>\nstruct Thing { const double *s; size_t q; };\nstruct Thing *Thing_create(int64_t d, const double *s, size_t q)"
         "{ struct Thing *t = malloc(sizeof *t); (void)d; t->s = s; t->q = q; return t; }\n"
         "void Thing_shape(struct Thing *self, const double *x, size_t n, size_t d, int64_t *out) { (void)self; (void)x; out[0] = (int64_t)n; out[1] = (int64_t)d; }\n"
         "void Thing_own(struct Thing *self, int64_t d, const double *x, double *out) { (void)self; for (int64_t i = 0; i < d; i++) out[i] = x[i]; }\n"
         "void Thing_q(struct Thing *self, double *out) { for (size_t i = 0; i < self->q; i++) out[i] = self->s[i]; }\n"
         "void Thing_free(struct Thing *self, struct mlj_out *out) { (void)self; (void)out; }\nvoid Thing_destroy(struct Thing *self) { free(self); }\n",
    "cpp": "struct Thing {\n    std::vector<double> s;\n    Thing(std::int64_t, std::span<const double> s) : s(s.begin(), s.end()) {}\n"
           "    std::vector<std::int64_t> shape(mlj::matrix_view<double> x) { return {(std::int64_t)x.size(0), (std::int64_t)x.size(1)}; }\n"
           "    std::vector<double> own(std::int64_t d, std::span<const double> x) { return {x.begin(), x.begin() + d}; }\n"
           "    const std::vector<double> &q() const { return s; }\n    std::vector<double> free() { return {}; }\n};\n",
}


def sizes(p):
    calls = [("__init__", {"d": 3, "s": [1.0, 2.0]}), ("shape", {"x": []}), ("shape", {"x": [[1.0, 2.0, 3.0]]}), ("own", {"d": 0, "x": []}),
             ("own", {"d": 2, "x": [4.0, 5.0]}), ("q", {}), ("free", {}), ("shape", {"x": []})]
    good(p, "[] takes its sizes from __init__, a method's own int argument hides them", SIZES_OF[p.flavour], SIZES, calls,
         [None, [0, 3], [1, 3], [], [4.0, 5.0], [1.0, 2.0], [], [0, 3]])


KEEPS = "__init__()|take(x:float[n])->float[n]|name(x:str)->str|rows(x:int[n][*])->int[n][*]|maybe(x:str?)->str?"
KEEPS_OF = {
    "python": "import numpy as np\nclass Thing:\n    kept = np.zeros(2)\n    rows_ = [[0]]\n    def take(self, x):\n        self.kept[:] = x\n        return self.kept\n"
              "    def name(self, x):\n        return x\n    def rows(self, x):\n        self.rows_[0][0] = x[0][0]\n        return self.rows_\n"
              "    def maybe(self, x):\n        return np.array(x) if x is None else np.str_(x)\n",
    "pypure": "class Thing:\n    kept = [0, 0]\n    rows_ = [[0]]\n    def take(self, x):\n        self.kept[:] = x\n        return self.kept\n"
              "    def name(self, x):\n        return x\n    def rows(self, x):\n        self.rows_[0][0] = x[0][0]\n        return self.rows_\n"
              "    def maybe(self, x):\n        return x\n",
    "c": "#include <stdlib.h>\n#include <string.h>\nstruct Thing { char text[8]; };\nstruct Thing *Thing_create(void) { return calloc(1, sizeof(struct Thing)); }\n"
         "void Thing_take(struct Thing *self, const double *x, size_t n, double *out) { (void)self; memcpy(out, x, n * sizeof *x); }\n"
         "struct str Thing_name(struct Thing *self, struct str x) { memcpy(self->text, x.p, x.n); return (struct str){self->text, x.n}; }\n"
         "void Thing_rows(struct Thing *self, const int64_t *x, const int64_t *x_offsets, size_t n, struct mlj_out *out)"
         "{ (void)self; (void)x_offsets; for (size_t i = 0; i < n; i++) *mlj_row_int(out, 1) = x[i]; }\n"
         "void Thing_maybe(struct Thing *self, const struct str *x, struct str *out, uint8_t *out_valid)"
         "{ if (!x) { *out_valid = 0; return; } memcpy(self->text, x->p, x->n); *out = (struct str){self->text, x->n}; }\n"
         "void Thing_destroy(struct Thing *self) { memset(self, 'z', sizeof *self); free(self); }\n",
    "cpp": "struct Thing {\n    std::vector<double> kept;\n    std::string text;\n"
           "    const std::vector<double> &take(std::span<const double> x) { kept.assign(x.begin(), x.end()); return kept; }\n"
           "    const char *name(std::string_view x) { text = x; return text.c_str(); }\n"
           "    std::vector<std::vector<std::int64_t>> rows(mlj::ragged_view<std::int64_t> x) { return {{x[0][0]}}; }\n"
           "    std::optional<std::string> maybe(std::optional<std::string_view> x) { if (!x) return {}; text = *x; return text; }\n};\n",
}


def keeps(p):
    calls = [("__init__", {}), ("take", {"x": [1.0, 2.0]}), ("name", {"x": "one"}), ("rows", {"x": [[1]]}), ("maybe", {"x": "m"}),
             ("take", {"x": [3.0, 4.0]}), ("name", {"x": "two"}), ("rows", {"x": [[2]]}), ("maybe", {"x": None}), ("name", {"x": ""}), ("maybe", {"x": "k"})]
    good(p, "an answer stays what it was, whatever becomes of what was returned", KEEPS_OF[p.flavour], KEEPS, calls,
         [None, [1.0, 2.0], "one", [[1]], "m", [3.0, 4.0], "two", [[2]], None, "", "k"])


# --- faults -------------------------------------------------------------------------------------

ONE = [("__init__", {"start": 0}), ("add", {"x": 1}), ("total", {}), ("add", {"x": 2}), ("total", {})]


def python_faults(p):
    body = COUNTER["python"]
    for name, source, code, words in [
        ("an exception in a call", body.replace("self.n += x", "self.n += 1 // (2 - x)"), "EXCEPTION", ["call 3, add(): ", "division"]),
        ("an exception in __init__", body.replace("self.n = start", "self.n = 1 // start"), "EXCEPTION", ["call 0, __init__(): ", "division"]),
        ("sys.exit in a call", "import sys\n" + body.replace("return self.n", "sys.exit(3)"), "EXIT", ["call 2, total(): ", "sys.exit(3)"]),
        ("no memory in a call", body.replace("return self.n", "raise MemoryError()"), "MEMORY", ["call 2, total()"]),
        ("no class", "def f():\n    pass\n", "NO_ENTRY", ["no class Thing", "the file defines no class"]),
        ("another class", body.replace("Thing", "Thong"), "NO_ENTRY", ["no class Thing: the file defines Thong"]),
        ("not a class", "Thing = 7\n", "NO_ENTRY", ["Thing is not a class"]),
        ("no method", body.replace("total", "sum"), "NO_ENTRY", ["class Thing has no method total"]),
        ("a method that is a number", body.replace("self.n = start", "self.n = self.total = start"), "NO_ENTRY", ["class Thing has no method total"]),
        ("a method that raises when it is looked up", body + "    def __getattribute__(self, name):\n        if name == 'total':\n            raise KeyError('no')\n"
         "        return object.__getattribute__(self, name)\n", "EXCEPTION", ["no"]),
        ("too few parameters", body.replace("add(self, x)", "add(self)").replace("+= x", "+= 1"), "ARITY",
         ["call 1, add(): ", "takes 1 positional argument but 2 were given", "it is called as add(x)"]),
        ("__init__ of too many parameters", body.replace("self, start", "self, start, step"), "ARITY",
         ["call 0, __init__(): ", "missing 1 required positional argument: 'step'", "it is called as Thing(start)"]),
        ("no __init__", body.replace("    def __init__(self, start):\n        self.n = start\n", "    n = 0\n"), "ARITY",
         ["call 0, __init__(): ", "it is called as Thing(start)"]),
        ("a result of another type", body.replace("return self.n", "return str(self.n)"), "TYPE", ["call 2, total(): return: ", "where int is declared"]),
        ("the third result", body.replace("return self.n", "return self.n if self.n < 3 else self.n / 2"), "TYPE", ["call 4, total(): return: "]),
        ("nothing returned", body.replace("return self.n", "pass"), "TYPE", ["call 2, total(): return: None where int is declared"]),
        ("an int that is too large", body.replace("return self.n", "return 1 << 63"), "TYPE", ["call 2, total(): return", "does not fit in 64"]),
    ]:
        fault(p, name, source, COUNTER_METHODS, ONE, code, *words)
    fault(p, "a list of another type", "class Thing:\n    def f(self):\n        return [1, 'x']\n", "__init__()|f()->int[*]", [("__init__", {}), ("f", {})],
          "TYPE", "call 1, f(): return[1]: ")
    good(p, "an object that is a module's function", "import types\nclass One:\n    def total(self):\n        return 1\n    def add(self, x):\n        pass\n"
         "def Thing(start):\n    return One()\n", COUNTER_METHODS, ONE, [None, None, 1, None, 1])
    good(p, "static methods, and methods that are set later", "class Thing:\n    def __init__(self, start):\n        self.add = lambda x: setattr(self, 'total', lambda: x)\n"
         "    @staticmethod\n    def total():\n        return -1\n", COUNTER_METHODS, ONE, [None, None, 1, None, 2])


    if p.flavour == "python":
        good(p, "an array without dimensions that goes on counting", "import numpy as np\nclass Thing:\n    def __init__(self, start):\n        self.n = np.array(start)\n"
             "    def add(self, x):\n        self.n += x\n    def total(self):\n        return self.n\n", COUNTER_METHODS, ONE, [None, None, 1, None, 3])


def refused(p, name, source, methods, *words):
    built, said = p.build(source, methods)
    p.tests.check(f"{p.flavour}, class: {name} does not compile", built is None and all(word in said for word in words), said)


def c_faults(p):
    body = COUNTER["c"]
    fault(p, "create that returns NULL", body.replace("return t;", "free(t); return 0;"), COUNTER_METHODS, ONE, "EXCEPTION",
          "call 0, __init__(): Thing_create() returned NULL")
    for name, source, word in [
        ("no destroy", body.replace("Thing_destroy", "Thing_free"), "undefined reference to `Thing_destroy'"),
        ("no create", body.replace("*Thing_create", "*Thing_new"), "undefined reference to `Thing_create'"),
        ("no method", body.replace("Thing_total", "Thing_sum"), "undefined reference to `Thing_total'"),
        ("a method without self", body.replace("Thing_total(struct Thing *self)", "Thing_total(void)").replace("return self->n", "return 0"), "conflicting types for"),
        ("another result", body.replace("int64_t Thing_total", "int Thing_total"), "conflicting types for"),
        ("an argument of another type", body.replace("int64_t x", "double x"), "conflicting types for"),
    ]:
        refused(p, name, source, COUNTER_METHODS, word)
    methods = "__init__()|f(k:int)->float[k]|g()->int?|h()->int[*]|t()->table{a:int}|r(n:int)->int[2][*]"
    source = ("#include <stdlib.h>\nstruct Thing { int x; };\nstruct Thing *Thing_create(void) { return malloc(sizeof(struct Thing)); }\n"
              "void Thing_destroy(struct Thing *self) { free(self); }\n"
              "void Thing_f(struct Thing *self, int64_t k, double *out) { (void)self; for (int64_t i = 0; i + (k > 2) < k; i++) out[i] = 1; }\n"
              "void Thing_g(struct Thing *self, int64_t *out, uint8_t *out_valid) { (void)self; (void)out; (void)out_valid; }\n"
              "void Thing_h(struct Thing *self, struct mlj_out *out) { (void)self; mlj_emit_float(out, 1); }\n"
              "void Thing_t(struct Thing *self, struct mlj_out *out) { (void)self; mlj_emit_int(out, 1); }\n"
              "void Thing_r(struct Thing *self, int64_t n, struct mlj_out *out) { (void)self; while (n-- > 0) *mlj_row_int(out, 1) = n; }\n")
    for name, call, words in [
        ("an element never written", [("f", {"k": 1}), ("f", {"k": 3})], ["call 2, f(): return[2]: never written"]),
        ("a scalar never written", [("f", {"k": 0}), ("g", {})], ["call 2, g(): return: never written"]),
        ("emitting another type", [("h", {})], ["call 1, h(): return: mlj_emit_float() where int is declared"]),
        ("emitting into a table", [("t", {})], ["call 1, t(): return: "]),
        ("another number of rows", [("r", {"n": 2}), ("r", {"n": 3})], ["call 2, r(): return: 3 rows where 2 are declared"]),
    ]:
        fault(p, name, source, methods, [("__init__", {})] + call, "TYPE", *words)
    ended = p.calls(source.replace("(void)out; (void)out_valid", "abort()"), methods, [("__init__", {}), ("g", {})])
    p.tests.check("c, class: a signal in a call ends the process", ended.ready and ended.status == -6, ended)
    _, header, _, prototype = p.generate_class(methods)
    p.tests.check("c, class: the header", "struct Thing *Thing_create(void);" in header and "int64_t *out, uint8_t *out_valid" in header
                  and "void Thing_destroy(struct Thing *self);" in prototype, header)


def cpp_faults(p):
    body = COUNTER["cpp"]
    for name, source, code, words in [
        ("an exception in a call", "#include <stdexcept>\n" + body.replace("n += x;", "n += x; if (x == 2) throw std::runtime_error(\"boom\");"), "EXCEPTION",
         ["call 3, add(): boom"]),
        ("a constructor that throws", body.replace("n(start) {}", "n(start) { throw 3; }"), "EXCEPTION", ["call 0, __init__(): something that is no"]),
        ("bad_alloc in a call", "#include <new>\n" + body.replace("return (unsigned char)n;", "throw std::bad_alloc();"), "MEMORY", ["call 2, total(): out of memory"]),
        ("a destructor that throws", body.replace("private:", "    ~Thing() noexcept(false) { throw 7; }\nprivate:"), "EXCEPTION", ["something that is no"]),
    ]:
        fault(p, name, source, COUNTER_METHODS, ONE, code, *words)
    ended = p.calls(body.replace("private:", "    ~Thing() { throw 7; }\nprivate:"), COUNTER_METHODS, ONE)
    p.tests.check("cpp, class: a destructor that may not throw and does ends the process", ended.ready and ended.status == -6, ended)
    for name, source, word in [
        ("a text for an int", body.replace("unsigned char total() const { return (unsigned char)n; }", "std::string total() const { return \"n\"; }"),
         "Thing::total() must return std::int64_t"),
        ("a double for an int", body.replace("unsigned char total() const { return (unsigned char)n; }", "double total() const { return 0.5; }"),
         "Thing::total() must return std::int64_t"),
        ("a bool for an int", body.replace("unsigned char total() const { return (unsigned char)n; }", "bool total() const { return true; }"),
         "Thing::total() must return std::int64_t"),
        ("void for an int", body.replace("unsigned char total() const { return (unsigned char)n; }", "void total() const {}"),
         "Thing::total() must return std::int64_t"),
        ("no method", body.replace("total", "sum"), "has no member named"),
        ("a private method", body.replace("    unsigned char total", "private:\n    unsigned char total").replace("}\nprivate:\n    std", "}\n    std"), "private within this context"),
        ("no class", "int f() { return 1; }\n", "Thing"),
        ("too many parameters", body.replace("total()", "total(int)"), "Thing::total"),
        ("an abstract class", body.replace("private:", "    virtual void f() = 0;\nprivate:"), "abstract class type"),
    ]:
        refused(p, name, source, COUNTER_METHODS, word)
    methods = "__init__()|f(k:int)->float[k]|m(k:int)->float[2,k]"
    source = ("struct Thing {\n    std::vector<double> f(std::int64_t k) { return std::vector<double>(std::size_t(k > 2 ? 1 : k)); }\n"
              "    mlj::matrix<double> m(std::int64_t k) { return mlj::matrix<double>(std::size_t(k), 2); }\n};\n")
    fault(p, "a vector of another size", source, methods, [("__init__", {}), ("f", {"k": 2}), ("f", {"k": 3})], "TYPE",
          "call 2, f(): return has shape (1,), expected (3,)")
    fault(p, "a matrix of another shape", source, methods, [("__init__", {}), ("m", {"k": 2}), ("m", {"k": 3})], "TYPE",
          "call 2, m(): return has shape (3, 2), expected (2, 3)")
    good(p, "a last line without its end, and a comment there", body + "// end", COUNTER_METHODS, ONE, [None, None, 1, None, 3])
    many = [("__init__", {})] + [("f", {"k": 1 << 20})] * 60
    methods = "__init__()|f(k:int)->int[*]"
    source = "struct Thing {\n    std::vector<std::int64_t> f(std::int64_t k) { return std::vector<std::int64_t>(std::size_t(k)).size() ? std::vector<std::int64_t>{k} : std::vector<std::int64_t>{}; }\n};\n"
    good(p, "what a method has returned is let go of", source, methods, many, [None] + [[1 << 20]] * 60)
    _, header, _, prototype = p.generate_class(COUNTER_METHODS)
    p.tests.check("cpp, class: the prototype", "class Thing {\npublic:\n    Thing(std::int64_t start);\n    void add(std::int64_t x);" in prototype, prototype)


def run(tests):
    for flavour, path in [("pypure", []), ("python", test_python.probe("numpy")["path"])]:
        p = Python(tests, flavour, path)
        for part in (echo, counter, sizes, keeps, python_faults):
            part(p)
    for make, part_of in [(C, c_faults), (Cpp, cpp_faults)]:
        with tempfile.TemporaryDirectory() as work:
            p = make(tests, work)
            for part in (echo, counter, sizes, keeps, part_of):
                part(p)
