"""Packages with a checker of their own: what it says, who sees it, and that its failures are never the candidate's."""
from support import case, check, judge, mljudge, package, problem_json, source

CHECKER = '''import os
import sys

import mljudge_checker as mj


def check(args, expected, got, params):
    first = got[0] if len(got) else 0
    if first == 111:
        raise ValueError("the checker broke")
    if first == 222:
        return "accepted"
    if first == 333:
        sys.stdout.write("x" * (64 << 20))
        sys.stdout.flush()
    if first == 444:
        os._exit(0)
    if first == 555:
        os.kill(os.getpid(), 9)
    if first == 666:
        return mj.reject("a kind that was not declared 4711", "no", "no")
    if first == 777:
        import solution
    if first == 888:
        return mj.reject("value", 5)
    if first == 999:
        for path in ("/etc/passwd", "/solution.py", "/tmp/x", "tests/hidden/1.json"):
            try:
                open(path).close()
                return mj.reject("value", "it could open " + path)
            except OSError:
                pass
        return mj.accept()
    if mj.close(got, expected, 1e-9 * params["strict"], 0):
        return mj.accept()
    return mj.reject("value", "candidate is told", "host is told")
'''


def checked(**changes):
    comparator = {"name": "checker", "file": "checker.py", **changes}
    return package({"problem.json": problem_json(comparator=comparator), "checker.py": CHECKER})


def answers(first):
    return f"def twice(x):\n    return [{first}.0][:len(x)] + [2 * v for v in x][1:]\n"


@case("checker: accepts and rejects; its messages are for whom they are meant")
def _():
    folder = checked()
    mljudge("verify", "--seeds", "1", folder).expect(0)
    run, report = judge("def twice(x):\n    return [2 * v for v in x]\n", problem=folder)
    check(report["verdict"] == "AC", report["verdict"], run)
    wrong_on_hidden = "def twice(x):\n    return [2 * v + (len(x) > 2) for v in x]\n"
    run, report = judge(wrong_on_hidden, problem=folder)
    check(report["verdict"] == "WA" and run.code == 1, report["verdict"], run)
    check("is told" not in run.out + run.err, "a checker's message in a hidden report", run)
    check("wrong value" in run.out, "the kind is missing", run)
    run, report = judge(wrong_on_hidden, "--reveal", problem=folder)
    check("candidate is told" in run.out and "host is told" in run.out, "--reveal shows both", run)
    run, report = judge("def twice(x):\n    return [2 * v + 1 for v in x]\n", problem=folder)
    sample = report["tests"][0]
    check("candidate is told" in sample["message"] and "host is told" not in sample["message"], "on a sample", run)


@case("checker: what goes wrong in it is a judge error, never a verdict")
def _():
    folder = checked()
    for first, said in ((111, "the checker broke"), (222, "neither accept() nor reject()"), (333, "printed more than"),
                        (444, "no answer"), (555, "signal"), (666, "kind"), (777, "solution"), (888, "texts")):
        run, report = judge(answers(first), "--reveal", problem=folder)
        check(run.code == 3 and report["verdict"] == "JE", f"{first}: {report['verdict']}, exit code {run.code}", run)
        check(said in run.out, f"{first}: '{said}' is not said", run)
        run, report = judge(answers(first), problem=folder)
        hidden = [test for test in report["tests"] if test["hidden"] and test["status"] != "skipped"]
        check(run.code == 3 and all(word not in test["message"] for test in hidden for word in ("4711", "broke")), f"{first}: hidden", run)


@case("checker: it sees no file and nothing of the judge; a candidate's strange numbers are only numbers")
def _():
    folder = checked()
    run, report = judge(answers(999), problem=folder)
    check(report["verdict"] == "AC", "the checker could open a file", run)
    for value in ("float('nan')", "float('inf')", "-0.0", "1e308"):
        run, report = judge(f"def twice(x):\n    return [{value} for v in x]\n", problem=folder)
        check(report["verdict"] == "WA" and run.code == 1, f"{value}: {report['verdict']}", run)
    run, report = judge("def twice(x):\n    return [[1.0] * 3] * len(x)\n", problem=folder)
    check(report["verdict"] == "WA" and "type or shape" in run.out or report["verdict"] == "WA", "a wrong shape", run)


@case("checker: what problem.json may say of it, and files that are not there")
def _():
    mljudge("judge", checked(kinds=["Bad Kind!"]), source(answers(0))).expect(3, stderr=["problem.json", "a kind is"])
    mljudge("judge", checked(file="../outside.py"), source(answers(0))).expect(3)
    mljudge("judge", checked(file="missing.py"), source(answers(0))).expect(3, stderr=["missing.py"])
    mljudge("judge", checked(colour="red"), source(answers(0))).expect(3, stderr=["problem.json", "colour"])
    broken = package({"problem.json": problem_json(comparator={"name": "checker", "file": "checker.py"}),
                      "checker.py": "def check(args, expected, got, params)\n    pass\n"})
    mljudge("judge", broken, source(answers(0))).expect(3, stderr=["checker.py"])
    mljudge("verify", "--seeds", "1", broken).expect(1, "checker.py")
