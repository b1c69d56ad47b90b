"""The C harness and the generated header and shim: every representation, every result, every fault."""
import json
import os
import resource
import subprocess
import tempfile

import box
from box import NAN

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, "judge/languages/c")


def compile_command(compiler):
    """The command of c.json, as it is in the box."""
    with open(os.path.join(ROOT, "judge/languages/c.json"), encoding="utf-8") as file:
        command = json.load(file)["compile"]["command"]
    command = [word.replace("/harness", FOLDER) for word in command]
    command[0] = compiler
    return [word for word in command if compiler == "gcc" or not word.startswith("-fmax-errors")]


# What the candidate does wrong stays as it is without sanitizers.
SANITIZERS = {"ASAN_OPTIONS": "handle_segv=0:handle_abort=0:allocator_may_return_null=1:detect_leaks=0"}


class C:
    flavour = "c"

    def __init__(self, tests, work):
        self.tests = tests
        self.work = work
        self.harness = os.path.join(work, "harness")
        self.sanitized = os.path.join(work, "harness-sanitized")
        self.tool = os.path.join(work, "codegen")
        sources = [os.path.join(FOLDER, f) for f in sorted(os.listdir(FOLDER)) if f.endswith(".c")]
        flags = ["-std=gnu17", "-O1", "-g", "-D_GNU_SOURCE", "-I" + ROOT, "-Wall", "-Wextra"]
        sanitize = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
        for command in [
            ["cc", *flags, "-fPIE", "-pie", "-o", self.harness, *sources, "-lm"],
            ["cc", *flags, *sanitize, "-o", self.sanitized, *sources, "-lm"],
            ["cc", *flags, *sanitize, "-o", self.tool, os.path.join(ROOT, "tests/harness/codegen.c"),
             *[os.path.join(ROOT, f) for f in ("judge/codegen.c", "judge/codegen_c.c", "judge/codegen_cpp.c", "judge/type.c", "judge/signature.c", "judge/json_memory.c", "judge/escape.c", "judge/utf8.c",
                                           "sandbox/error.c")],
             "-ljansson"],
        ]:
            subprocess.run(command, check=True)
        self.n = 0

    def generate(self, entry, args, returns):
        """(signature, header, shim, prototype)"""
        if isinstance(returns, str):
            returns = {"": returns}
        done = subprocess.run([self.tool, entry, self.flavour, *[f"{n}={t}" for n, t in args.items()], "->",
                               *[f"{n}={t}" for n, t in returns.items()]], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        signature, header, shim, prototype, rest = done.stdout.split("\0")
        assert rest == ""
        return json.loads(signature), header, shim, prototype

    def compile(self, source, entry, header, shim, compiler="gcc"):
        """(the object's bytes or None, what the compiler said)"""
        self.n += 1
        folder = os.path.join(self.work, str(self.n))
        os.mkdir(folder)
        for name, text in [("solution.c", source), ("shim.c", shim), (entry + ".h", header),
                           ("flags", f"-include {entry}.h\n")]:
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        done = subprocess.run(compile_command(compiler), cwd=folder, capture_output=True, text=True)
        if done.returncode:
            return None, done.stderr
        with open(os.path.join(folder, "solution.so"), "rb") as file:
            return file.read(), done.stderr

    def run(self, source, args, returns, values=(), entry="solve", **options):
        signature, header, shim, _ = self.generate(entry, args, returns)
        built, said = self.compile(source, entry, header, shim)
        if built is None:
            ended = box.Ended()
            ended.stderr = said.encode()
            return ended
        return self.call(built, signature, values, **options)

    def call(self, built, signature, values, **options):
        """Also with the sanitized harness, which must do the same."""
        ended = box.run_harness([self.harness], {}, signature, values, built, **options)
        again = box.run_harness([self.sanitized], SANITIZERS, signature, values, built, **options)
        self.tests.check(self.flavour + ": the sanitized harness does the same", (again.status, again.raw, again.stdout)
                         == (ended.status, ended.raw, ended.stdout), (ended, again))
        return ended

    def result(self, name, source, args, returns, values, want, **options):
        ended = self.run(source, args, returns, values, **options)
        if self.tests.check(self.flavour + ": " + name, ended.ready and ended.status == 0 and ended.kind == "result", ended):
            self.tests.equal(self.flavour + ": " + name, ended.values, want)
        return ended

    def fault(self, name, source, returns, code, message, args=(), values=(), **options):
        ended = self.run(source, dict(args), returns, values, **options)
        self.tests.check(self.flavour + ": " + name, ended.ready and ended.status == 1 and ended.kind == "fault"
                         and ended.fault[0] == code and message in ended.fault[2], ended)
        return ended


# --- what is generated -------------------------------------------------------------------------

PROTOTYPES = [
    ("knn_predict", {"X_train": "float[n,d]", "y_train": "int[n]", "X_test": "float[m,d]", "k": "int"}, "int[m]",
     "void knn_predict(const double *X_train, size_t n, size_t d, const int64_t *y_train, "
     "const double *X_test, size_t m, int64_t k, int64_t *out)"),
    ("classification_report", {"y": "int[n]", "p": "int[n]", "labels": "int[C]"},
     {"tp": "int[C]", "fp": "int[C]", "fn": "int[C]", "precision": "float[C]", "recall": "float[C]", "f1": "float[C]",
      "accuracy": "float", "macro_f1": "float", "weighted_f1": "float", "micro_f1": "float"},
     "void classification_report(const int64_t *y, size_t n, const int64_t *p, const int64_t *labels, size_t C, "
     "int64_t *tp, int64_t *fp, int64_t *fn, double *precision, double *recall, double *f1, "
     "double *accuracy, double *macro_f1, double *weighted_f1, double *micro_f1)"),
    ("csv_groupby", {"data": "csv"}, "table{region:str, n:int, n_missing:int, mean:float?, min:float?, max:float?}",
     "void csv_groupby(int data_fd, const char *data_path, struct mlj_out *out)"),
    ("f", {}, "float", "double f(void)"),
    ("f", {"a": "int", "b": "float", "c": "bool", "d": "str"}, "str", "struct str f(int64_t a, double b, bool c, struct str d)"),
    ("f", {"a": "int?", "b": "float?", "c": "bool?", "d": "str?"}, "bool?",
     "void f(const int64_t *a, const double *b, const bool *c, const struct str *d, bool *out, uint8_t *out_valid)"),
    ("f", {"x": "float[w,2]", "w": "int"}, "float[w]", "void f(const double *x, int64_t w, double *out)"),
    ("f", {"x": "float?[p,q,p]"}, "int[*]",
     "void f(const double *x, const uint8_t *x_valid, size_t p, size_t q, struct mlj_out *out)"),
    ("f", {"r": "str?[n][*]", "t": "table{a:int}"}, "int[n][*]",
     "void f(const struct str *r, const uint8_t *r_valid, const int64_t *r_offsets, size_t n, const struct f_t *t, "
     "struct mlj_out *out)"),
    ("f", {"out": "int[3]", "x": "int?[n]", "x_valid": "bool"}, "int[3]",
     "void f(const int64_t *out, const int64_t *x, const uint8_t *x_valid, size_t n, bool x_valid_, int64_t *out_)"),
    ("f", {"unix": "int", "size_t": "float", "mlj_api": "bool"}, "int", "int64_t f(int64_t unix_, double size_t_, bool mlj_api_)"),
]


def generated(c):
    for entry, args, returns, want in PROTOTYPES:
        _, header, shim, prototype = c.generate(entry, args, returns)
        c.tests.equal(f"c: prototype of {entry}({args})", " ".join(prototype.split()), want)
        c.tests.check("c: lines of at most 100 columns", max(map(len, header.split("\n"))) <= 101, header)
    _, header, _, _ = c.generate("csv_groupby", *PROTOTYPES[2][1:3])
    c.tests.check("c: emit_row in the header", "void csv_groupby_emit_row(struct mlj_out *out, struct str region, int64_t n, "
                  "int64_t n_missing, const double *mean, const double *min, const double *max);" in " ".join(header.split()), header)
    _, header, shim, _ = c.generate("f", {"t": "table{a:int,b:str?,n_rows:float}"}, {"x": "table{out:int,b:float?}"})
    c.tests.check("c: a table's struct", "struct f_t { size_t n_rows; const int64_t *a; const struct str *b; "
                  "const uint8_t *b_valid; const double *n_rows_; };" in " ".join(header.split()), header)
    c.tests.check("c: a named table's emit_row", "void f_x_emit_row(struct mlj_out *out, int64_t out_, const double *b);" in header, header)
    for compiler in ("gcc", "clang"):
        if subprocess.run(["which", compiler], capture_output=True).returncode:
            continue
        built, said = c.compile("void f(const struct f_t *t, struct mlj_out *x) { f_x_emit_row(x, 1, 0); (void)t; }", "f", header, shim, compiler)
        c.tests.check(f"c: {compiler} compiles it without a warning", built and not said, said)


def refused(c):
    """What must not compile or link, and what is said then."""
    args, returns = {"x": "float[n]"}, "float[n]"
    _, header, shim, _ = c.generate("solve", args, returns)
    good = "void solve(const double *x, size_t n, double *out) { for (size_t i = 0; i < n; i++) out[i] = x[i]; }"
    for name, source, said in [
        ("another parameter type", good.replace("const double *x", "const float *x"), "conflicting types for"),
        ("a missing parameter", good.replace("size_t n, ", "").replace("n;", "1;"), "conflicting types for"),
        ("int for size_t", good.replace("size_t n,", "int n,"), "conflicting types for"),
        ("a return type", good.replace("void solve", "int solve"), "conflicting types for"),
        ("static", "static " + good, "static declaration of"),
        ("no such function", good.replace("solve", "slove"), "undefined reference to `solve'"),
        ("an empty file", "", "undefined reference to `solve'"),
        ("no definition of what it calls", good.replace("x[i];", "helper(x[i]);") + "\n", "helper"),
        ("a syntax error", good.replace("out[i]", "out[i"), "expected"),
        ("its own mljudge_call", good + "\nvoid mljudge_call(void) {}", "multiple definition"),
    ]:
        built, text = c.compile(source, "solve", header, shim)
        c.tests.check(f"c: {name} is refused", built is None and said in text, text)
    for name, source in [("with the include", '#include "solve.h"\n' + good), ("without", good),
                         ("with a main", good + "\nint main(void) { return 0; }"), ("with libm", '#include <math.h>\n' +
                          good.replace("x[i];", "sqrt(x[i]) + tgamma(x[i]);"))]:
        built, text = c.compile(source, "solve", header, shim)
        c.tests.check(f"c: {name} compiles", built is not None and text == "", text)


# --- representation ----------------------------------------------------------------------------

SEE = r'''
#include <stdio.h>
#include <string.h>
static char text[1 << 16];
static size_t used;
static void put(const char *format, ...)
{
    __builtin_va_list args;
    __builtin_va_start(args, format);
    used += (size_t)vsnprintf(text + used, sizeof text - used, format, args);
    __builtin_va_end(args);
}
static void put_int(int64_t x) { put("%lld ", (long long)x); }
static void put_float(double x) { put("%.17g ", x); }
static void put_bool(bool x) { put(x ? "true " : "false "); }
static void put_str(struct str x) { put("'%.*s' ", (int)x.n, x.p); }
#define LIST(elem, x, n) do { for (size_t i_ = 0; i_ < (n); i_++) put_##elem((x)[i_]); put("\n"); } while (0)
#define MAYBE(elem, x, v, n) do { for (size_t i_ = 0; i_ < (n); i_++) \
    if ((v)[i_]) put_##elem((x)[i_]); else put("NULL "); put("\n"); } while (0)
'''

# arguments, values, statements, what they print
REPRESENTATION = [
    ({"a": "int"}, [-(2**63)], "put_int(a);", "-9223372036854775808 "),
    ({"a": "float"}, [0.1], "put_float(a);", "0.10000000000000001 "),
    ({"a": "float"}, [NAN], "put(a != a ? \"nan\" : \"?\");", "nan"),
    ({"a": "bool"}, [True], "put_bool(a);", "true "),
    ({"a": "str"}, ["h\u00e9"], "put_str(a); put(\"%zu\", a.n);", "'h\u00e9' 3"),
    ({"a": "str"}, [""], "put(\"%zu %d\", a.n, a.p != NULL);", "0 1"),
    ({"a": "int?"}, [None], "put(a ? \"there\" : \"NULL\");", "NULL"),
    ({"a": "int?"}, [7], "put_int(*a);", "7 "),
    ({"a": "float?"}, [None], "put(a ? \"there\" : \"NULL\");", "NULL"),
    ({"a": "bool?"}, [False], "put_bool(*a);", "false "),
    ({"a": "str?"}, [""], "put_str(*a);", "'' "),
    ({"a": "str?"}, [None], "put(a ? \"there\" : \"NULL\");", "NULL"),
    ({"a": "int[n]"}, [[1, -2]], "LIST(int, a, n);", "1 -2 \n"),
    ({"a": "float[n]"}, [[0.5]], "LIST(float, a, n);", "0.5 \n"),
    ({"a": "bool[n]"}, [[True, False]], "LIST(bool, a, n);", "true false \n"),
    ({"a": "str[n]"}, [["x", "", "yz"]], "LIST(str, a, n);", "'x' '' 'yz' \n"),
    ({"a": "int?[n]"}, [[None, 3]], "MAYBE(int, a, a_valid, n);", "NULL 3 \n"),
    ({"a": "float?[n]"}, [[1.0, None]], "MAYBE(float, a, a_valid, n);", "1 NULL \n"),
    ({"a": "bool?[n]"}, [[None, True]], "MAYBE(bool, a, a_valid, n);", "NULL true \n"),
    ({"a": "str?[n]"}, [["", None]], "MAYBE(str, a, a_valid, n);", "'' NULL \n"),
    ({"a": "float[n,d]"}, [[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]], "put(\"%zu %zu \", n, d); put_float(a[1 * d + 0]);", "2 3 4 "),
    ({"a": "int[2,k,2]", "k": "int"}, [[[[1, 2]], [[3, 4]]], 1], "LIST(int, a, (size_t)(4 * k));", "1 2 3 4 \n"),
    ({"a": "float[n]"}, [[]], "put(\"%zu %d\", n, a != NULL);", "0 1"),
    ({"a": "float[n,d]", "b": "float[m,d]"}, [[], [[1.0, 2.0]]], "put(\"%zu %zu %zu\", n, d, m);", "0 2 1"),
    ({"a": "float[n,d]", "b": "int[n]"}, [[], [1, 2]], "put(\"%zu %zu\", n, d);", "2 0"),
    ({"a": "float[n,k]", "k": "int"}, [[], 5], "put(\"%zu %lld\", n, (long long)k);", "0 5"),
    ({"a": "float[n,d]"}, [[[], []]], "put(\"%zu %zu\", n, d);", "2 0"),
    ({"a": "int[n][*]"}, [[[1, 2], [], [3]]], "for (size_t i = 0; i < n; i++) LIST(int, a + a_offsets[i], (size_t)(a_offsets[i + 1] - a_offsets[i]));",
     "1 2 \n\n3 \n"),
    ({"a": "str?[n][*]"}, [[["x", None]]], "MAYBE(str, a, a_valid, (size_t)a_offsets[n]);", "'x' NULL \n"),
    ({"a": "int[n][*]"}, [[]], "put(\"%zu %d\", n, a_offsets != NULL);", "0 1"),
    ({"a": "table{city:str, amount:float?, n:int, ok:bool?}"},
     [{"city": ["x", "y"], "amount": [None, 2.0], "n": [1, 2], "ok": [True, None]}],
     "LIST(str, a->city, a->n_rows); MAYBE(float, a->amount, a->amount_valid, a->n_rows); LIST(int, a->n, a->n_rows); MAYBE(bool, a->ok, a->ok_valid, a->n_rows);",
     "'x' 'y' \nNULL 2 \n1 2 \ntrue NULL \n"),
    ({"a": "table{x:int}"}, [{"x": []}], "put(\"%zu\", a->n_rows);", "0"),
]


def representation(c):
    """A few cells in each call."""
    for start in range(0, len(REPRESENTATION), 8):
        together(c, REPRESENTATION[start:start + 8])


def together(c, cells):
    """Several cells in one function: names get the cell's number, local aliases give the cell its own back."""
    args, values, body = {}, [], ""
    for i, (cell_args, cell_values, statements, _) in enumerate(cells):
        names = set(cell_args)
        renamed = {}
        for name, text in cell_args.items():
            head, bracket, dims = text.partition("[") if not text.startswith("table") else (text, "", "")
            for dim in ("n", "d", "m", "k"):
                dims = dims.replace(dim, f"{dim}{i}")
                if f"{dim}{i}" in dims:
                    names.add(dim)
            renamed[f"{name}{i}"] = head + bracket + dims
            if "?[" in text:
                names.add(name + "_valid")
            if "][" in text:
                names.add(name + "_offsets")
        args.update(renamed)
        values += cell_values
        defines = "".join(f"#define {n} {n.partition('_')[0]}{i}{''.join(n.partition('_')[1:])}\n" for n in sorted(names))
        undefines = "".join(f"#undef {n}\n" for n in sorted(names))
        # macros would also rename members of a table: it has a cell without other names
        if any(t.startswith("table") for t in cell_args.values()):
            defines, undefines, statements = "", "", statements.replace("a->", f"a{i}->")
        body += f"    {{\n{defines}{statements}\n{undefines}    put(\"|\");\n    }}\n"
    _, header, shim, prototype = c.generate("solve", args, "str")
    source = f"{SEE}\n{prototype}\n{{\n{body}    return (struct str){{text, used}};\n}}\n"
    ended = c.run(source, args, "str", values)
    if not c.tests.check("c: representation runs", ended.kind == "result" and ended.status == 0, ended):
        return
    printed = ended.values[0].split("|")
    for cell, got in zip(cells, printed):
        c.tests.equal(f"c: representation of {cell[0]} {cell[1]!r}", got, cell[3])


def inputs(c):
    c.result("csv: descriptor and path", r'''
#include <stdio.h>
#include <unistd.h>
struct str solve(int a_fd, const char *a_path)
{
    static char text[100];
    ssize_t n = read(a_fd, text, 4);
    FILE *file = fopen(a_path, "r");
    n += (ssize_t)fread(text + n, 1, 50, file);
    n += snprintf(text + n, 30, "%s", a_path);
    return (struct str){text, (size_t)n};
}''', {"a": "csv"}, "str", [None], ["a,b\na,b\n1,2/proc/self/fd/16"], csv=[b"a,b\n1,2"])
    c.result("names of the harness are the candidate's to use", "int64_t need(int64_t x) { return x + 1; }\n"
             "int64_t fault(int64_t x) { return need(x) + 1; }\nint64_t result_write(int64_t x) { return fault(x) + 1; }\n"
             "int64_t malloc_(void) { return 0; }\nint64_t pwrite(void) { return 7; }\n"
             "int64_t solve(int64_t a) { return result_write(a) + pwrite(); }", {"a": "int"}, "int", [1], [11])
    c.result("the input may be overwritten",
             "double solve(const double *a, size_t n) { double *x = (double *)a; x[0] = 5; return x[0] + x[n - 1]; }",
             {"a": "float[n]"}, "float", [[1.0, 2.0]], [7.0])


# --- results -----------------------------------------------------------------------------------

SCALARS = [
    ("int", "return -5;", -5), ("float", "return 0.25;", 0.25), ("float", "return 0.0 / 0.0;", NAN), ("bool", "return true;", True),
    ("str", 'return (struct str){"h\\xc3\\xa9", 3};', "h\u00e9"), ("str", "return (struct str){0};", ""),
    ("int?", "*out = 3;", 3), ("int?", "*out_valid = 0;", None), ("float?", "*out = 0.0 / 0.0;", None),
    ("str?", "*out_valid = 0;", None), ("bool?", "*out = true; *out_valid = 200;", True),
]

# type, statements (out is the parameter), what the frame holds
RESULTS = [
    ("int", "*out = -1;", -1), ("float", "*out = 1.5;", 1.5), ("bool", "*out = false;", False), ("str", 'out->p = "ab"; out->n = 2;', "ab"),
    ("float?", "*out_valid = 0;", None), ("str?", "*out_valid = 0;", None), ("str?", "*out = (struct str){0};", ""),
    ("int[3]", "out[0] = 1; out[1] = 2; out[2] = 3;", [1, 2, 3]),
    ("float[2,n]", "for (size_t i = 0; i < 2 * n; i++) out[i] = (double)i;", [[0.0, 1.0], [2.0, 3.0]]),
    ("bool[n]", "out[0] = true; out[1] = false;", [True, False]),
    ("str[n]", 'out[0] = (struct str){"x", 1}; out[1] = (struct str){"yz", 2};', ["x", "yz"]),
    ("int[z]", "", []), ("int[n,z]", "", []),
    ("int?[n]", "out[0] = 4; out_valid[1] = 0;", [4, None]), ("float?[n]", "out[0] = 0.0 / 0.0; out[1] = 2; ", [None, 2.0]),
    ("bool?[n]", "out_valid[0] = 0; out[1] = true;", [None, True]),
    ("str?[n]", 'out_valid[0] = 0; out[1] = (struct str){"q", 1};', [None, "q"]),
    ("int[*]", "int64_t *p = mlj_emit_int(out, 2); p[0] = 8; p[1] = 9;", [8, 9]),
    ("float[*]", "mlj_emit_float(out, 0);", []), ("float[*]", "", []),
    ("bool[*]", "mlj_emit_bool(out, 1)[0] = true;", [True]),
    ("str[*]", 'struct str *p = mlj_emit_str(out, 2); p[0] = (struct str){"a", 1}; p[1] = (struct str){0};', ["a", ""]),
    ("int[n,*]", "int64_t *p = mlj_emit_int(out, 3); for (int i = 0; i < 6; i++) p[i] = i;", [[0, 1, 2], [3, 4, 5]]),
    ("int[*,2]", "int64_t *p = mlj_emit_int(out, 1); p[0] = 1; p[1] = 2;", [[1, 2]]),
    ("float[*,*]", "double *p = mlj_emit_sizes(out, (size_t[]){1, 2}); p[0] = 1; p[1] = 2;", [[1.0, 2.0]]),
    ("int?[*]", "int64_t *p = mlj_emit_int(out, 2); p[0] = 1; mlj_valid(out)[1] = 0;", [1, None]),
    ("str?[*]", 'struct str *p = mlj_emit_str(out, 2); p[0] = (struct str){"z", 1}; mlj_valid(out)[1] = 0;', ["z", None]),
    ("int[*][*]", "int64_t *p = mlj_row_int(out, 2); p[0] = 1; p[1] = 2; mlj_row_int(out, 0); mlj_row_int(out, 1)[0] = 3;", [[1, 2], [], [3]]),
    ("str[n][*]", 'mlj_row_str(out, 0); *mlj_row_str(out, 1) = (struct str){"r", 1};', [[], ["r"]]),
    ("bool[*][*]", "", []),
    ("float?[n][*]", "mlj_row_float(out, 1)[0] = 1; mlj_row_float(out, 2)[0] = 2; mlj_valid(out)[1] = 0;", [[1.0], [2.0, None]]),
    ("int[*][*]", "for (int i = 0; i < 300; i++) for (int64_t *p = mlj_row_int(out, 3), j = 0; j < 3; j++) p[j] = i;", [[i] * 3 for i in range(300)]),
    ("table{s:str, i:int, f:float?, b:bool?, t:str?}",
     'int64_t one = 1; (void)one; double h = 0.5; bool yes = true; struct str t = {"t", 1};\n'
     '    EMIT(out, (struct str){"a", 1}, 1, &h, NULL, &t); EMIT(out, (struct str){0}, -2, NULL, &yes, NULL);',
     [["a", ""], [1, -2], [0.5, None], [None, True], ["t", None]]),
    ("table{s:str}", "", [[]]),
    ("table{s:str, i:int}", 'char w[20]; for (int i = 0; i < 3000; i++) EMIT(out, (struct str){w, (size_t)sprintf(w, "word%d", i)}, i);',
     [[f"word{i}" for i in range(3000)], list(range(3000))]),
]


def parameter_names(returns, i):
    """The macros that let a cell say `out`."""
    name = f"r{i}"
    return f"#define out {name}\n#define out_valid {name}_valid\n#define EMIT solve_{name}_emit_row\n"


def results(c):
    for declared, body, want in SCALARS:
        _, _, _, prototype = c.generate("solve", {}, declared)
        c.result(f"returns {declared}: {body}", f"{prototype} {{ {body} }}", {}, declared, [], [want])
    returns = {f"r{i}": cell[0] for i, cell in enumerate(RESULTS)}
    args = {"a": "int[n]", "b": "int[z]"}
    _, _, _, prototype = c.generate("solve", args, returns)
    body = "".join(f"{parameter_names(returns, i)}    {{ {cell[1]} }}\n#undef out\n#undef out_valid\n#undef EMIT\n"
                   for i, cell in enumerate(RESULTS))
    ended = c.run(f"#include <stdio.h>\n{prototype}\n{{\n    (void)a; (void)b; (void)z;\n{body}}}\n", args, returns, [[1, 2], []])
    if c.tests.check("c: results run", ended.kind == "result" and ended.status == 0, ended):
        for cell, got in zip(RESULTS, ended.values):
            c.tests.equal(f"c: {cell[0]} by {cell[1]}", got, cell[2])
    at = [cell[0] for cell in RESULTS].index("int[n,z]")
    c.tests.equal("c: int[n,z] keeps its sizes", ended.items and ended.items[at]["dims"], [2, 0])
    e = c.run("void solve(struct mlj_out *out) { (void)out; }", {}, "int[3,*]")
    c.tests.check("c: what was not emitted is `[]`", e.items and e.items[0]["dims"] == [0], e)
    n = 200000
    c.result("a large result", "void solve(int64_t n, int64_t *out, struct mlj_out *more) { int64_t *p = mlj_emit_int(more, (size_t)n);"
             " for (int64_t i = 0; i < n; i++) out[i] = p[i] = i; }", {"n": "int"}, {"x": "int[n]", "y": "int[*]"}, [n],
             [list(range(n)), list(range(n))])


# --- faults ------------------------------------------------------------------------------------


def faults(c):
    for declared, body, message in [
        ("int[3]", "out[0] = 1; out[2] = 2;", "return[1]: never written"), ("float[2,2]", "out[0] = out[1] = 1;", "return[1][0]: never written"),
        ("bool[2]", "out[0] = true;", "return[1]: never written"), ("str[2]", "out[0] = (struct str){0};", "return[1]: never written"),
        ("bool[1]", "*(char *)out = 7;", "return[0]: neither true nor false"), ("int?", "", "return: never written"),
        ("int?[2]", "out_valid[0] = 0;", "return[1]: never written"), ("int[*]", "mlj_emit_int(out, 2)[0] = 1;", "return[1]: never written"),
        ("int[*][*]", "mlj_row_int(out, 1)[0] = 1; mlj_row_int(out, 2)[1] = 1;", "return[1][0]: never written"),
        ("int[*]", "mlj_emit_float(out, 1);", "mlj_emit_float() where int is declared"), ("int[*]", "mlj_emit_int(out, 0); mlj_emit_int(out, 0);", "emitted twice"),
        ("int[*,*]", "mlj_emit_int(out, 1);", "2 sizes are free; use mlj_emit_sizes()"), ("int[*]", "mlj_row_int(out, 1);", "is for ragged results"),
        ("int[*][*]", "mlj_emit_int(out, 1);", "is for results of free size"), ("int[*]", "mlj_emit_int(out, 1); mlj_valid(out);", "declared without '?'"),
        ("int[2][*]", "mlj_row_int(out, 0);", "1 rows where 2 are declared"), ("str[1]", 'out->p = "x"; out->n = (size_t)-9;', "impossible length"),
        ("table{s:str}", 'solve_emit_row(out, (struct str){"x", (size_t)-1});', "a str of 18446744073709551615 bytes"),
    ]:
        _, _, _, prototype = c.generate("solve", {}, declared)
        c.fault(f"{declared}: {body}", f"{prototype} {{ {body} }}", declared, "TYPE", message)
    c.fault("too much to emit", "void solve(struct mlj_out *out) { mlj_emit_int(out, (size_t)1 << 60); }", "int[*]", "MEMORY", "return: no memory for")
    c.fault("overflowing sizes", "void solve(struct mlj_out *out) { mlj_emit_sizes(out, (size_t[]){1ul << 39, 1ul << 39}); }", "int[*,*]", "MEMORY", "no memory")
    e = c.run('#include <stdio.h>\nvoid solve(struct mlj_out *out) { printf("said"); (void)out; }', {}, "int[*]")
    c.tests.check("c: prints are flushed", e.stdout == b"said" and e.kind == "result", e)
    e = c.fault("prints before a fault", '#include <stdio.h>\nvoid solve(struct mlj_out *out) { printf("said"); mlj_emit_str(out, 1); }',
                "int[*]", "TYPE", "mlj_emit_str")
    c.tests.equal("c: they are flushed, too", e.stdout, b"said")
    limit = 1 << 16
    c.fault("a result above RLIMIT_FSIZE", "void solve(struct mlj_out *out) { int64_t *p = mlj_emit_int(out, 100000); for (int i = 0; i < 100000; i++) p[i] = 0; }",
            "int[*]", "TYPE", "larger than the limit", before_go=lambda pid: resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, limit)))

    for name, source, status in [
        ("exit(0)", "#include <stdlib.h>\nint64_t solve(void) { exit(0); }", 0), ("_exit(3)", "#include <unistd.h>\nint64_t solve(void) { _exit(3); }", 3),
        ("abort()", "#include <stdlib.h>\nint64_t solve(void) { abort(); }", -6),
        ("a null pointer", "int64_t solve(void) { return *(volatile int64_t *)0; }", -11),
        ("a constructor that exits", "#include <unistd.h>\n__attribute__((constructor)) static void c(void) { _exit(0); }\nint64_t solve(void) { return 1; }", 0),
    ]:
        e = c.run(source, {}, "int")
        c.tests.check(f"c: {name}: no frame", e.ready and e.status == status and e.raw == b"", e)
    e = c.run("#include <unistd.h>\nint64_t solve(void) { if (write(4, \"garbage garbage\", 15)) {} return 5; }", {}, "int")
    c.tests.check("c: what was written to 4 before is replaced", e.values == [5], e)
    e = c.run(r'''
#include <dirent.h>
#include <stdlib.h>
void solve(int64_t k, struct mlj_out *out)
{
    DIR *dir = opendir("/proc/self/fd");
    int64_t n = 0, found[64];
    for (struct dirent *d; (d = readdir(dir));)
        if (d->d_name[0] != '.' && atoi(d->d_name) != dirfd(dir) && atoi(d->d_name) < 64)
            found[n++] = atoi(d->d_name);
    int64_t *p = mlj_emit_int(out, (size_t)n);
    for (int64_t i = 0; i < n; i++)
        p[i] = found[i];
    (void)k;
}''', {"k": "int"}, "int[*]", [1])
    c.tests.check("c: of our descriptors only the result is open", e.values and 4 in e.values[0]
                  and not set(e.values[0]) & {3, 5, 6, 7, 8}, e)

    signature, header, shim, _ = c.generate("solve", {"a": "int"}, "int")
    for name, built, said in [("nonsense", b"nonsense", "does not load"), ("an empty object", b"", "does not load"),
                              ("a library without mljudge_call", open("/lib/x86_64-linux-gnu/libm.so.6", "rb").read(), "has no mljudge_call")]:
        e = c.call(built, signature, [1])
        c.tests.check(f"c: {name}: LOAD", e.ready and e.status == 1 and e.fault and e.fault[0] == "LOAD" and said in e.fault[2], e)
    good = box.build_args(signature["args"], [1])
    for name, frame, text in [("no frame", b"short", json.dumps(signature)), ("cut", good[:100], json.dumps(signature)),
                              ("an argument too many", box.build_args(signature["args"] * 2, [1, 2]), json.dumps(signature)),
                              ("another type", box.build_args([box.parse_type("float")], [1.0]), json.dumps(signature)),
                              ("no signature", good, "{}"), ("no JSON", good, "nonsense"), ("unclosed", good, '{"entry": "x'),
                              ("unclosed list", good, '{"entry": "x", "args": [{"name": "a"')]:
        e = box.spawn([c.harness], {}, {3: box.memfd(frame), 7: box.memfd(b""), 8: box.memfd(text.encode())})
        c.tests.check(f"c: {name}: exit 70, one line, never ready", e.status == 70 and not e.ready and e.raw == b""
                      and e.stderr.count(b"\n") == 1, e)
    e = box.spawn([c.harness], {}, {3: box.memfd(good), 7: box.memfd(b""), 8: box.memfd(json.dumps(signature, indent=2).encode())})
    c.tests.check("c: a signature with white space is read", e.ready, e)


# --- the three problems ------------------------------------------------------------------------


def problems(c):
    knn, confusion, groupby = PROTOTYPES[:3]
    for (entry, args, returns, _), values, csv, want in [
        (knn, [[[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]], [7, 3, 3, 7], [[1.0, 1.0], [0.0, 0.0], [2.0, 1.0]], 3], (), [[3, 3, 7]]),
        (confusion, [[0, 0, 1, 2], [0, 1, 1, 1], [0, 1, 2, 3]], (), None),
        (groupby, [None], [b'amount,region\n1.5,"a,b"\n,"a,b"\nNA,x'], [[["a,b", "x"], [2, 1], [1, 1], [1.5, None], [1.5, None], [1.5, None]]]),
    ]:
        signature, header, shim, _ = c.generate(entry, args, returns)
        folder = os.path.join(ROOT, "problems", entry.replace("knn_predict", "knn-classify")
                              .replace("classification_report", "confusion-metrics").replace("_", "-"))
        accepted = os.path.join(folder, "solutions/accepted")
        names = [n for n in sorted(os.listdir(accepted)) if n.endswith(".c")] if os.path.isdir(accepted) else []
        c.tests.check(f"c: {entry} has accepted solutions in C", names, accepted)
        for name in names:
            with open(os.path.join(accepted, name), encoding="utf-8") as file:
                built, said = c.compile(file.read(), entry, header, shim)
            if not c.tests.check(f"c: {entry} {name} compiles", built is not None, said):
                continue
            e = c.call(built, signature, values, csv=csv)
            if entry == "classification_report":
                good = e.kind == "result" and e.values[:3] == [[1, 1, 0, 0], [0, 2, 0, 0], [1, 0, 1, 0]] and \
                    abs(e.values[7] - 0.2916666667) < 1e-9 and abs(e.values[6] - 0.5) < 1e-12
            else:
                good = e.kind == "result" and box.same(e.values, want)
            c.tests.check(f"c: {entry} {name} on the catalogue's example", good, e)


def run(tests):
    with tempfile.TemporaryDirectory() as work:
        c = C(tests, work)
        generated(c)
        refused(c)
        representation(c)
        inputs(c)
        results(c)
        faults(c)
        problems(c)
