"""The flavour pandas, and "packages" of a problem.  Cases that need modules which this machine lacks say so and pass."""
import json
import subprocess

from support import case, check, has_language, mljudge, package, problem_json, source

TWICE = "def twice(x):\n    return x * 2\n"
LIMITS = {"cpu_ms": 1000, "memory_mib": 64}
LANGUAGES = ["python", "pandas", "pypure", "c"]
TABLE = {"signature": {"args": {"t": "table{a:int?, b:str}"}, "returns": "table{b:str, n:int?}"}, "check": None}


def offering(**changes):
    return package({"problem.json": problem_json(languages=LANGUAGES, limits={name: LIMITS for name in LANGUAGES}, **changes)})


def judged(folder, text, verdict, *options):
    run = mljudge("judge", folder, source(text), "--report", "json", *options)
    report = run.json()
    check(report["verdict"] == verdict, f"verdict {report['verdict']}, not {verdict}", run)
    return report


def needs_pandas(function):
    def run():
        if not has_language("pandas"):
            print("# SKIP no pandas here")
            return
        function()
    return run


@case("pandas: what is there and what is not")
@needs_pandas
def _():
    folder = offering()
    report = judged(folder, "import pandas as pd\ndef twice(x):\n    return pd.Series(x) * 2\n", "AC", "--lang", "pandas")
    check(", pandas " in report["language_version"], report["language_version"])
    check(report["language"] == "pandas", "language")
    judged(folder, "import pandas\n" + TWICE, "RTE")  # the first with .py is python
    for module in ("scipy", "matplotlib", "numexpr", "yaml", "pandas.tests.frame"):
        judged(folder, f"import {module}\n" + TWICE, "RTE", "--lang", "pandas")
    report = judged(folder, "import os\ntry:\n    threads = os.listdir('/proc/self/task')\nexcept PermissionError:  # tier landlock\n"
                    "    threads = [1]\nassert len(threads) == 1\n"
                    "assert os.environ['NUMEXPR_NUM_THREADS'] == os.environ['OPENBLAS_NUM_THREADS'] == '1'\n" + TWICE, "AC", "--lang", "pandas")
    test = report["tests"][-1]
    check(test["cpu_ms"] < 100, "importing pandas was charged")
    judged(folder, "import pandas as pd\ndef twice(x):\n    pd.Timestamp('2020-06-01', tz='Europe/Oslo')\n    return x * 2\n", "AC",
           "--lang", "pandas")


@case("pandas: messages of what is returned")
@needs_pandas
def _():
    folder = offering(signature={"args": {"x": "float[n]"}, "returns": "int[n]"}, check=None, reference="solutions/accepted/twice.py")
    run = mljudge("run", folder, source("import pandas as pd\ndef twice(x):\n    return pd.Series([1, None])\n"), "--lang", "pandas")
    check("Int64" in run.out and "WA" in run.out, "no advice", run)


@case("packages: shown to python and pandas, named in the report, not there for pypure")
def _():
    if subprocess.run(["/usr/bin/python3", "-c", "import six, numpy"], stderr=subprocess.DEVNULL, check=False).returncode:
        print("# SKIP no six here")
        return
    folder = offering(packages=["six"])
    using = "import six\n" + TWICE
    for name in ["python"] + ["pandas"] * has_language("pandas"):
        report = judged(folder, using, "AC", "--lang", name)
        check(", six " in report["language_version"], report["language_version"])
    judged(folder, using, "RTE", "--lang", "pypure")
    plain = offering()
    judged(plain, using, "RTE")
    report = judged(folder, using, "AC")  # the two views of one language do not mix
    check(report["language_version"].count("six") == 1, report["language_version"])
    mljudge("verify", folder).expect(0)


@case("packages: what is missing is no verdict")
def _():
    folder = offering(packages=["no_such_Module", "six"])
    run = mljudge("judge", folder, source(TWICE)).expect(3, "not installed here", "no no_such_Module", "python3-no-such-module python3-six")
    check(run.out == "", "a report in spite of it", run)
    folder = offering(packages=["json"])
    mljudge("judge", folder, source(TWICE)).expect(3, "a part of the standard library")


@case("pandas: a class whose methods take and give tables")
@needs_pandas
def _():
    problem = {"version": 1, "title": "T", "category": "test", "difficulty": "easy", "entry": {"kind": "class", "name": "Ledger"},
               "signature": {"methods": {"__init__": {"args": {"rate": "float"}},
                                         "add": {"args": {"rows": "table{who:str, paid:int?}"}},
                                         "totals": {"args": {}, "returns": "table{who:str, n:int, paid:int?}"}}},
               "languages": ["pandas"], "limits": {"pandas": LIMITS}, "groups": [{"name": "sample", "points": 1}],
               "comparator": {"name": "rows", "ordered": False}, "reference": "solutions/accepted/none.py"}
    empty = {"columns": ["who", "paid"], "rows": []}
    calls = [["__init__", {"rate": 1}], ["add", {"rows": {"columns": ["who", "paid"], "rows": [["a", 1], ["b", None], ["a", 3]]}}],
             ["totals", {}], ["add", {"rows": empty}], ["totals", {}]]
    total = {"columns": ["who", "n", "paid"], "rows": [["a", 2, 4], ["b", 1, None]]}
    folder = package({"problem.json": json.dumps(problem),
                      "tests/sample/1.json": json.dumps({"calls": calls, "expected": [None, None, total, None, total]}),
                      "tests/hidden/1.json": None, "tests/more/1.json": None})
    text = '''import pandas as pd
class Ledger:
    def __init__(self, rate):
        self.rows = []
    def add(self, rows):
        self.rows.append(rows)
    def totals(self):
        groups = pd.concat(self.rows).groupby("who")["paid"]
        return pd.DataFrame({"n": groups.size(), "paid": groups.sum(min_count=1)}).reset_index()
'''
    run = mljudge("run", folder, source(text)).expect(0)
    check("AC" in run.out, "not accepted", run)
