"""start where a package has no starter: one is written from the signature, compiles, runs, and is not accepted."""
import glob
import json
import os
import shutil
import tempfile

from support import ROOT, Settings, case, check, has_language, mljudge, package, write

LANGUAGES = ("python", "pypure", "c", "cpp", "pandas")  # of the packages below; those there are may offer others
SOURCE = {"python": "solution.py", "pypure": "solution.py", "pandas": "solution.py", "c": "solution.c", "cpp": "solution.cpp",
          "sql": "solution.sql"}


def known(languages):
    """Those that work here."""
    return [language for language in languages if language in SOURCE and (language != "pandas" or has_language(language))]


def begin(folder, language):
    """The starter of a package in a language, and its verdict on the samples."""
    into = os.path.join(tempfile.mkdtemp(dir=Settings.temp, prefix="n"), "new")
    run = mljudge("start", folder, "--lang", language, into).expect(0, "wrote", "mljudge judge")
    solution = os.path.join(into, SOURCE[language])
    again = mljudge("run", folder, solution, "--lang", language, "--report", "json")
    report = again.json()
    check(report["verdict"] in ("WA", "RTE"), f"{report['verdict']}, neither WA nor RTE", again)
    check(report["compile"]["output"] == "", "the starter compiles with warnings", again)
    with open(solution, encoding="utf-8") as file:
        text = file.read()
    check(all(len(line) < 120 for line in text.split("\n")), "a long line", run)
    return text


@case("start: every package without its starters, in every language")
def _():
    for path in sorted(glob.glob(ROOT + "/problems/*/problem.json") + glob.glob(ROOT + "/tests/packages/*/problem.json")):
        with open(path, encoding="utf-8") as file:
            languages = json.load(file)["languages"]
        folder = os.path.join(tempfile.mkdtemp(dir=Settings.temp, prefix="p"), os.path.basename(os.path.dirname(path)))
        shutil.copytree(os.path.dirname(path), folder)
        shutil.rmtree(os.path.join(folder, "starter"), ignore_errors=True)
        for language in known(languages):
            begin(folder, language)


ALL_ARGS = {
    "a": ("int", 2), "b": ("float?", None), "how": ("str in {mean, \"*/ \\\"median\\\"\"}", "mean"), "flag": ("bool", True),
    "t4": ("float[n,m,2,k]", [[[[1], [2]], [[3], [4]]]]), "x": ("float?[n,m]", [[1.5, None]]), "words": ("str?[n]", ["w"]),
    "r": ("int[n][*]", [[1, 2, 3]]), "rn": ("float?[m][*]", [[None], []]), "ok3": ("bool[n,m,1]", [[[True], [False]]]),
    "t": ("table{city:str, amount:float?, ok:bool?, n_rows:int}",
          {"columns": ["city", "amount", "ok", "n_rows"], "rows": [["Oslo", None, True, 3], ["Rome", 1.5, None, 4]]}),
    "raw": ("csv", "a,b\n1,2\n"), "size": ("int", 3), "v": ("float[size]", [1, 2, 3]), "linux": ("str?", None),
}
ALL_RETURNS = {
    "total": ("float?", 7), "label": ("str in {low, high}", "low"), "grid": ("float[n,m]", [[1, 2]]), "picked": ("int[*]", [5]),
    "pairs": ("float?[*,2]", [[1, None]]), "free": ("int[*,*]", [[1, 2]]), "rows": ("int?[n][*]", [[1, None]]),
    "summary": ("table{city:str, mean:float?}", {"columns": ["city", "mean"], "rows": [["Oslo", None]]}),
    "known": ("int?[size]", [1, None, 3]), "one": ("bool", True), "text": ("str[n,m]", [["a", "b"]]),
}


def one_sample(args, returns, named=True):
    """A package of one sample."""
    signature = {"args": {name: kind for name, (kind, _) in args.items()},
                 "returns": {name: kind for name, (kind, _) in returns.items()} if named else returns[0]}
    expected = {name: value for name, (_, value) in returns.items()} if named else returns[1]
    problem = {"version": 1, "title": "T", "category": "test", "difficulty": "easy",
               "entry": {"kind": "function", "name": "everything"}, "signature": signature, "languages": list(LANGUAGES),
               "limits": {language: {"cpu_ms": 1000, "memory_mib": 64} for language in LANGUAGES},
               "groups": [{"name": "sample", "points": 1}], "comparator": "exact", "reference": "solutions/accepted/none.py"}
    folder = package({path: None for path in ("tests/hidden/1.json", "tests/more/1.json", "starter/python.py",
                                              "starter/pypure.py", "starter/c.c")})
    write(os.path.join(folder, "problem.json"), json.dumps(problem))
    write(os.path.join(folder, "tests/sample/1.json"),
          json.dumps({"args": {name: value for name, (_, value) in args.items()}, "expected": expected}))
    return folder


@case("start: every type there is, as argument and as one of several returns")
def _():
    folder = one_sample(ALL_ARGS, ALL_RETURNS)
    for language in known(LANGUAGES):
        text = begin(folder, language)
        for word in ("everything(", "how: str in {mean,", "linux", "amount", "str in {low,high}"):
            check(word in text, f"{word!r} is not in the {language} starter:\n{text}")


@case("start: every kind of single return")
def _():
    table = {"columns": ["city", "mean"], "rows": [["Oslo", None]]}
    for kind, value in (("int", 5), ("str in {low, high}", "low"), ("bool", True), ("float?", 1), ("float[n,m]", [[1, 2]]),
                        ("int[*,m,*]", [[[1], [2]]]), ("str?[n][*]", [["a", None]]), ("table{city:str, mean:float?}", table)):
        folder = one_sample({"x": ("float[n,m]", [[1, 2]])}, (kind, value), named=False)
        for language in ("python", "c", "cpp"):
            begin(folder, language)
