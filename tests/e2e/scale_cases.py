"""mljudge scale: growth is told apart, or it is said that it cannot be."""
import glob
import json
import os
import re
import subprocess
import xml.etree.ElementTree

from support import ROOT, case, check, mljudge, package, problem_json, source, work_dir

AUC = os.path.join(ROOT, "problems/roc-auc/solutions")
GROWS = {"problem.json": problem_json(scale={"n": "numbers", "from": 1000, "to": 64000}),
         "generator.py": "def generate(rng, group, index):\n    return {'x': rng.randint(-9, 9, 5) * 1.0}\n\n\n"
                         "def scale(rng, n):\n    return {'x': rng.random_sample(n)}\n"}


def scale(problem, file, *options, code=0):
    path = os.path.join(work_dir(), "scale.json")
    run = mljudge("scale", problem, file, "--json", path, *options, timeout=120).expect(code)
    with open(path, encoding="utf-8") as stream:
        return run, json.load(stream)


def time_of(file, budget_ms):
    """The growth of this solution's time, and the sizes it was seen at."""
    run, result = scale("roc-auc", os.path.join(AUC, file), "--lang", "pypure", "--budget-ms", budget_ms)
    return run, result["solution"]["time"], result["solution"]["sizes"]


@case("scale: a quadratic and a linearithmic solution of one problem are told apart")
def _():
    # A wrong claim is never excused.  That the data cannot tell is one on a machine that does much else: it gets more tries.
    for _ in range(4):
        run, slow, sizes = time_of("slow/pairs_pure.py", "15000")
        check(slow["model"] in (None, "n^2"), f"quadratic: {slow} of {sizes}", run)
        run, quick, sizes = time_of("accepted/groupby_pure.py", "5000")
        check(quick["model"] in (None, "n", "n log n"), f"linearithmic: {quick} of {sizes}", run)
        if slow["model"] and slow["exponent_low"] > 1.4 and quick["exponent_high"] < 1.6 and quick["probability"]["n^2"] < 0.05:
            return
    check(False, f"not told apart in four tries; the last: {slow}, {quick} of {sizes}", run)


@case("scale: the text has a table, a plot and the reference; SVG is XML; every number is in the JSON")
def _():
    problem, svg = package(GROWS), os.path.join(work_dir(), "scale.svg")
    run, result = scale(problem, source("def twice(x):\n    return [2 * v for v in x]\n"), "--lang", "pypure", "--svg", svg)
    run.expect(0, "n = numbers", "CPU time, ms (log scale)", "reference", "cgroup" if "full" in run.out else "CPU")
    check("\u25cf" in run.out, "no mark", run)
    ascii_run = mljudge("scale", problem, source("def twice(x):\n    return x\n"), "--budget-ms", "500",
                        env={**os.environ, "LC_ALL": "C", "XDG_CACHE_HOME": work_dir(), "NO_COLOR": "1"}, timeout=120).expect(0)
    check(ascii_run.out_bytes.isascii(), "not ASCII where the terminal is", ascii_run)
    root = xml.etree.ElementTree.parse(svg).getroot()
    check(root.tag == "{http://www.w3.org/2000/svg}svg", "no SVG")
    check(sum(element.get("class") == "mark c0 f0" for element in root.iter()) == 7 + 1, "other marks than seven and the key")
    sizes = result["solution"]["sizes"]
    check([row["n"] for row in sizes] == [1000 * 2 ** i for i in range(7)], f"sizes {sizes}")
    check(all(row["repeats"] >= 3 and 0 < row["cpu_ms_low"] <= row["cpu_ms"] <= row["cpu_ms_high"] for row in sizes), f"{sizes}")
    for name in ("solution", "reference"):
        fit = result[name]["time"]
        check(abs(sum(fit["probability"].values()) - 1) < 1e-6, f"probabilities {fit}")
        check(fit["exponent_low"] <= fit["exponent"] <= fit["exponent_high"], f"interval {fit}")
        check((fit["model"] is None) == (fit["doubt"] is not None), f"model and doubt {fit}")


@case("scale: what is too short, too quick or fails is said, and no growth is claimed")
def _():
    short = package({**GROWS, "problem.json": problem_json(scale={"n": "numbers", "from": 10, "to": 40})})
    run, result = scale(short, source("def twice(x):\n    return x\n"))
    check(result["solution"]["time"]["model"] is None and result["solution"]["time"]["doubt"] == "few sizes", f"{result}", run)
    run.expect(0, "the data cannot tell")
    problem = package(GROWS)
    run, result = scale(problem, source("def twice(x):\n    if len(x) > 3000:\n        raise ValueError('\\x1b[2J')\n    return x\n"))
    run.expect(0, "no larger n: at n = 4000 RTE", "\\x1b[2J")
    check(result["solution"]["verdict"] == "RTE" and result["solution"]["stopped_at"] == 4000, f"{result['solution']}")
    mljudge("scale", problem, source("def twice(x):\n    raise ValueError(len(x))\n")).expect(1, "at n = 1000 RTE", "ValueError")
    mljudge("scale", problem, source("def twice(x:\n")).expect(1, "CE")


@case("scale: a problem that does not say how it grows, a scale() that is missing or broken")
def _():
    mljudge("scale", package(), source("def twice(x):\n    return x\n")).expect(3, "\"scale\"", "AUTHORS.md").one_line()
    no_function = package({**GROWS, "generator.py": "def generate(rng, group, index):\n    return {'x': [1.0]}\n"})
    mljudge("scale", no_function, source("def twice(x):\n    return x\n")).expect(3, "no function scale()")
    broken = package({**GROWS, "generator.py": GROWS["generator.py"].replace("rng.random_sample(n)", "1 / 0")})
    mljudge("scale", broken, source("def twice(x):\n    return x\n")).expect(3, "scale(rng, 1000)", "ZeroDivisionError", "line 6")
    for wrong, words in (({"n": "x", "from": 5, "to": 4}, "\"to\""), ({"n": "", "from": 1, "to": 4}, "\"n\""),
                         ({"n": "x", "from": 1}, "\"to\""), ({"n": "x", "from": 1, "to": 4, "by": 2}, "\"by\"")):
        mljudge("scale", package({**GROWS, "problem.json": problem_json(scale=wrong)}), source("x")).expect(3, "problem.json:", words)
    mljudge("scale", "roc-auc").expect(2, "usage: mljudge scale")


def grown(name, n):
    """Does validate() of a shelf problem accept what its scale() makes?  Complaints, "" if so."""
    program = "import runpy, numpy, sys\n" \
              "names = runpy.run_path(sys.argv[1])\n" \
              "args = names['scale'](numpy.random.RandomState([3, 4]), int(sys.argv[2]))\n" \
              "names['validate'](args)\n" \
              "assert any(len(column) == int(sys.argv[2]) for value in args.values() if hasattr(value, '__len__')\n" \
              "           for column in (value.values() if isinstance(value, dict) else [value.split(b'\\n')[2:]\n" \
              "           if isinstance(value, bytes) else value])), 'nothing is of size n'\n"
    path = os.path.join(ROOT, "problems", name, "generator.py")
    run = subprocess.run(["/usr/bin/python3", "-B", "-c", program, path, str(n)], stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True, timeout=120, check=False)
    return run.stdout[-500:] if run.returncode else ""


@case("scale: the inputs of every problem on the shelf that grow are legal, from the smallest to the largest")
def _():
    found = 0
    for path in sorted(glob.glob(os.path.join(ROOT, "problems/*/problem.json"))):
        name = os.path.basename(os.path.dirname(path))
        with open(path, encoding="utf-8") as file:
            grows = json.load(file).get("scale")
        if not grows:
            continue
        found += 1
        check(grows["to"] >= 32 * grows["from"], f"{name}: too short a range to tell anything")
        for n in (grows["from"], grows["to"]):
            wrong = grown(name, n)
            check(not wrong, f"{name}, scale(rng, {n}): {wrong}")
    check(found >= 8, f"only {found} problems grow")


@case("scale: C beside the reference of its language")
def _():
    run, result = scale("knn-classify", os.path.join(ROOT, "problems/knn-classify/solutions/slow/full_sort.c"), "--budget-ms", "1000")
    check(result["same_language"] and result["reference"]["language"] == "c", "another reference", run)
    check(len(result["solution"]["sizes"]) >= 4, "few sizes", run)
    check(re.search(r"n = rows of X_train", run.out), "what n is is not said", run)
