"""The C++ header and shim: every representation as an argument and as a result, what does not fit, what is thrown."""
import json
import os
import subprocess
import tempfile

from test_c import C, ROOT

FOLDER = os.path.join(ROOT, "judge/languages/cpp")


def compile_command(compiler):
    """The command of cpp.json, as it is in the box."""
    with open(os.path.join(ROOT, "judge/languages/cpp.json"), encoding="utf-8") as file:
        command = json.load(file)["compile"]["command"]
    places = {"/harness": FOLDER, "/harness-c": os.path.join(ROOT, "judge/languages/c")}
    command = [places.get(word, word) for word in command]
    command[0] = compiler
    return [word for word in command if compiler == "g++" or not word.startswith("-fmax-errors")]


class Cpp(C):
    flavour = "cpp"

    def compile(self, source, entry, header, shim, compiler="g++"):
        self.n += 1
        folder = os.path.join(self.work, str(self.n))
        os.mkdir(folder)
        for name, text in [("solution.cpp", source), ("shim.cpp", shim), (entry + ".hpp", header),
                           ("flags", f"-include {entry}.hpp\n")]:
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        done = subprocess.run(compile_command(compiler), cwd=folder, capture_output=True, text=True)
        if done.returncode:
            return None, done.stderr
        with open(os.path.join(folder, "solution.so"), "rb") as file:
            return file.read(), done.stderr


# arguments, values, result, prototype, body, what comes back
CELLS = [
    ({"a": "int"}, [-(2**63)], "int", "std::int64_t solve(std::int64_t a)", "return a;", -(2**63)),
    ({"a": "float"}, [0.1], "float", "double solve(double a)", "return a;", 0.1),
    ({"a": "bool"}, [True], "bool", "bool solve(bool a)", "return a;", True),
    ({"a": "str"}, ["h\u00e9"], "str", "std::string solve(std::string_view a)", "return std::string(a) + a.front();", None),
    ({"a": "str"}, [""], "str", "std::string solve(std::string_view a)", "return std::string(a);", ""),
    ({"a": "int?"}, [None], "int?", "std::optional<std::int64_t> solve(std::optional<std::int64_t> a)", "return a;", None),
    ({"a": "int?"}, [7], "int?", "std::optional<std::int64_t> solve(std::optional<std::int64_t> a)", "return a;", 7),
    ({"a": "float?"}, [None], "float?", "std::optional<double> solve(std::optional<double> a)", "return a;", None),
    ({"a": "str?"}, [""], "str?", "std::optional<std::string> solve(std::optional<std::string_view> a)",
     "return a ? std::optional<std::string>(*a) : std::nullopt;", ""),
    ({"a": "str?"}, [None], "str?", "std::optional<std::string> solve(std::optional<std::string_view> a)",
     "return a ? std::optional<std::string>(*a) : std::nullopt;", None),
    ({"a": "int[n]"}, [[1, -2]], "int[n]", "std::vector<std::int64_t> solve(std::span<const std::int64_t> a)",
     "return {a.begin(), a.end()};", [1, -2]),
    ({"a": "float[n]"}, [[]], "float[n]", "std::vector<double> solve(std::span<const double> a)", "return {a.begin(), a.end()};", []),
    ({"a": "bool[n]"}, [[True, False]], "bool[*]", "std::vector<bool> solve(std::span<const bool> a)",
     "return {a.rbegin(), a.rend()};", [False, True]),
    ({"a": "str[n]"}, [["x", "", "yz"]], "str[n]", "std::vector<std::string> solve(std::span<const std::string_view> a)",
     "return {a.begin(), a.end()};", ["x", "", "yz"]),
    ({"a": "float?[n]"}, [[1.0, None]], "float?[n]", "std::vector<std::optional<double>> solve(mlj::nullable_view<double> a)",
     "return {a[0], a[1]};", [1.0, None]),
    ({"a": "str?[n]"}, [["", None]], "str?[*]",
     "std::vector<std::optional<std::string>> solve(mlj::nullable_view<std::string_view> a)",
     "std::vector<std::optional<std::string>> r; for (std::size_t i = 0; i < a.size(); i++) { auto x = a[i];"
     " if (x) r.emplace_back(*x); else r.emplace_back(std::nullopt); } return r;", ["", None]),
    ({"a": "bool?[n]"}, [[None, True]], "bool?[*]", "std::vector<std::optional<bool>> solve(mlj::nullable_view<bool> a)",
     "return {a[1], a[0]};", [True, None]),
    ({"a": "float[n,d]"}, [[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]], "float[d,n]", "mlj::matrix<double> solve(mlj::matrix_view<double> a)",
     "mlj::matrix<double> r(a.cols(), a.rows()); for (std::size_t i = 0; i < a.rows(); i++)"
     " for (std::size_t j = 0; j < a.cols(); j++) r(j, i) = a(i, j); return r;", [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]),
    ({"a": "int?[n,d]"}, [[[1, None]]], "int?[n,d]",
     "mlj::matrix<std::optional<std::int64_t>> solve(mlj::nullable_array_view<std::int64_t, 2> a)",
     "mlj::matrix<std::optional<std::int64_t>> r(a.size(0), a.size(1)); r(0, 0) = a(0, 0); r(0, 1) = a(0, 1); return r;",
     [[1, None]]),
    ({"a": "int[2,k,2]", "k": "int"}, [[[[1, 2]], [[3, 4]]], 1], "int[2,k,2]",
     "mlj::array<std::int64_t, 3> solve(mlj::array_view<std::int64_t, 3> a, std::int64_t k)",
     "mlj::array<std::int64_t, 3> r(2, k, 2); r(1, 0, 1) = a(1, 0, 1); r(0, 0, 0) = a.size(2); return r;", [[[2, 0]], [[0, 4]]]),
    ({"a": "bool[n,d]"}, [[[True, False]]], "bool[n,d]", "mlj::matrix<bool> solve(mlj::matrix_view<bool> a)",
     "mlj::matrix<bool> r(1, 2); r(0, 1) = a(0, 0); return r;", [[False, True]]),
    ({"a": "int[n][*]"}, [[[1, 2], [], [3]]], "int[n][*]",
     "std::vector<std::vector<std::int64_t>> solve(mlj::ragged_view<std::int64_t> a)",
     "std::vector<std::vector<std::int64_t>> r; for (std::size_t i = 0; i < a.size(); i++) r.emplace_back(a[i].begin(), a[i].end());"
     " return r;", [[1, 2], [], [3]]),
    ({"a": "str?[n][*]"}, [[["x", None]]], "bool[*]", "std::vector<bool> solve(mlj::ragged_view<std::string_view> a)",
     "return {a.is_null(0, 0), a.is_null(0, 1)};", [False, True]),
    ({"a": "table{city:str, amount:float?, n:int, ok:bool?}"},
     [{"city": ["x", "y"], "amount": [None, 2.0], "n": [1, 2], "ok": [True, None]}],
     "table{city:str, amount:float?, n:int, ok:bool?}", "std::vector<solve_row> solve(const solve_a &a)",
     "std::vector<solve_row> r; for (std::size_t i = 0; i < a.n_rows; i++)"
     " r.push_back({std::string(a.city[i]), a.amount[i], a.n[i], a.ok[i]}); return r;",
     [["x", "y"], [None, 2.0], [1, 2], [True, None]]),
    ({"a": "table{x:int}"}, [{"x": []}], "table{x:int}", "std::vector<solve_row> solve(const solve_a &a)",
     "(void)a; return {};", [[]]),
]


def cells(cpp):
    for args, values, declared, prototype, body, want in CELLS:
        source = f"{prototype}\n{{\n    {body}\n}}\n"
        name = f"{' '.join(args.values())} -> {declared}"
        if want is None and declared == "str":  # not UTF-8: half of a character
            ended = cpp.run(source, args, {"": declared}, values)
            cpp.tests.check("cpp: " + name, ended.kind == "result", ended)
            continue
        cpp.result(name, source, args, {"": declared}, values, [want])
        _, header, shim, text = cpp.generate("solve", args, {"": declared})
        cpp.tests.check("cpp: prototype of " + name, " ".join(text.split()).replace("& ", "&") == prototype.replace("& ", "&"), text)


def several(cpp):
    returns = {"low": "float", "order": "int[n]", "names": "str[*]", "rows": "table{x:int}"}
    cpp.result("several returns", "solve_result solve(std::span<const double> a)\n{\n"
               "    solve_result r;\n    r.low = a[0];\n    r.order.assign(a.size(), 3);\n    r.names = {\"one\", \"two\"};\n"
               "    r.rows.push_back({5});\n    return r;\n}\n", {"a": "float[n]"}, returns, [[1.5, 2.0]],
               [1.5, [3, 3], ["one", "two"], [[5]]])
    cpp.result("several free sizes", "mlj::matrix<double> solve()\n{\n    mlj::matrix<double> r(2, 3);\n    r(1, 2) = 9;\n    return r;\n}\n",
               {}, {"": "float[*,*]"}, [], [[[0.0, 0.0, 0.0], [0.0, 0.0, 9.0]]])


# argument, result -> what must compile: names that are keywords, or ours, or alike once a suffix stands behind them
NAMES = [
    ({"requires": "int", "std": "float[n]", "mlj": "str", "nullptr": "int?"}, {"concept": "int", "std": "float[*]", "mlj": "table{std:int, char8_t:str?}"}),
    ({"a": "csv", "a_fd": "int", "a_path": "str", "a_fd_": "int"}, "int"),
    ({"row": "table{n_rows:int, n_rows_:float?, solve:str}", "solve": "int"}, "table{x:int}"),
    ({"result": "table{x:int}", "x_row": "table{x:int}", "std_": "int", "std": "int"}, {"x": "table{y:int}", "y": "int[*][*]"}),
    ({"mlj_in": "int[n]", "mlj_to": "int", "api": "int", "str": "str", "size_t": "int", "string": "str"}, {"mlj_api_": "int", "place": "bool", "span": "str"}),
    ({"a": "str?[b,c,2,c]", "b": "int", "d": "bool[n][*]", "e": "table{p:str?, q:bool, r:int?, s:float}"},
     {"a": "float?[b,*,2]", "b": "bool?", "c": "str[*,*]", "d": "bool?[*][*]", "e": "str?[b]", "f": "bool[2,2,2,2]"}),
    ({}, "int"), ({}, {"only": "table{x:bool}"}), ({}, "str?[*][*]"), ({}, "bool?[2,*,2,*]"),
]


def names(cpp):
    """Every signature is generated to something that compiles and links, and `return {}` is an answer to all of them."""
    for args, returns in NAMES:
        _, header, shim, prototype = cpp.generate("solve", args, returns)
        built, said = cpp.compile(prototype + "\n{\n    return {};\n}\n", "solve", header, shim)
        cpp.tests.check(f"cpp: names {args} -> {returns}", built is not None and said == "", said)
    for entry in ("std", "mlj", "mlj_x", "requires", "main", "co_await"):
        done = subprocess.run([cpp.tool, entry, "cpp", "->", "=int"], capture_output=True, text=True)
        cpp.tests.check(f"cpp: {entry} is no name of a function", done.returncode == 1 and "cannot be the name" in done.stderr, done)


def refused(cpp):
    args, returns = {"a": "float[n]"}, {"": "float[n]"}
    _, header, shim, _ = cpp.generate("solve", args, returns)
    good = "std::vector<double> solve(std::span<const double> a) { return {a.begin(), a.end()}; }"
    for name, source, said in [
        ("another return type", good.replace("std::vector<double>", "std::vector<float>"), "ambiguating new declaration"),
        ("another parameter", good.replace("const double", "double"), "undefined reference to `solve("),
        ("no such function", good.replace("solve", "slove"), "undefined reference to `solve("),
        ("an empty file", "", "undefined reference to `solve("),
        ("a syntax error", good.replace("};", "}"), "expected"),
        ("its own mljudge_call", good + "\nextern \"C\" void mljudge_call() {}", "multiple definition"),
    ]:
        built, text = cpp.compile(source, "solve", header, shim)
        cpp.tests.check(f"cpp: {name} is refused", built is None and said in text, text)
    for name, source in [("with the include", '#include "solve.hpp"\n' + good), ("without", good),
                         ("with everything of the library", "#include <bits/stdc++.h>\nusing namespace std;\n" + good)]:
        built, text = cpp.compile(source, "solve", header, shim)
        cpp.tests.check(f"cpp: {name} compiles", built is not None and text == "", text)


TYPE, MEMORY, EXCEPTION = "TYPE", "MEMORY", "EXCEPTION"


def faults(cpp):
    vector = "#include <stdexcept>\n#include <tuple>\nstd::vector<double> solve(std::span<const double> a) { (void)a; %s }"
    for name, body, code, said in [
        ("too short", "return {1.0};", TYPE, "shape (1,), expected (2,)"),
        ("too long", "return {1.0, 2.0, 3.0};", TYPE, "shape (3,), expected (2,)"),
        ("nothing", "return {};", TYPE, "shape (0,), expected (2,)"),
        ("bad_alloc", "throw std::bad_alloc();", MEMORY, "out of memory"),
        ("a vector that is too large", "return std::vector<double>(a.size() << 60);", EXCEPTION, "cannot create std::vector"),
        ("out_of_range", "return {std::vector<double>().at(3)};", EXCEPTION, "out_of_range"),
        ("an exception of its own", "struct mine {}; throw mine();", EXCEPTION, "no std::exception"),
        ("its name", "struct mine {}; throw mine();", EXCEPTION, "::mine"),
        ("an int", "throw 3;", EXCEPTION, "no std::exception"),
        ("its type", "throw 3;", EXCEPTION, "int"),
        ("a string", "throw \"text\";", EXCEPTION, "char const*"),
        ("a message of control bytes", "throw std::runtime_error(\"\\x1b[2J\\xff\\n\" + std::string(5000, 'x'));", EXCEPTION, "[2J??xxx"),
        ("a name of any length", "throw std::array<std::array<std::array<std::tuple<int, int, int, int, int, int, int, int, int>, 3>, 3>, 3>();",
         EXCEPTION, "std::array<std::array<std::array<"),
        ("a null message", "struct mine : std::exception { const char *what() const noexcept override { return nullptr; } }; throw mine();",
         EXCEPTION, "mine"),
    ]:
        ended = cpp.run(vector % body, {"a": "float[n]"}, {"": "float[n]"}, [[1.0, 2.0]])
        cpp.tests.check("cpp: " + name, ended.ready and ended.status == 1 and ended.kind == "fault" and ended.fault[0] == code
                        and (said in ended.fault[2] or said in ended.fault[1]), ended)
    matrix = "mlj::matrix<double> solve(mlj::matrix_view<double> a) { return mlj::matrix<double>(%s); }"
    ended = cpp.run(matrix % "a.cols(), a.rows()", {"a": "float[n,d]"}, {"": "float[n,d]"}, [[[1.0, 2.0]]])
    cpp.tests.check("cpp: a transposed matrix", ended.kind == "fault" and ended.fault[0] == TYPE
                    and "shape (2, 1), expected (1, 2)" in ended.fault[2], ended)
    ended = cpp.run("struct at_start { at_start() { throw 1; } } thrown;\n" + vector % "return {};",
                    {"a": "float[n]"}, {"": "float[n]"}, [[1.0]])
    cpp.tests.check("cpp: a static constructor that throws ends the process after ready", ended.ready and ended.status not in (0, 70), ended)


def run(tests):
    with tempfile.TemporaryDirectory() as work:
        cpp = Cpp(tests, work)
        for part in (cells, several, names, refused, faults):
            part(cpp)
