"""Packages whose solutions are classes: judge, run, show, start, verify; what hidden tests say of calls; checkers and generators."""
import json
import os
import shutil
import tempfile

from start_cases import ALL_ARGS, ALL_RETURNS, LANGUAGES, begin
from support import ROOT, SECRET, Settings, case, check, judge, mljudge, package, source, write

METHODS = {"__init__": {"args": {"start": "float"}}, "add": {"args": {"x": "float[n]", "why": "str"}},
           "total": {"args": {}, "returns": "float"}, "last": {"args": {"k": "int"}, "returns": "float?[k]"}}
PYTHON = """class Tally:
    def __init__(self, start):
        self.all = [start]

    def add(self, x, why):
        self.all += list(x)

    def total(self):
        return sum(self.all)

    def last(self, k):
        return [None] * max(0, k - len(self.all)) + self.all[max(0, len(self.all) - k):]
"""
CPP = """#include "Tally.hpp"
class Tally {
public:
    explicit Tally(double start) : all{start} {}
    void add(std::span<const double> x, std::string_view) { all.insert(all.end(), x.begin(), x.end()); }
    double total() const
    {
        double sum = 0;
        for (double x : all)
            sum += x;
        return sum;
    }
    std::vector<std::optional<double>> last(std::int64_t k) const
    {
        std::vector<std::optional<double>> ends;
        for (std::size_t n = static_cast<std::size_t>(k), i = 0; i < n; i++)
            ends.push_back(i + all.size() < n ? std::nullopt : std::optional(all[i + all.size() - n]));
        return ends;
    }
private:
    std::vector<double> all;
};
"""
C = """#include "Tally.h"
#include <stdlib.h>
struct Tally { double all[100]; size_t n; };
struct Tally *Tally_create(double start)
{
    struct Tally *self = calloc(1, sizeof *self);
    self->all[self->n++] = start;
    return self;
}
void Tally_add(struct Tally *self, const double *x, size_t n, struct str why)
{
    (void)why;
    for (size_t i = 0; i < n; i++)
        self->all[self->n++] = x[i];
}
double Tally_total(struct Tally *self)
{
    double sum = 0;
    for (size_t i = 0; i < self->n; i++)
        sum += self->all[i];
    return sum;
}
void Tally_last(struct Tally *self, int64_t k, double *out, uint8_t *out_valid)
{
    for (size_t n = (size_t)k, i = 0; i < n; i++) {
        out_valid[i] = i + self->n >= n;
        if (out_valid[i])
            out[i] = self->all[i + self->n - n];
    }
}
void Tally_destroy(struct Tally *self) { free(self); }
"""
GENERATOR = """def generate(rng, group, index):
    return [("__init__", {"start": 0.5}), ("add", {"x": rng.randint(0, 9, 5) * 1.0, "why": "random"}), ("total", {}), ("last", {"k": 3})]


def validate(calls):
    assert calls[0][0] == "__init__" and len(calls) < 50, "too many calls"
    for method, args in calls:
        assert method != "last" or 0 <= args["k"] < 20, "k"
"""
FILES = {
    "problem.json": json.dumps({
        "version": 1, "title": "Tally", "category": "test", "difficulty": "easy", "entry": {"kind": "class", "name": "Tally"},
        "signature": {"methods": METHODS}, "languages": list(LANGUAGES),
        "limits": {language: {"cpu_ms": 600, "wall_ms": 3000, "memory_mib": 48} for language in LANGUAGES},
        "groups": [{"name": "sample", "points": 0}, {"name": "hidden", "points": 60, "generated": 1}, {"name": "more", "points": 40}],
        "comparator": "exact", "reference": "solutions/accepted/tally.py", "check": "solutions/accepted/tally.c"}, indent=1),
    "statement.md": "# Tally\n",
    "tests/sample/1.json": '{"note": "first", "calls": [["__init__", {"start": 1}], ["add", {"x": [2, 3.5], "why": "two"}], ["total", {}], ["last", {"k": 4}]],\n'
                           ' "expected": [null, null, 6.5, [null, 1, 2, 3.5]]}',
    "tests/hidden/1.json": '{"calls": [["__init__", {"start": %s}], ["total", {}], ["add", {"x": [%s, 1], "why": "told nobody"}],'
                           ' ["last", {"k": 1}], ["total", {}]]}' % (SECRET, SECRET),
    "tests/more/1.json": '{"calls": [["__init__", {"start": 0}]]}',
    "generator.py": GENERATOR,
    "solutions/accepted/twice.py": None, "solutions/accepted/twice.c": None, "solutions/wrong/same.py": None,
    "solutions/accepted/tally.py": PYTHON, "solutions/accepted/tally.c": C, "solutions/accepted/tally.cpp": CPP,
    "solutions/wrong/no_null.py": "# caught by: sample\n" + PYTHON.replace("[None] * max", "[0.0] * max"),
    "starter/python.py": None, "starter/pypure.py": None, "starter/c.c": None,
}


def tally(changes=None):
    return package({**FILES, **(changes or {})}, "tally")


_tally = []


def unchanged():
    """One that is never changed: its tests are built once."""
    if not _tally:
        _tally.append(tally())
    return _tally[0]


@case("class: judged in every language, shown, run, verified")
def _():
    folder = unchanged()
    mljudge("verify", "--seeds", "1", folder).expect(0, "4 as expected, 0 not")
    for text, name in ((PYTHON, "solution.py"), (C, "solution.c"), (CPP, "solution.cpp"), ("# lang: pypure\n" + PYTHON, "solution.py")):
        run, report = judge(text, problem=folder, name=name)
        check(report["verdict"] == "AC" and report["score"] == 100, report["verdict"], run)
    shown = mljudge("show", folder).expect(0, "Tally", "add", "float?[k]", "of all calls of a test", "__init__", '["add", {"x": [2', "6.5")
    check(SECRET not in shown.out, "a hidden test is shown", shown)
    run = mljudge("run", folder, source(PYTHON.replace("sum(self.all)", "sum(self.all) + 1"))).expect(
        1, "WA", "call 2, total(): returned value is 7.5, expected 6.5")
    run = mljudge("run", folder, source(CPP.replace("return ends;", "ends.pop_back(); return ends;"), "solution.cpp")).expect(
        1, "WA", "call 3, last()", "has shape (3,), expected (4,)")
    check("told nobody" not in run.out, "a hidden test in run", run)


@case("class: hidden tests say nothing of calls, arguments and results")
def _():
    folder = unchanged()
    leaks = [
        PYTHON.replace("return sum(self.all)", "return sum(self.all) + (self.all[0] > 4000)"),
        PYTHON.replace("return sum(self.all)", "return sum(self.all) if self.all[0] < 4000 else self.all"),
        PYTHON.replace("return sum(self.all)", "return sum(self.all) if self.all[0] < 4000 else {}[self.all[0]]"),
        PYTHON.replace("self.all += list(x)", "self.all += list(x)\n        if why[0] == 't' and why != 'two': raise ValueError(why)"),
    ]
    for text in leaks:
        run, report = judge(text, problem=folder)
        hidden = [test for test in report["tests"] if test["hidden"]]
        check(report["verdict"] in ("WA", "RTE") and any(test["verdict"] != "AC" for test in hidden), report["verdict"], run)
        said = json.dumps(hidden) + run.err
        for word in (SECRET, "told nobody", "call ", "total", "add("):
            check(word not in said, f"{word!r} in a hidden report", run)
        run, report = judge(text, "--reveal", problem=folder)
        check("call " in run.out, "--reveal does not reveal", run)
    check("call 2, add(): told nobody" in run.out, "the exception's text", run)
    crash = CPP.replace("double sum = 0;", "double sum = 0; if (all[0] > 4000) throw std::to_string(all[0]);")
    run, report = judge(crash, problem=folder, name="solution.cpp")
    check(report["verdict"] == "RTE" and "4242" not in run.out + run.err, report["verdict"], run)


@case("class: what is no such class is a compile error that says what is missing")
def _():
    folder = unchanged()
    for text, name, words in [
        (PYTHON.replace("Tally", "Tall"), "solution.py", ["no class Tally: the file defines Tall"]),
        (PYTHON.replace("total", "sum_of_all"), "solution.py", ["class Tally has no method total"]),
        ("class Tally(:\n", "solution.py", ["invalid syntax"]),
        (CPP.replace("double total()", "std::string total()").replace("return sum;", "return {};"), "solution.cpp", ["Tally::total() must return double"]),
        (CPP.replace("double total()", "double sum()"), "solution.cpp", ["has no member named", "total"]),
        (CPP.replace("class Tally", "class Tall").replace("explicit Tally", "Tall"), "solution.cpp", ["Tally"]),
        (CPP.replace("public:", "private:"), "solution.cpp", ["private"]),
        (C.replace("Tally_destroy", "Tally_free"), "solution.c", ["Tally_destroy"]),
        (C.replace("double start)", "float start)"), "solution.c", ["conflicting types"]),
    ]:
        run, report = judge(text, problem=folder, name=name)
        check(report["verdict"] == "CE", report["verdict"], run)
        for word in words:
            check(word in run.out, f"{word!r} is not said", run)
    run, report = judge(C.replace("    self->all[self->n++] = start;\n    return self;", "    (void)start; free(self);\n    return NULL;"), problem=folder, name="solution.c")
    check(report["verdict"] == "RTE" and "call 0, __init__(): Tally_create() returned NULL" in run.out, report["verdict"], run)
    run, report = judge(PYTHON.replace("self, x, why", "self, x"), problem=folder)
    check(report["verdict"] == "RTE" and "it is called as add(x, why)" in run.out, report["verdict"], run)


CHECKER = """import mljudge_checker as mj


def check(args, expected, got, params):
    assert [type(call) for call in args] == [tuple] * len(args) and args[0][0] == "__init__", args
    assert set(args[0][1]) == {"start"} and len(got) == len(expected) == len(args), (expected, got)
    for k, ((method, given), want, have) in enumerate(zip(args, expected, got)):
        if method in ("__init__", "add"):
            assert want is None and have is None, (want, have)
        if method == "add":
            assert type(given["why"]) is str and given["x"].ndim == 1
        if method == "total" and abs(have - want) > params["atol"]:
            return mj.reject("value", "candidate is told", "call %d" % k)
        if method == "last" and len(have) != given["k"]:
            return mj.reject("shape", "candidate is told", "call %d" % k)
    return mj.accept()
"""


@case("class: a checker sees the calls, and an answer for each")
def _():
    comparator = {"name": "checker", "file": "checker.py", "kinds": ["value", "shape"], "params": {"atol": 0.75}}
    problem = {**json.loads(FILES["problem.json"]), "comparator": comparator}
    folder = tally({"problem.json": json.dumps(problem), "checker.py": CHECKER, "solutions/wrong/no_null.py": None})
    mljudge("verify", "--seeds", "1", folder).expect(0, "3 as expected, 0 not")
    run, report = judge(PYTHON.replace("return sum(self.all)", "return sum(self.all) + 0.5"), problem=folder)
    check(report["verdict"] == "AC", report["verdict"], run)
    run, report = judge(PYTHON.replace("return sum(self.all)", "return sum(self.all) + 1"), "--reveal", problem=folder)
    check(report["verdict"] == "WA" and "is told" in run.out, report["verdict"], run)


@case("class: what a generator must not return")
def _():
    good = '[("__init__", {"start": 0.5}), ("add", {"x": [1.0], "why": "w"}), ("total", {})]'
    for calls, words in [
        ("{'calls': []}", ["generate", "a list of calls"]),
        ("[]", ["generate", "a list of calls"]),
        ("[('__init__', 0.5)]", ["call 0", "(method, {arguments by name})"]),
        ("[('__init__', {'start': 0.5}), ('sum', {})]", ["call 1: no method is called 'sum'"]),
        (good.replace('"why": "w"', '"how": "w"'), ["call 1", "no argument is called 'how'"]),
        (good.replace(', "why": "w"', ""), ["call 1", "'why' is missing"]),
        (good.replace('"w"', "3"), ["call 1, add(): why", "str"]),
        (good.replace("[1.0]", "[[1.0]]"), ["call 1, add(): x"]),
        (good.replace("[1.0]", "None"), ["call 1, add(): x"]),
        ("[('total', {}), ('__init__', {'start': 0.5})]", ["__init__ is called first, and once"]),
        (good.replace('("total", {})', '("__init__", {"start": 1.0})'), ["__init__ is called first, and once"]),
        (good.replace('("total", {})', '("last", {"k": 99})'), ["validate: k, line"]),
        ("calls", ["NameError", "line 2 of generator.py"]),
    ]:
        generator = f"def generate(rng, group, index):\n    return {calls}\n\n\n" + GENERATOR[GENERATOR.index("def validate"):]
        mljudge("verify", "--seeds", "1", tally({"generator.py": generator})).expect(1, "group hidden", *words)


@case("class: what is wrong in a test file is told with its place")
def _():
    for text, place, words in [
        ('{"args": {}}', ":1:", ["unknown key"]),
        ('{"calls": {}}', ":1:", ["a list"]),
        ('{"calls": []}', ":1:", ["the first call is"]),
        ('{"calls": [["__init__", {"start": 1}],\n ["total", {}], ["sum", {}]]}', ":2:", ["call 2: no method is called 'sum'"]),
        ('{"calls": [["__init__", {"start": 1}],\n ["add", {"x": [1,\n "a"], "why": "w"}]]}', ":3:", ["a string where float is declared"]),
        ('{"calls": [["__init__", {"start": 1}], ["total", {}]],\n "expected": [null]}', ":2:", ["an entry for each of the 2 calls"]),
        ('{"calls": [["__init__", {"start": 1}], ["total", {}]],\n "expected": [1,\n 2]}', ":2:", ["__init__() has no result"]),
        ('{"calls": [["__init__", {"start": 1}], ["last", {"k": 2}]],\n "expected": [null, [1]]}', ":2:", ["call 1, last()", "where k = 2"]),
        ('{"calls": [["__init__", {"start": 1}], ["last", {"k": 20}]]}', "", ["more/1", "k"]),
    ]:
        run = mljudge("verify", "--seeds", "1", tally({"tests/more/1.json": text})).expect(1, *words)
        check("tests/more/1.json" + place in run.out + run.err if place else True, f"no place {place}", run)


@case("class: start: every type there is, as argument and as result of methods")
def _():
    args = {name: cell for name, cell in ALL_ARGS.items() if cell[0] != "csv"}
    methods = {"__init__": {"args": {name: kind for name, (kind, _) in args.items()}}}
    calls, expected = [["__init__", {name: value for name, (_, value) in args.items()}]], [None]
    for name, (kind, value) in ALL_RETURNS.items():  # n and m are known from __init__
        given = {"t": args["t"], "v_": ("float?[q]", [1.0])} if kind.startswith("table") else {"q": ("str?[size]", ["a", None, "b"])}
        methods["m_" + name] = {"args": {arg: one for arg, (one, _) in given.items()}, "returns": kind}
        calls.append(["m_" + name, {arg: value_ for arg, (_, value_) in given.items()}])
        expected.append(value)
    problem = {**json.loads(FILES["problem.json"]), "signature": {"methods": methods}, "entry": {"kind": "class", "name": "Everything"},
               "groups": [{"name": "sample", "points": 1}]}
    folder = tally({"problem.json": json.dumps(problem), "tests/hidden/1.json": None, "tests/more/1.json": None,
                    "tests/sample/1.json": json.dumps({"calls": calls, "expected": expected})})
    for language in LANGUAGES:
        text = begin(folder, language)
        for word in ("Everything", "m_summary(", "how: str in {mean,", "linux", "city", "str in {low,high}"):
            check(word in text, f"{word!r} is not in the {language} starter:\n{text}")


@case("class: the starters of the examples are no solutions")
def _():
    for name in ("lru-cache", "centroid-classifier"):
        folder = os.path.join(tempfile.mkdtemp(dir=Settings.temp, prefix="p"), name)
        shutil.copytree(os.path.join(ROOT, "tests/packages", name), folder)
        text = begin(folder, "c")
        check("_destroy(" in text, "no destroy in the starter:\n" + text)
    write(os.path.join(folder, "starter/c.c"), "/* its own */\n")
    into = os.path.join(tempfile.mkdtemp(dir=Settings.temp, prefix="n"), "new")
    mljudge("start", folder, "--lang", "c", into).expect(0)
    with open(os.path.join(into, "solution.c"), encoding="utf-8") as file:
        check(file.read() == "/* its own */\n", "the package's own starter is not used")
