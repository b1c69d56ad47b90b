"""What is scored otherwise than right or wrong: planted bugs, bands, tests that are several calls."""
from support import case, check, judge, mljudge, package, problem_json, source

GROUPS = [{"name": "sample", "points": 0}, {"name": "even", "points": 30, "bug": "even n"}, {"name": "odd", "points": 30, "bug": "odd n"},
          {"name": "odd-too", "points": 40, "bug": "odd n"}]
BUGGY = {
    "problem.json": problem_json(groups=GROUPS), "tests/hidden/1.json": None, "tests/more/1.json": None,
    "tests/even/1.json": '{"args": {"x": [1, 2]}}', "tests/odd/1.json": '{"args": {"x": [1, 2, 3]}}',
    "tests/odd-too/1.json": '{"args": {"x": [7]}}', "solutions/wrong/same.py": "# caught by: sample, even, odd, odd-too\ndef twice(x):\n    return x\n",
}


@case("bugs: a bug is fixed if all of its groups are accepted; how many are, not which lines")
def _():
    folder = package(BUGGY)
    for text, fixed in (("return [2 * v for v in x]", 2), ("return x", 0), ("return [2 * v for v in x] if len(x) % 2 == 0 else x", 1),
                        ("return [2 * v for v in x] if len(x) % 2 == 0 or len(x) == 1 else x", 1)):
        run, report = judge(f"def twice(x):\n    {text}\n", problem=folder)
        check(report["bugs"] == {"fixed": fixed, "total": 2}, f"{text}: {report['bugs']}", run)
        text_run = mljudge("judge", folder, source(f"def twice(x):\n    {text}\n"))
        check(f"{fixed} of 2 bugs fixed" in text_run.out, "the text report says so", text_run)
    run, report = judge("def twice(x):\n    return x\n")
    check("bugs" not in report, "a problem without bugs", run)
    long = [{**GROUPS[1], "bug": "x" * 128}]
    run = mljudge("judge", package({**BUGGY, "problem.json": problem_json(groups=GROUPS[:1] + long)}), source("x = 1\n"))
    run.expect(3, "", "problem.json:", "bug")


QUALITY = {
    "signature": {"args": {"x": "float[n]"}, "returns": "float"},
    "comparator": {"name": "threshold", "at_least": 0.5, "bands": [{"at_least": 0.9, "credit": 1}, {"at_least": 0.5, "credit": 0.25}]},
    "groups": [{"name": "sample", "points": 0}, {"name": "hidden", "points": 60, "generated": 1}, {"name": "more", "points": 40}],
}


@case("threshold: the least credit of a group's tests is the share of its points")
def _():
    answer = "def twice(x):\n    return 0.95\n"
    c = '#include "twice.h"\ndouble twice(const double *x, size_t n)\n{\n    (void)x;\n    (void)n;\n    return 0.95;\n}\n'
    folder = package({"problem.json": problem_json(**QUALITY), "solutions/accepted/twice.py": answer, "solutions/accepted/twice.c": c,
                      "solutions/wrong/same.py": None, "tests/sample/1.json": '{"args": {"x": [1]}, "expected": 1}',
                      "tests/more/1.json": '{"args": {"x": []}, "expected": 1}'})
    for text, verdict, score in (("0.95", "AC", 100), ("0.9", "AC", 100), ("0.6", "AC", 25), ("0.5", "AC", 25), ("0.49", "WA", 0),
                                 ("float('nan')", "WA", 0), ("0.95 if len(x) else 0.5", "AC", 70), ("0.95 if len(x) == 3 else 0.6", "AC", 25)):
        run, report = judge(f"def twice(x):\n    return {text}\n", problem=folder)
        check((report["verdict"], report["score"]) == (verdict, score), f"{text}: {report['verdict']} {report['score']}", run)


DRAW = {
    "signature": {"args": {"x": "float[n]", "seed": "int"}, "returns": "int[*]"}, "check": None,
    "comparator": {"all": [{"name": "statistical", "seed": "seed", "sample": "", "weights": "x"}]},
    "languages": ["python"], "limits": {"python": {"cpu_ms": 800, "memory_mib": 64}},
    "groups": [{"name": "sample", "points": 0}, {"name": "hidden", "points": 100, "generated": 1}],
}
RIGHT = "import numpy as np\ndef twice(x, seed):\n    return np.random.RandomState(seed).choice(len(x), 20000, p=x / x.sum())\n"


@case("several calls a test: what one of them does counts, its usage is the most of any; a fresh seed is no fixed one")
def _():
    folder = package({"problem.json": problem_json(**DRAW), "solutions/accepted/twice.py": RIGHT, "solutions/accepted/twice.c": None,
                      "solutions/wrong/same.py": None, "tests/more/1.json": None, "tests/hidden/1.json": None, "starter/c.c": None,
                      "starter/pypure.py": None, "tests/sample/1.json": '{"args": {"x": [1, 3], "seed": 5}, "expected": %s}' % ([1] * 20000),
                      "generator.py": "def generate(rng, group, index):\n    return {'x': rng.random_sample(8), 'seed': 77}\n"})
    run, report = judge(RIGHT, "--reveal", problem=folder)
    check(report["verdict"] == "AC" and all(test["calls"] == 3 for test in report["tests"]), report["verdict"], run)
    marked = RIGHT.replace("    return", "    if seed == 77:\n        return {}\n    return")
    for text, verdict, said in (("1 / 0", "RTE", "ZeroDivisionError"), ("[0] * 5", "WA", "shape"), ("[-1] * 20000", "WA", "range")):
        run, report = judge(marked.replace("{}", text), problem=folder)
        check(report["verdict"] == verdict and said in report["tests"][1]["message"], f"{text}: {report['tests'][1]}", run)
        run, report = judge(marked.replace("seed == 77", "seed not in (5, 77)").replace("{}", text), problem=folder)
        check(report["verdict"] == verdict and said in report["tests"][1]["message"], f"fresh, {text}: {report['tests'][1]}", run)
    slow = RIGHT.replace("    return", "    while seed not in (5, 77):\n        pass\n    return")
    run, report = judge(slow, problem=folder)
    check(report["verdict"] == "TLE" and report["tests"][1]["cpu_ms"] >= 800, report["verdict"], run)
    fixed = RIGHT.replace("    return", "    if seed not in (5, 77):\n        seed = 99\n    return")
    run, report = judge(fixed, problem=folder)
    check(report["verdict"] == "AC", "a fixed substitute for unknown seeds is a sampler all the same", run)
