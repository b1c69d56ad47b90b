"""Limits by factor: a multiple of what a reference takes on this machine."""
import json
import math
import os

from support import ROOT, TINY, case, check, mljudge, package, problem_json, source

PACKAGE = os.path.join(ROOT, "tests/packages/factor-limits")


def factor_report(solution, *options):
    run = mljudge("judge", PACKAGE, os.path.join(PACKAGE, "solutions", solution), "--report", "json", *options)
    return run, run.json()


def of_group(report, name):
    (group,) = [group for group in report["groups"] if group["name"] == name]
    return group, [test for test in report["tests"] if test["group"] == name]


@case("limits by factor: so many times the reference's median, measured once; absolute ones stay")
def _():
    run, report = factor_report("accepted/insort.py", "--reveal")
    check(report["verdict"] == "AC", "not accepted", run)
    group, tests = of_group(report, "perf")
    slowest = max(test["reference_cpu_ms"] for test in tests)
    check(group["factor"] == 5 and group["limits"]["cpu_ms"] == max(200, math.ceil(5 * slowest)), "the limit", run)
    check(group["limits"]["wall_ms"] == 2 * group["limits"]["cpu_ms"] + 1000, "the wall limit", run)
    for test in tests:
        times = test["cpu_ms"] / test["reference_cpu_ms"]
        check(abs(test["times_reference"] - times) < 0.01, f"{test['name']}: times_reference", run)
    group, tests = of_group(report, "edge")
    check(group["factor"] is None and group["limits"]["cpu_ms"] == 500, "an absolute limit", run)
    check(all(test["reference_cpu_ms"] is not None for test in tests), "the reference ran: its time is known", run)
    again_run, again = factor_report("accepted/merge.py", "--reveal")
    check([g["limits"] for g in again["groups"]] == [g["limits"] for g in report["groups"]], "measured twice", again_run)
    run, report = factor_report("accepted/fenwick.c", "--reveal")
    check(report["verdict"] == "AC" and {g["factor"] for g in report["groups"]} == {20}, "C", run)
    run, report = factor_report("slow/all_pairs.py", "--reveal")
    check(report["verdict"] == "TLE" and of_group(report, "perf")[0]["verdict"] == "TLE", "the naive one", run)
    text = mljudge("judge", PACKAGE, os.path.join(PACKAGE, "solutions/accepted/insort.py")).expect(0, " times the reference (the limit: 5)")
    check("ms CPU, " in text.out, "the text report", text)
    mljudge("show", PACKAGE).expect(0, "5 x reference, 64 MiB", "200 ms at least", "500 ms, 64 MiB")


@case("limits by factor: hidden tests are rounded, samples alone are measured, too")
def _():
    run, report = factor_report("accepted/insort.py")
    for test in report["tests"]:
        if test["hidden"]:
            check(test["cpu_ms"] % 10 == 0 and test["reference_cpu_ms"] % 10 == 0, "not rounded", run)
            check(test["times_reference"] == round(test["cpu_ms"] / test["reference_cpu_ms"], 3), "of the rounded ones", run)
    run = mljudge("run", PACKAGE, os.path.join(PACKAGE, "solutions/accepted/insort.py"), "--report", "json")
    report = run.expect(0).json()
    check({test["group"] for test in report["tests"]} == {"sample"}, "samples only", run)
    check(report["groups"][0]["limits"]["cpu_ms"] == 200 and report["tests"][0]["reference_cpu_ms"] is not None, "measured", run)


@case("limits by factor: a package that is wrong about its reference")
def _():
    def with_limits(limits, **changes):
        return package({"problem.json": problem_json(limits=limits, **changes)})
    solution = source("def twice(x):\n    return [2 * v for v in x]\n")
    for limits, words in [({"python": {"factor": 2, "cpu_ms": 100}}, "exclude each other"),
                          ({"python": {"factor": 2, "reference": "solutions/wrong/same.py"}}, "must be a file in solutions/accepted/"),
                          ({"python": {"factor": 2, "reference": "solutions/accepted/none.py"}}, "there is no 'solutions/accepted/none.py'"),
                          ({"c": {"factor": 2, "reference": "solutions/accepted/twice.py"}}, "'solutions/accepted/twice.py' is not in c"),
                          ({"pypure": {"factor": 2}}, "is in pypure")]:
        run = mljudge("judge", with_limits(limits), solution).expect(3, "problem.json:", words)
        check(run.err.count("\n") == 1, "one line", run)
    mljudge("judge", with_limits({"python": {"factor": 2}, "pypure": {"factor": 3, "reference": "solutions/accepted/twice.py"}}),
            solution).expect(0, "(the limit: 2)")


@case("verify: a slow solution's factor is tried under limits so many times as high")
def _():
    def verify(factor, limit_ms):
        slow = (f"# caught by: more\n# factor: {factor}\nimport time\n\n\ndef twice(x):\n    if len(x) == 0:\n"
                "        end = time.process_time() + 0.5\n        while time.process_time() < end:\n            pass\n    return [2 * v for v in x]\n")
        limits = {"python": {"cpu_ms": limit_ms, "wall_ms": 9000, "memory_mib": 48}}
        return mljudge("verify", "--seeds", "1", package({"problem.json": problem_json(limits=limits), "solutions/slow/busy.py": slow}))
    verify(2, 150).expect(0, "ok   slow      busy.py")
    verify(9, 150).expect(1, "BAD  slow      busy.py", "group more: 5", "are not 9 times the limit (150 ms), as its comment says")


def sum_package(x, rtol):
    limits = {"python": {"cpu_ms": 900, "memory_mib": 48}, "c": {"cpu_ms": 900, "memory_mib": 48}}
    return package({
        **dict.fromkeys(TINY),
        "problem.json": problem_json(entry={"kind": "function", "name": "total"}, signature={"args": {"x": "float[n]"}, "returns": "float"},
                                     languages=["python", "c"], limits=limits, groups=[{"name": "sample", "points": 0}, {"name": "more", "points": 1}],
                                     comparator={"name": "close", "rtol": rtol, "atol": 0},
                                     reference="solutions/accepted/a.py", check="solutions/accepted/b.c"),
        "tests/sample/1.json": '{"args": {"x": [1, 2.5]}, "expected": 3.5}', "tests/more/1.json": json.dumps({"args": {"x": x}}),
        "generator.py": "def validate(args):\n    pass\n",
        "solutions/accepted/a.py": "def total(x):\n    s = 0.0\n    for v in x.tolist():\n        s += v\n    return s\n",
        "solutions/accepted/b.c": '#include "total.h"\ndouble total(const double *x, size_t n)\n{\n    double s = 0;\n'
                                  "    for (size_t i = 0; i < n; i++)\n        s += x[i];\n    return s;\n}\n"}, "total")


@case("verify: a tolerance that another order of summation breaks is a warning, with --strict a failure")
def _():
    numbers = [(i * 7919 % 1000 + 0.123456789) * 1e6 for i in range(100)]
    ill = sum_package(numbers + [0.3] + [-v for v in reversed(numbers)], 1e-9)
    said = "the tolerance is tighter than the problem's conditioning: test more/1, solutions/accepted/b.c in another order of summation: returned value is "
    run = mljudge("verify", "--seeds", "1", ill).expect(0, "warning " + said, "note the tolerance", "off in the last bit: ",
                                                         "references in another order of summation: 1 of 2 answers")
    check("BAD" not in run.out, "a failure", run)
    run = mljudge("verify", "--seeds", "1", "--strict", "--report", "json", ill).expect(1, "BAD  " + said)
    found = json.loads(run.out)["problems"][0]["conditioning"]
    check(found["reordered"] == {"tried": 2, "tests": ["more/1"]} and found["perturbed"]["tests"] == ["more/1"], "the report", run)
    well = mljudge("verify", "--seeds", "1", sum_package([abs(v) for v in numbers], 1e-9))
    well.expect(0, "another order of summation: 2 of 2 answers within a tenth", "off in the last bit: ")
    check("conditioning" not in well.out, "a warning", well)
    check("tenth of the tolerance" not in mljudge("verify", "--seeds", "1", package()).out, "exact comparators are not tried")
