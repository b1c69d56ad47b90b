"""Repeats, --fail-fast and several boxes at once: what is measured, and what is said of what is not."""
import os

from support import case, check, judge, mljudge, package, problem_json, source, tiny

RIGHT = "def twice(x):\n    return [2 * v for v in x]\n"
# One of many runs is wrong, whatever the order: chance, not time.
FLAKY = "import os\n\ndef twice(x):\n    return [2 * v for v in x] if os.urandom(1)[0] % 2 else x\n"


@case("repeats: a median with its spread; a test that reproduces is what it is without them")
def _():
    run, report = judge(RIGHT, "--repeats", "3", "--reveal")
    run.expect(0)
    for test in report["tests"]:
        check(test["status"] == "run" and test["repeats"] >= 3 and test["spread"]["runs"] == 3, f"{test}", run)
        for field in ("cpu_ms", "wall_ms", "memory_bytes"):
            least, most = test["spread"][field]
            check(least <= test[field] <= most, f"{field}: {test[field]} in {least} to {most}", run)
        check(isinstance(test["notes"], list), "notes is a list", run)
    check(not report["inconclusive"] and report["score_undecided"] == 0, "nothing is undecided", run)
    run, report = judge(RIGHT)
    check(all("spread" not in test and test["repeats"] >= 1 for test in report["tests"]), "no spread of one run", run)
    for wrong in ("0", "-1", "1001", "x", ""):
        mljudge("judge", tiny(), source(RIGHT), "--repeats", wrong).expect(2, "", stderr="--repeats")


@case("repeats: a verdict that does not reproduce is inconclusive: neither points nor refusal, exit 1")
def _():
    folder = package({"tests/more/1.json": '{"args": {"x": [3]}}'})
    run, report = judge(FLAKY, "--repeats", "16", "--lang", "pypure", problem=folder)
    check(run.code == 1 and report["verdict"] is None and report["inconclusive"], f"{report['verdict']}", run)
    check(report["score"] == 0 and report["score_undecided"] == report["max_score"], "all points are undecided", run)
    for test in report["tests"]:
        check((test["status"], test["verdict"]) == ("inconclusive", None), f"{test}", run)
        check(test["message"].startswith("it does not reproduce"), test["message"], run)
        check(("AC" in test["message"]) == (not test["hidden"]), "of a hidden test no counts are told", run)
    check(all(group["inconclusive"] and group["verdict"] is None for group in report["groups"]), "the groups, too", run)
    text = mljudge("judge", folder, source(FLAKY), "--repeats", "16", "--lang", "pypure")
    check("inconclusive" in text.out and "undecided" in text.out, "the text report says so", text)


@case("repeats: what fails every time fails, whatever else does not reproduce")
def _():
    mixed = FLAKY.replace("def twice(x):\n", "def twice(x):\n    if len(x) > 4:\n        return [0.0]\n")
    folder = package({"tests/more/1.json": '{"args": {"x": [1, 2, 3, 4, 5]}}'})
    run, report = judge(mixed, "--repeats", "16", "--lang", "pypure", problem=folder)
    check(report["verdict"] == "WA" and not report["inconclusive"] and run.code == 1, f"{report['verdict']}", run)
    run, report = judge("def twice(x):\n    raise ValueError('n' * 9)\n", "--repeats", "3", "--reveal")
    check(report["verdict"] == "RTE" and report["tests"][0]["spread"]["runs"] == 3, f"{report['verdict']}", run)


@case("repeats: the same verdict with other values each time is that verdict, and noted")
def _():
    run, report = judge("import os\n\ndef twice(x):\n    return [float(b) + 1e6 for b in os.urandom(len(x))]\n", "--repeats", "5", "--reveal")
    check(report["verdict"] == "WA", f"{report['verdict']}", run)
    noted = [test for test in report["tests"] if any("differs from run to run" in note for note in test["notes"])]
    check(noted, "it is noted", run)


@case("fail-fast: nothing starts after the first failure, and the report says what was left out")
def _():
    groups = [{"name": "sample", "points": 0}, {"name": "hidden", "points": 50, "generated": 6}, {"name": "more", "points": 50}]
    folder = package({"problem.json": problem_json(groups=groups), "tests/more/1.json": '{"args": {"x": []}}'})
    run, report = judge("def twice(x):\n    return x + [1.0] if len(x) > 2 else [2 * v for v in x]\n", "--fail-fast", problem=folder)
    ran = [test for test in report["tests"] if test["status"] == "run"]
    left = [test for test in report["tests"] if test["skip_reason"] == "left out after the first failure"]
    check(run.code == 1 and report["verdict"] == "WA" and report["stopped_at_first_failure"], f"{report['verdict']}", run)
    check(sum(test["verdict"] != "AC" for test in ran) == 1 and left, f"{len(ran)} ran, {len(left)} left out", run)
    check(all(group["verdict"] in (None, "WA") and group["points"] == 0 for group in report["groups"]
              if any(test["group"] == group["name"] for test in left)), "a group that was not finished has no verdict but a failure", run)
    text = mljudge("judge", folder, source("def twice(x):\n    return x\n"), "--fail-fast")
    check("stopped at the first failure" in text.out, "the text report says so", text)
    mljudge("judge", folder, source(RIGHT), "--fail-fast", "--show", "nothing").expect(2, "", stderr="would tell")
    run, report = judge(RIGHT, "--fail-fast", problem=folder)
    check(report["verdict"] == "AC" and report["score"] == 100 and not report["stopped_at_first_failure"], "nothing fails: all of it", run)


@case("fail-fast: the test that rejects most wrong solutions comes first once the package was verified")
def _():
    groups = [{"name": "sample", "points": 0}, {"name": "hidden", "points": 50}, {"name": "more", "points": 50}]
    folder = package({"problem.json": problem_json(groups=groups), "tests/hidden/1.json": '{"args": {"x": [0, 0]}}',
                      "tests/more/1.json": '{"args": {"x": [1, 2, 3, 4, 5, 6, 7, 8, 9]}}', "tests/sample/1.json": '{"args": {"x": []}, "expected": []}',
                      "solutions/wrong/same.py": "# caught by: more\ndef twice(x):\n    return x\n"})
    run, before = judge("def twice(x):\n    return x\n", "--fail-fast", problem=folder)
    check(sum(test["status"] == "run" for test in before["tests"]) == 3, "by size: the long one last", run)
    mljudge("verify", folder, "--seeds", "1", timeout=120).expect(0)
    run, after = judge("def twice(x):\n    return x\n", "--fail-fast", problem=folder)
    ran = [test["name"] for test in after["tests"] if test["status"] == "run"]
    check(ran == ["more/1"] and after["verdict"] == "WA", f"ran: {ran}", run)


CORES = "import os\n\ndef twice(x):\n    return [100.0 + len(os.sched_getaffinity(0)), 0.0]\n"


@case("several boxes at once: each has a core of its own, and it is said when there are not enough")
def _():
    many = len(os.sched_getaffinity(0))
    for jobs, cores in ((1, many), (2, 1)):
        run, report = judge(CORES, "--jobs", str(jobs))
        message = report["tests"][0]["message"]
        check(f"is {100 + cores}" in message, f"--jobs {jobs}: a box sees {message}, not {cores}", run)
    run, report = judge(RIGHT, "--jobs", "64")
    check(report["verdict"] == "AC", f"{report['verdict']}", run)
    check(many >= 64 or any("share cores" in text for text in report["warnings"]), f"{report['warnings']}", run)
