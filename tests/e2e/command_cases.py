"""list, show, start, run, judge's options, doctor: what a user types."""
import json
import os
import re
import stat

from support import (ROOT, SECRET, Settings, case, check, clean_environment, judge, mljudge, package, source, start, tier, tiny, valid,
                     work_dir, write)

RIGHT = "def twice(x):\n    return x * 2\n"
C_RIGHT = '#include "twice.h"\nvoid twice(const double *x, size_t n, double *out)\n{\n    for (size_t i = 0; i < n; i++)\n' \
          "        out[i] = 2 * x[i];\n}\n"


@case("usage: no command, unknown ones, unknown options, missing arguments: exit 2")
def _():
    mljudge().expect(2, stderr=["usage: mljudge"])
    mljudge("conquer").expect(2, stderr=["unknown command 'conquer'", "usage"])
    mljudge("\x1b[2J\n").expect(2, stderr=["\\x1b"])
    for arguments in (["judge"], ["judge", "knn-classify"], ["run"], ["show"], ["show", "a", "b"], ["start", "knn-classify"],
                      ["verify"], ["exec"], ["exec", "--"], ["list", "extra"], ["judge", "--bogus", "a", "b"],
                      ["judge", "--report", "pdf", "a", "b"], ["judge", "--jobs", "0", "a", "b"],
                      ["judge", "--jobs", "x", "a", "b"], ["judge", "--jobs", "99999999999999999999", "a", "b"],
                      ["judge", "--tier", "best", "a", "b"], ["judge", "--require", "none", "a", "b"],
                      ["judge", "--lang"], ["exec", "--cpu-ms", "-5", "--", "true"], ["exec", "--tier", "none", "--", "true"],
                      ["verify", "--seeds", "0", "a"], ["doctor", "--xml"], ["judge", "--seed", "a", "--seed", "b", "c", "d"]):
        run = mljudge(*arguments).expect(2, stderr=["usage: mljudge " + arguments[0]])
        check(run.out == "", "something on standard output", run)


@case("usage: help and version")
def _():
    for arguments in (["help"], ["--help"], ["-h"]):
        run = mljudge(*arguments).expect(0, "mljudge judge", "mljudge exec", "Exit codes")
        check(run.err == "", "help on standard error", run)
    for command in ("list", "show", "start", "run", "judge", "verify", "exec", "doctor"):
        mljudge(command, "--help").expect(0, "usage: mljudge " + command)
    mljudge("--version").expect(0, "mljudge ")


@case("unknown problem, language, or one the problem is not offered in: one line, exit 2")
def _():
    file = source(RIGHT)
    for name in ("no-such-problem", "/no/such/folder", "./nowhere", "", "a\nb", "\x1b[31m"):
        mljudge("judge", name, file).expect(2).one_line()
        mljudge("show", name).expect(2).one_line()
    for language in ("cobol", "", "../c", "python\n", "x" * 300):
        mljudge("judge", tiny(), file, "--lang", language).expect(2, "it is in: python, pypure, c").one_line()
        mljudge("start", tiny(), "--lang", language).expect(2).one_line()


@case("list: the shipped problems, by category, from a folder")
def _():
    run = mljudge("list").expect(0)
    for name in ("knn-classify", "confusion-metrics", "csv-groupby"):
        check(re.search(rf"^{name} ", run.out, re.M), f"{name} is not listed", run)
    run = mljudge("list", "--category", "SQL over CSV").expect(0)
    check("csv-groupby" in run.out and "knn" not in run.out, "category does not filter", run)
    run = mljudge("list", "--problems", os.path.dirname(tiny())).expect(0)
    check("tiny" in run.out and "knn" not in run.out, "--problems does not replace", run)
    mljudge("list", "--problems", "/nowhere")


@case("list: a broken package is named, the others are listed")
def _():
    folder = package({"problem.json": "{"}, name="broken")
    os.symlink(tiny(), os.path.join(os.path.dirname(folder), "tiny"))
    run = mljudge("list", "--problems", os.path.dirname(folder)).expect(3, stderr=["broken/problem.json:1"])
    check("tiny" in run.out, "the good one is not listed", run)


@case("show: statement, signature, limits, samples; nothing of hidden tests")
def _():
    run = mljudge("show", tiny()).expect(0, "# Doubles", "twice(x: float[n]) -> float[n]", "400 ms", "48 MiB", "sample/1: first")
    check(SECRET not in run.out, "a hidden test is shown", run)
    for name in ("knn-classify", "confusion-metrics", "csv-groupby"):
        mljudge("show", name).expect(0, "## Samples", "sample/1")


@case("show: escape sequences of a package do not reach the terminal")
def _():
    problem = json.loads(open(os.path.join(tiny(), "problem.json"), encoding="utf-8").read())
    problem.update(title="\x1b[2Jtitle\u202e", category="\x9bc", difficulty="\x1bd")
    folder = package({"problem.json": json.dumps(problem), "statement.md": b"\x1b]0;x\x07 \xff\xfe ok\n",
                      "tests/sample/1.json": '{"args": {"x": [1]}, "expected": [2], "note": "\\u001b[1m"}'})
    for arguments in (["show", folder], ["list", "--problems", os.path.dirname(folder)],
                      ["judge", folder, source(RIGHT)], ["run", folder, source(RIGHT)]):
        run = mljudge(*arguments).expect(0)
        check(not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", run.out + run.err), "control characters", run)


@case("start: every language of every problem; the starter gets a verdict, not a crash; nothing is overwritten")
def _():
    for name, languages in (("knn-classify", "python pypure c cpp"), ("confusion-metrics", "python pypure c cpp"),
                            ("csv-groupby", "python pypure c cpp"), ("sql-top-per-group", "sql python c cpp"), (tiny(), "python pypure c")):
        for language in languages.split():
            folder = os.path.join(os.path.dirname(source("")), "new")
            run = mljudge("start", name, "--lang", language, folder).expect(0, "wrote", "mljudge run", "mljudge judge")
            files = os.listdir(folder)
            check("statement.md" in files, f"no statement in {files}", run)
            solution = os.path.join(folder, "solution" + {"c": ".c", "cpp": ".cpp", "sql": ".sql"}.get(language, ".py"))
            again = mljudge("run", name, solution, "--lang", language, "--report", "json")
            again.expect(1)
            check(again.json()["verdict"] in ("WA", "RTE"), "neither WA nor RTE", again)
            check(again.json()["compile"]["output"] == "", "the starter compiles with warnings", again)
            with open(solution, "a", encoding="utf-8") as file:
                file.write("/* mine */" if language in ("c", "cpp", "sql") else "# mine\n")
            mljudge("start", name, "--lang", language, folder).expect(1, "is there already").one_line()
            with open(solution, encoding="utf-8") as file:
                check("mine" in file.read(), "overwritten")


@case("start: into a folder that cannot be, through a link")
def _():
    mljudge("start", tiny(), "--lang", "c", "/proc/nowhere").expect(1).one_line()
    mljudge("start", tiny(), "--lang", "c", source("")).expect(1).one_line()
    folder = os.path.dirname(source(""))
    victim = write(os.path.join(folder, "victim"), "precious")
    os.mkdir(os.path.join(folder, "new"))
    os.symlink(victim, os.path.join(folder, "new", "solution.c"))
    mljudge("start", tiny(), "--lang", "c", os.path.join(folder, "new")).expect(1)
    check(open(victim).read() == "precious", "a link was followed")


@case("run: samples only, everything shown")
def _():
    run = mljudge("run", tiny(), source("def twice(x):\n    print('hello', x)\n    return x\n")).expect(1, "hello", "expected")
    check("hidden" not in run.out.replace("hidden tests", ""), "hidden groups are listed", run)
    check(SECRET not in run.out, "a hidden test ran", run)


@case("judge: text report")
def _():
    run = mljudge("judge", tiny(), source(RIGHT)).expect(0, "AC accepted, 100 of 100 points", f"isolation {tier()}", "public seed")
    progress = re.compile(r"(building tests: .*|\d+ of \d+ tests done, running .*)\n")  # of a slow machine
    check(progress.sub("", run.err) == "", "something on standard error", run)
    mljudge("judge", tiny(), source("def twice(x):\n    return x\n")).expect(1, "WA wrong answer, 40 of 100 points")


@case("judge --report json: JSON and nothing else, also to a pipe and with warnings")
def _():
    run = mljudge("judge", tiny(), source(RIGHT), "--report", "json", "--seed", "x").expect(0)
    check(run.out.count("\n") == 1 and run.json()["schema"] == 1, "not one line of JSON", run)
    with open(os.path.join(tiny(), "solutions/accepted/twice.py"), encoding="utf-8") as file:
        run = mljudge("judge", tiny(), source(file.read()), "--report", "json").expect(0)
    check("equals the shipped solution" in " ".join(run.json()["warnings"]), "no warning", run)


NAMES = {"schema": int, "tool": dict, "problem": str, "problem_version": int, "problem_sha256": str, "submission_sha256": str,
         "language": str, "file": str, "started_at": str, "machine": dict, "verdict": str, "score": int, "max_score": int,
         "seed": dict, "isolation": dict, "limits": dict, "warnings": list, "compile": dict, "groups": list, "tests": list,
         "cpu_ms_max": float, "memory_bytes_max": int}
TEST_NAMES = {"name": str, "group": str, "hidden": bool, "status": str, "skip_reason": (str, type(None)), "verdict": (str, type(None)),
              "cpu_ms": (float, type(None)), "wall_ms": (float, type(None)), "memory_bytes": (int, type(None)),
              "prepare_cpu_ms": (float, type(None)), "prepare_memory_bytes": (int, type(None)), "repeats": int,
              "exit_code": (int, type(None)), "signal": (str, type(None)), "idle": bool, "output_truncated": bool,
              "message": str, "blocked_syscalls": list, "measured": dict}


@case("judge --report json: every name of schema 1, of its type")
def _():
    for text in (RIGHT, "def twice(x):\n    return x\n", "syntax error", "import os\ndef twice(x):\n    os.abort()\n"):
        run, report = judge(text)
        for name, kind in NAMES.items():
            optional = name in ("cpu_ms_max", "memory_bytes_max") and text == "syntax error"
            check(name in report and (isinstance(report[name], kind) or (optional and report[name] is None)), f"{name} is wrong", run)
        check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", report["started_at"]), "started_at", run)
        check(re.fullmatch(r"[0-9a-f]{16}", report["seed"]["id"]) and report["seed"]["kind"] == "public", "seed", run)
        for test in report["tests"]:
            for name, kind in TEST_NAMES.items():
                check(name in test and isinstance(test[name], kind), f"test's {name} is wrong", run)
            check(set(test["measured"]) == {"cpu", "memory", "wall"}, "measured", run)
        for group in report["groups"]:
            check({"name", "points", "max_points", "verdict"} <= set(group), "groups", run)


@case("judge --report FORMAT=PATH: files; text still goes to standard output; unwritable is said, exit 3")
def _():
    folder = os.path.dirname(source(""))
    path = os.path.join(folder, "report of mine.json")
    run = mljudge("judge", tiny(), source(RIGHT), "--report", f"json={path}").expect(0, "AC accepted")
    check(json.load(open(path))["verdict"] == "AC", "no JSON in the file", run)
    mljudge("judge", tiny(), source(RIGHT), "--report", f"json={path}", "--report", "text=" + os.path.join(folder, "t")).expect(0)
    check(len(open(path).readlines()) == 1, "an old report stayed")
    for unwritable in ("/nowhere/x", "/nowhere/%n.json", folder):
        run = mljudge("judge", tiny(), source(RIGHT), "--report", f"json={unwritable}").expect(3, unwritable).one_line()
        check(run.out == "", "it was judged first", run)
    mljudge("judge", tiny(), source(RIGHT), "--report", "json=/dev/full").expect(3, "/dev/full")


@case("what is typed in the wrong place or without an extension: one line that says what to type")
def _():
    path = source(RIGHT)
    for arguments, words in (((path, tiny()), ("PROBLEM comes first",)),
                             ((tiny(), os.path.dirname(path)), ("is a folder", "name the file in it")),
                             ((tiny(), source("", "solution.txt")), ("--lang (python, pypure, c)",)),
                             ((tiny(), os.path.dirname(path) + "/none"), ("No such file",)),
                             ((tiny(), "-"), ("standard input", "--lang (python, pypure, c)"))):
        for command in ("run", "judge"):
            mljudge(command, *arguments).expect(3 if arguments[1] == tiny() else 2, *words).one_line()
    mljudge("report", "rendr", path).expect(2, "unknown action 'rendr'; did you mean 'render'?")


@case("what a compiler says names the file as it is called, in every report")
def _():
    python, c = source("def twice(x)\n    return x\n", "mine.py"), source("int x\n", "my own.c")
    for path, name, place in ((python, "mine.py", "mine.py:1:13: SyntaxError"), (c, "my own.c", "my own.c:")):
        run = mljudge("judge", tiny(), path).expect(1, f"| {place}")
        check("solution." not in run.out, "the name that it has in the box", run)
        report = mljudge("judge", tiny(), path, "--report", "json").expect(1).json()
        check(place in report["compile"]["output"] and report["compile"]["diagnostics"][0]["line"] >= 1, f"{report['compile']}")
        mljudge("judge", tiny(), path, "--report", "markdown").expect(1, place)


@case("judge: two FILEs: one report a line, the highest exit code")
def _():
    good, bad = source(RIGHT), source("def twice(x):\n    return x\n")
    run = mljudge("judge", tiny(), good, bad, "--report", "json").expect(1)
    reports = [valid(json.loads(line)) for line in run.out.splitlines()]
    check([report["verdict"] for report in reports] == ["AC", "WA"], "not two reports", run)
    mljudge("judge", tiny(), good, "/nowhere.py", "--report", "json").expect(2, "/nowhere.py").one_line()


@case("judge --jobs: the same verdicts")
def _():
    run, report = judge("def twice(x):\n    return x\n", "--jobs", "3")
    check(report["verdict"] == "WA" and report["score"] == 40, "another result", run)


@case("seeds: file, environment, option; id in the report, never the seed; weak ones are warned of")
def _():
    import hashlib
    import hmac
    secret = "kV8sEEdOfMine+/=1234"
    wanted = hmac.new(secret.encode(), b"mljudge-seed-id-1", hashlib.sha256).hexdigest()[:16]
    file = write(os.path.join(os.path.dirname(source("")), "seed"), secret + "\n")
    for options, env in ((["--seed-file", file], {}), (["--seed", secret], {}), ([], {"MLJUDGE_SEED": secret}),
                         (["--seed-file", file], {"MLJUDGE_SEED": "another-one"})):
        run, report = judge("import os\ndef twice(x):\n    print(dict(os.environ), open('/proc/self/environ').read())\n    return x * 2\n",
                            *options, env=clean_environment(**env))
        check(report["seed"] == {"kind": "secret", "id": wanted}, f"seed {report['seed']}", run)
        check(secret not in run.out + run.err and "another-one" not in run.out + run.err, "the seed is printed", run)
    run, report = judge(RIGHT, "--seed", "short")
    check("warning" in run.err and "short" not in run.err.replace("solution", ""), "no warning of a weak seed", run)
    for options, env in ((["--seed-file", "/nowhere"], {}), (["--seed", ""], {}), (["--seed-file", "/dev/null"], {}),
                         (["--seed", "a" * 2000], {}), (["--seed-file", "/"], {})):
        run = mljudge("judge", tiny(), source(RIGHT), *options).expect(2)
        run.one_line()
    cached = [name for name in os.listdir(os.path.join(Settings.temp, "cache", "mljudge")) if secret[:6] in name]
    check(not cached, "the seed is in a file name")


@case("tiers: --require full is met; lower ones are had when asked for, never used silently")
def _():
    mljudge("judge", tiny(), source(RIGHT), "--require", "full").expect(0, "isolation full")
    mljudge("judge", tiny(), source(RIGHT), "--tier", "full").expect(0, "isolation full")
    for tier_name in ("userns", "landlock"):
        mljudge("judge", tiny(), source(RIGHT), "--tier", tier_name).expect(0, f"isolation {tier_name}")
        mljudge("judge", tiny(), source(RIGHT), "--tier", tier_name, "--require", tier_name).expect(0)
        run = mljudge("judge", tiny(), source(RIGHT), "--tier", tier_name, "--require", "full")
        run.expect(3, "`full` is required", f"`{tier_name}`").one_line()
        check(run.out == "", "a report all the same", run)


@case("doctor: text and JSON")
def _():
    mljudge("doctor").expect(0, "tier: full", "python", "pypure", "cgroup")
    run = mljudge("doctor", "--json").expect(0)
    report = run.json()
    check(report["tier"] == "full", "tier", run)
    names = {row["name"]: row for row in report["languages"]}
    check(names["python"]["works"] and os.path.isabs(names["python"]["program"]), "python", run)
    check(all({"name", "state", "detail", "advice"} <= set(row) for row in report["features"]), "features", run)
    tiers = {row["tier"]: row for row in report["tiers"]}
    check(set(tiers) == {"full", "userns", "landlock"} and tiers["full"]["works"] and not tiers["full"]["why"], "tiers", run)
    calibration = report["calibration"]
    check(calibration["ran"] and calibration["cpu_us"]["known"] >= 50000 and calibration["cpu_us"]["measured"] > 25000
          and calibration["memory_bytes"]["measured"] > 32 << 20, "calibration", run)
    mljudge("doctor", "--verbose").expect(0, "tier: full", "/numpy", "user namespaces:")


@case("doctor: one screen of 80 columns and 24 lines where a tier works; commands are not wrapped")
def _():
    run = mljudge("doctor").expect(0)
    lines = run.out.splitlines()
    check(len(lines) <= 24, f"{len(lines)} lines", run)
    check(all(len(line) <= 80 or "->" in line or len(line.split()) == 1 for line in lines), "a line is too long", run)


@case("the cache: private, made if it is not there, refused if it is somebody else's, done without")
def _():
    folder = os.path.dirname(source(""))
    mljudge("judge", tiny(), source(RIGHT), env=clean_environment(XDG_CACHE_HOME=folder)).expect(0)
    mode = stat.S_IMODE(os.stat(os.path.join(folder, "mljudge")).st_mode)
    check(mode == 0o700, f"mode {mode:o}")
    os.chmod(os.path.join(folder, "mljudge"), 0o777)
    mljudge("judge", tiny(), source(RIGHT), env=clean_environment(XDG_CACHE_HOME=folder)).expect(0)
    check(stat.S_IMODE(os.stat(os.path.join(folder, "mljudge")).st_mode) == 0o700, "the mode was not mended")
    other = os.path.join(folder, "other")
    os.makedirs(os.path.join(other, "mljudge"))
    os.chown(os.path.join(other, "mljudge"), 65534, 65534)
    mljudge("judge", tiny(), source(RIGHT), env=clean_environment(XDG_CACHE_HOME=other)).expect(0)
    check(not os.listdir(os.path.join(other, "mljudge")), "a foreign folder was used")
    for env in ({"XDG_CACHE_HOME": None, "HOME": None}, {"XDG_CACHE_HOME": "/proc/x"}, {"XDG_CACHE_HOME": "relative"}):
        mljudge("judge", tiny(), source(RIGHT), env=clean_environment(**env)).expect(0)
    check(not os.path.exists(os.path.join(work_dir(), "relative")), "a relative cache folder was made")


@case("the cache: damaged entries are made anew, never believed")
def _():
    folder = os.path.dirname(source(""))
    env = clean_environment(XDG_CACHE_HOME=folder)
    for damage in (lambda n: 0, lambda n: 10, lambda n: n // 2, None):
        mljudge("judge", tiny(), source(C_RIGHT, "a.c"), env=env).expect(0)
        for name in os.listdir(os.path.join(folder, "mljudge")):
            path = os.path.join(folder, "mljudge", name)
            size = os.stat(path).st_size
            if damage:
                os.truncate(path, damage(size))
            else:
                with open(path, "r+b") as file:
                    data = bytearray(file.read())
                    for i in range(0, size, 97):
                        data[i] ^= 0x55
                    file.seek(0)
                    file.write(data)
        mljudge("judge", tiny(), source(C_RIGHT, "a.c"), env=env).expect(0, "AC accepted")
