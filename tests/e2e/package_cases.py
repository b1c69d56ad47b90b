"""Problem packages with something wrong: a sentence with file, line and field; never a verdict."""
import json
import os

from support import (SECRET, TINY, Settings, case, check, copy_problem, judge, mljudge, package, problem_json, source, start,
                     no_trace, write)

RIGHT = "def twice(x):\n    return x * 2\n"


def refused(folder, *words, code=3):
    """Said in one line, exit 3, by judge; verify: 1 or 3."""
    run = mljudge("judge", folder, source(RIGHT)).expect(code)
    lines = [line for line in run.err.splitlines() if not line.startswith("building tests")]
    check(len(lines) == 1 and lines[0].startswith("mljudge: "), "not one line", run)
    for word in words:
        check(word in lines[0], f"{word!r} is not in the line", run)
    check(run.out == "", "a report in spite of it", run)
    return run


def bad_problem(title, text, *words):
    @case(f"problem.json: {title}")
    def run():
        folder = package({"problem.json": text})
        refused(folder, "tiny/problem.json:", *words)
        verify = mljudge("verify", folder)
        check(verify.code in (1, 3), f"verify: exit code {verify.code}", verify)
        mljudge("show", folder).expect(3)
        mljudge("start", folder, "--lang", "c", os.path.join(os.path.dirname(folder), "new")).expect(3)


GOOD = TINY["problem.json"]
bad_problem("empty", "")
bad_problem("not JSON", "version = 1\n", ":1:")
bad_problem("cut off", GOOD[:200])
bad_problem("a list", "[]", "object")
bad_problem("not UTF-8", GOOD.replace("Doubles", "D\udcff").encode("utf-8", "surrogateescape"))
bad_problem("unknown key", problem_json(colour="red"), "colour", "known here: version")
bad_problem("duplicate key", GOOD.replace('"title"', '"version": 2,\n "title"'), "duplicate", "version")
bad_problem("deep nesting", "[" * 100000)
bad_problem("missing version", problem_json(version=None), "\"version\" is missing")
bad_problem("version is a string", problem_json(version="1"), "must be an integer")
bad_problem("unknown comparator", problem_json(comparator="fuzzy"), "fuzzy")
bad_problem("bad type", problem_json(signature={"args": {"x": "float[n"}, "returns": "float[n]"}), "float[n")
bad_problem("limits of a language it does not offer", problem_json(limits={"rust": {"cpu_ms": 1}}), "rust")
bad_problem("huge limit", problem_json(limits={"c": {"cpu_ms": 10**18}}), "cpu_ms")
bad_problem("group twice", problem_json(groups=[{"name": "sample", "points": 0}, {"name": "sample", "points": 1}]), "twice")
bad_problem("packages of a problem without Python", problem_json(
    languages=["pypure", "c"], limits=None, packages=["scipy"]), "problem.json:", "python and pandas")
bad_problem("packages that are no list", problem_json(packages="scipy"), "packages")
bad_problem("a package that is no name", problem_json(packages=["six", "../scipy"]), "../scipy", "top-level module")
bad_problem("a module in a package", problem_json(packages=["scipy.stats"]), "scipy.stats", "top-level module")
bad_problem("a package twice", problem_json(packages=["six", "six"]), "twice")
bad_problem("a package that is a number", problem_json(packages=[1]), "packages")
bad_problem("escape sequence as a key", GOOD.replace('"title"', '"\\u001b[2J": 1, "title"'), "\\x1b")


@case("problem.json: a link, a FIFO, a folder, missing, unreadable names")
def _():
    folder = package({"problem.json": None})
    mljudge("judge", folder, source(RIGHT)).expect(3, "problem.json").one_line()
    os.symlink("/etc/passwd", os.path.join(folder, "problem.json"))
    mljudge("judge", folder, source(RIGHT)).expect(3, "problem.json").one_line()
    os.unlink(os.path.join(folder, "problem.json"))
    os.mkfifo(os.path.join(folder, "problem.json"))
    mljudge("judge", folder, source(RIGHT), timeout=10).expect(3, "problem.json").one_line()
    mljudge("judge", package(name="Bad Name"), source(RIGHT)).expect(3, "a-z").one_line()
    mljudge("judge", "/etc/passwd", source(RIGHT)).expect(3).one_line()


@case("package: links and special files in it are refused")
def _():
    folder = package()
    os.symlink("/etc/shadow", os.path.join(folder, "tests", "shadow"))
    refused(folder, "tests/shadow")
    folder = package()
    os.mkfifo(os.path.join(folder, "solutions", "pipe"))
    refused(folder, "solutions/pipe")


def bad_test(title, path, text, *words):
    @case(f"test file: {title}")
    def run():
        refused(package({path: text}), *words)


bad_test("not JSON", "tests/hidden/2.json", "{\n 'args'", "tests/hidden/2.json:2:")
bad_test("wrong type", "tests/hidden/2.json", '{"args": {"x": [1,\n "a"]}}', "tests/hidden/2.json:2:2")
bad_test("missing argument", "tests/hidden/2.json", '{"args": {}}', "tests/hidden/2.json:1:2", "x")
bad_test("unknown argument", "tests/hidden/2.json", '{"args": {"x": [1], "y": 1}}', "y")
bad_test("unknown key", "tests/hidden/2.json", '{"args": {"x": [1]}, "expects": [1]}', "expects", "tests/hidden/2.json:1:")
bad_test("expected of another shape", "tests/hidden/2.json", '{"args": {"x": [1]}, "expected": [1, 2]}', "tests/hidden/2.json:1:22")
bad_test("a sample without its answer", "tests/sample/2.json", '{"args": {"x": [1]}}', "expected", "tests/sample/2.json")
bad_test("wrong expected: the reference disagrees", "tests/more/2.json", '{"args": {"x": [1]}, "expected": [3]}',
         "more/2", "twice.py", "expected")
bad_test("refused by validate()", "tests/more/2.json", json.dumps({"args": {"x": [0] * 100}}), "more/2.json")
bad_test("$file that leaves the package", "tests/more/2.json", '{"args": {"x": {"$file": "../../../../etc/passwd"}}}', "more/2.json:1:")
bad_test("folder without a group", "tests/other/1.json", "{}", "tests/other", "no group")
bad_test("hostile file name", "tests/more/\x1b[2J.json", '{"args": {"x": [1]}}', "\\x1b[2J")
bad_test("duplicate key", "tests/more/2.json", '{"args": {"x": [1], "x": [2]}}', "duplicate")


def bad_generator(title, text, *words):
    @case(f"generator: {title}")
    def run():
        run = refused(package({"generator.py": text}), "tiny", *words)
        check("Traceback" not in run.err, "a traceback", run)


bad_generator("missing", None, "generator.py")
bad_generator("fails", "def generate(rng, group, index):\n    return {'x': 1 / 0}\n\ndef validate(args):\n    pass\n",
              "generator.py", "ZeroDivisionError")
bad_generator("does not parse", "def generate(\n", "generator.py")
bad_generator("has no generate()", "def validate(args):\n    pass\n", "generate")
bad_generator("returns another rank", "def generate(rng, group, index):\n    return {'x': rng.rand(2, 2)}\n\ndef validate(args):\n    pass\n",
              "x")
bad_generator("returns no dict", "def generate(rng, group, index):\n    return 7\n\ndef validate(args):\n    pass\n")
bad_generator("forgets an argument", "def generate(rng, group, index):\n    return {}\n\ndef validate(args):\n    pass\n", "x")
bad_generator("returns one too many", "def generate(rng, group, index):\n    return {'x': rng.rand(2), 'y': 1}\n\n"
              "def validate(args):\n    pass\n", "y")
bad_generator("exits", "import os\ndef generate(rng, group, index):\n    os._exit(0)\n\ndef validate(args):\n    pass\n")
bad_generator("writes garbage where its frames go", "import os\ndef generate(rng, group, index):\n    os.write(4, os.urandom(999))\n"
              "    os._exit(0)\n\ndef validate(args):\n    pass\n")
bad_generator("forks", "import os\ndef generate(rng, group, index):\n    os.fork()\n\ndef validate(args):\n    pass\n", "generator.py")
bad_generator("its own tests fail validate()", "def generate(rng, group, index):\n    return {'x': rng.rand(2)}\n\n"
              "def validate(args):\n    assert len(args['x']) > 2, 'too short'\n", "too short")


@case("generator: prints do no harm")
def _():
    folder = package({"generator.py": "print('hello')\n" + TINY["generator.py"].replace("    return", "    print('x' * 100000)\n    return")})
    mljudge("judge", folder, source(RIGHT)).expect(0)


@case("generator: it sees a key of its own test only, never the seed")
def _():
    folder = package({"generator.py": "import os, sys\n" + TINY["generator.py"].replace(
        "    return", "    text = repr(os.environ) + repr(sys.argv) + open(3).read()\n    assert 'tell-tale' not in text, 'the seed'\n    return")})
    mljudge("judge", folder, source(RIGHT), "--seed", "tell-tale-seed").expect(0)


@case("reference: broken in every way: judge exits 3, verify 1, both say which")
def _():
    for text, word in (("def twice(x:\n", "does not compile"), ("def other(x):\n    pass\n", "twice.py"),
                       ("def twice(x):\n    return 1 / 0\n", "ZeroDivisionError"), ("def twice(x):\n    return 'a'\n", "twice.py"),
                       ("def twice(x):\n    return [v + v + (v > 4000) for v in x]\n", "hidden/1")):
        folder = package({"solutions/accepted/twice.py": text})
        refused(folder, word)
        mljudge("verify", "--seeds", "1", folder).expect(1, word)
    refused(package({"solutions/accepted/twice.py": None}), "solutions/accepted/twice.py")
    refused(package({"problem.json": problem_json(reference="../../etc/passwd")}), "reference")


@case("verify: a good package; on three seeds")
def _():
    run = mljudge("verify", package()).expect(0, "9 as expected, 0 not")
    check(run.out.count("tiny, seed ") == 3, "not three seeds", run)


@case("verify: a solution in the wrong folder, a false or missing claim: exit 1, says which")
def _():
    wrong = TINY["solutions/wrong/same.py"]
    for changes, words in (
            ({"solutions/accepted/bad.py": wrong}, ["BAD", "bad.py", "verdict WA where its folder says AC"]),
            ({"solutions/wrong/good.py": "# caught by: hidden\n" + RIGHT}, ["BAD", "good.py", "verdict AC"]),
            ({"solutions/wrong/same.py": "def twice(x):\n    return x\n"}, ["BAD", "same.py", "caught by"]),
            ({"solutions/wrong/same.py": wrong.replace("sample, hidden", "hidden")}, ["BAD", "sample"]),
            ({"solutions/wrong/same.py": wrong.replace("sample, hidden", "sample, hidden, more")}, ["BAD", "more"]),
            ({"solutions/slow/same.py": wrong}, ["BAD", "slow"]),
            ({"solutions/accepted/odd.xyz": "?"}, ["BAD", "odd.xyz"])):
        mljudge("verify", "--seeds", "1", package(changes)).expect(1, *words)
    mljudge("verify", "--seeds", "1", package({path: None for path in TINY if path.startswith("solutions/wrong")})).expect(0)


@case("verify: a folder of packages, unknown names")
def _():
    folder = package()
    mljudge("verify", "--seeds", "1", os.path.dirname(folder)).expect(0, "3 as expected")
    mljudge("verify", "no-such-problem").expect(2)
    mljudge("verify", os.path.join(folder, "tests")).expect(2)


@case("verify: one rule of a shipped reference broken: exit 1, says which test")
def _():
    folder = copy_problem("knn-classify")
    path = os.path.join(folder, json.load(open(os.path.join(folder, "problem.json")))["check"])
    with open(path, encoding="utf-8") as file:
        text = file.read()
    write(path, text + "\n_right = knn_predict\ndef knn_predict(X_train, y_train, X_test, k):\n"
                       "    return _right(X_train, y_train, X_test, min(k, max(1, len(y_train) - 1)))\n")
    run = mljudge("verify", "--seeds", "1", folder).expect(1, os.path.basename(path), "disagrees")
    check("edge/" in run.out + run.err or "sample/" in run.out + run.err or "tie/" in run.out + run.err, "no test is named", run)
