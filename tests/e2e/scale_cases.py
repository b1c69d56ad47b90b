"""mljudge scale: growth is told apart, or it is said that it cannot be."""
import json
import os
import re
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


@case("scale: a quadratic and a linearithmic solution of one problem are told apart")
def _():
    _, slow = scale("roc-auc", os.path.join(AUC, "slow/pairs_pure.py"), "--lang", "pypure", "--budget-ms", "5000")
    run, quick = scale("roc-auc", os.path.join(AUC, "accepted/groupby_pure.py"), "--lang", "pypure", "--budget-ms", "5000")
    slow, quick = slow["solution"]["time"], quick["solution"]["time"]
    check(slow["exponent_low"] > 1.4, f"quadratic: {slow}")
    check(slow["probability"]["n^2"] > 0.5, f"quadratic: {slow}")
    check(quick["exponent_high"] < 1.6, f"linearithmic: {quick}", run)
    check(quick["model"] in (None, "n", "n log n"), f"linearithmic: {quick}", run)
    check(quick["probability"]["n^2"] < 0.05, f"linearithmic: {quick}", run)


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


@case("scale: every problem on the shelf that says how it grows makes its smallest and its largest input")
def _():
    names = sorted(os.listdir(os.path.join(ROOT, "problems")))
    found = 0
    for name in names:
        path = os.path.join(ROOT, "problems", name, "problem.json")
        if not os.path.exists(path):
            continue
        problem = json.load(open(path, encoding="utf-8"))
        if "scale" not in problem:
            continue
        found += 1
        check(problem["scale"]["to"] >= 32 * problem["scale"]["from"], f"{name}: too short a range to tell anything")
        reference = os.path.join(ROOT, "problems", name, problem["reference"])
        run, result = scale(name, reference, "--budget-ms", "400")
        check(result["solution"]["verdict"] is None, f"{name}: the reference fails", run)
        check(len(result["solution"]["sizes"]) >= 3, f"{name}: {result['solution']}", run)
        check(re.search(r"n = \S", run.out), "what n is is not said", run)
    check(found >= 8, f"only {found} problems grow")
