"""The inner loop: run with everything shown, own inputs, --watch; several files beside each other."""
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import termios
import time

from support import SECRET, Settings, case, check, clean_environment, mljudge, no_trace, package, problem_json, source, start, tiny, write

RIGHT = "def twice(x):\n    return x * 2\n"
LAST = "def twice(x):\n    y = x * 2\n    if len(y):\n        y[-1] += 1\n    return y\n"


@case("run: input, expected, what came back, and the first difference with what stands around it")
def _():
    run = mljudge("run", tiny(), source(LAST)).expect(1)
    for line in (r"input +x = \[1, 2\.5\]", r"expected +\[2, 5\]", r"got +\[2, 6\]", r"differs +expected +2 +>5<", r"got +2 +>6<"):
        check(re.search(rf"^ +{line}$", run.out, re.M), f"no line {line}", run)
    run = mljudge("run", tiny(), source(RIGHT)).expect(0, "input     x = [1, 2.5]", "returned  [2, 5]")
    check("expected " not in run.out and "differs" not in run.out, "a right answer is explained", run)
    run = mljudge("judge", tiny(), source(RIGHT)).expect(0)
    check("input " not in run.out, "judge shows the values of accepted samples", run)


@case("run: every sample runs, whatever the first one's verdict")
def _():
    folder = package({"tests/sample/2.json": '{"args": {"x": []}, "expected": []}'})
    run = mljudge("run", folder, source("def twice(x):\n    return x\n"), "--report", "json").expect(1)
    check([test["verdict"] for test in run.json()["tests"]] == ["WA", "AC"], "not both", run)


@case("run: big values are shortened; hostile strings are escaped")
def _():
    numbers = json.dumps(list(range(1000)))
    folder = package({"tests/sample/1.json": '{"args": {"x": %s}, "expected": %s}' % (numbers, numbers)})
    run = mljudge("run", folder, source(RIGHT)).expect(1, "[0, 1, 2, 3, 4, 5, 6, 7, ..., 997, 998, 999]  (float array of shape (1000,))",
                                                       ">1<", ">2<")
    check(len(run.out) < 3000, "not short", run)


@case("judge: values of hidden tests are in no report without --reveal")
def _():
    hidden = source("def twice(x):\n    return x if len(x) == 3 else 2 * x\n")
    for options in ([], ["--report", "json"]):
        run = mljudge("judge", tiny(), hidden, *options).expect(1)
        check(SECRET not in run.out + run.err and "got " not in run.out, "a hidden value", run)
    mljudge("judge", tiny(), hidden, "--reveal").expect(1, SECRET, "got ")


@case("run --args: an own input, with and without an expected answer")
def _():
    own = source('{"args": {"x": [3, 4]}}', "own.json")
    run = mljudge("run", tiny(), source(RIGHT), "--args", own).expect(0, "x = [3, 4]", "returned  [6, 8]", "nothing was compared")
    check("sample/1" not in run.out, "the samples ran, too", run)
    run = mljudge("run", tiny(), source(RIGHT), "--args", own, "--report", "json").expect(0)
    check(run.json()["compared"] is False and run.json()["max_score"] == 0, "a score", run)
    own = source('{"args": {"x": [3, 4]}, "expected": [6, 9], "note": "mine"}', "own.json")
    mljudge("run", tiny(), source(RIGHT), "--args", own).expect(1, "expected  [6, 9]", "got       [6, 8]", ">9<")
    own = source('{"args": {"x": {"$file": "x.csv"}}}', "own.json")
    mljudge("run", tiny(), source(RIGHT), "--args", own).expect(2, "own.json:1:")


@case("run --args: mistakes are told with file, line and column: exit 2")
def _():
    for text, place in (('{"args":\n {"x": [1, "a"]}}', ":2:12"), ('{"args": {"x": [1]}, "expcted": []}', ":1:"), ('{"args": {}}', ":1:"),
                        ("{", ":1:"), ('{"args": {"x": [1]},\n "expected": "no"}', ":2:")):
        mljudge("run", tiny(), source(RIGHT), "--args", source(text, "own.json")).expect(2, "own.json" + place).one_line()
    mljudge("run", tiny(), source(RIGHT), "--args", "/nowhere/own.json").expect(2).one_line()


@case("run --args: a class")
def _():
    own = source('{"calls": [["__init__", {"capacity": 1}], ["put", {"key": "a", "value": [2.5]}], ["get", {"key": "a"}]]}', "own.json")
    folder = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "packages", "lru-cache")
    solution = os.path.join(folder, "solutions", "accepted")
    file = next(name for name in sorted(os.listdir(solution)) if name.endswith(".py"))
    mljudge("run", folder, os.path.join(solution, file), "--args", own).expect(0, '"capacity": 1', "returned  [null, null, [2.5]]")


def read_until(file, word, timeout_s=20):
    """What a descriptor gives until `word` came."""
    text, deadline = "", time.monotonic() + timeout_s
    while word not in text:
        left = deadline - time.monotonic()
        check(left > 0 and select.select([file], [], [], left)[0], f"{word!r} did not come:\n{text}")
        text += os.read(file, 65536).decode("utf-8", "backslashreplace")
    return text


@case("run --watch: again when the file is written, and when another is put in its place; SIGINT: 130, nothing left")
def _():
    file = source("def twice(x):\n    return x\n")
    process = start("run", tiny(), file, "--watch")
    out = process.stdout.fileno()
    text = read_until(out, "waiting until")
    check("WA wrong answer" in text and "\033" not in text, f"no plain first run:\n{text}")
    write(file, RIGHT)
    check("AC accepted" in read_until(out, "waiting until"), "not run again")
    write(file + ".new", "def twice(x:\n")
    os.rename(file + ".new", file)
    check("CE does not compile" in read_until(out, "waiting until"), "not run again after a rename")
    write(os.path.join(os.path.dirname(file), "other.py"), "")
    os.unlink(file)
    check(not select.select([out], [], [], 0.5)[0], "run again for another file")
    write(file, RIGHT)
    check("AC accepted" in read_until(out, "waiting until"), "not run again")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    check(process.returncode == 130 and b"interrupted" in err, f"exit {process.returncode}: {err}")
    no_trace(process.pid)


@case("run --watch: what cannot be watched: exit 2")
def _():
    mljudge("run", tiny(), "-", "--watch").expect(2)
    mljudge("run", tiny(), source(""), source(""), "--watch").expect(2)
    mljudge("run", tiny(), "/nowhere/x.py", "--watch").expect(2)


@case("judge: several files: a table, the fastest, where they differ")
def _():
    run = mljudge("judge", tiny(), source(RIGHT, "a.py"), source(LAST, "b.py"), source("def twice(x):\n    return 2 * x\n", "c.py")).expect(1)
    table = run.out[run.out.index("language"):]
    check(table.count("fastest") <= 1 and re.search(r"^\[2\] b\.py +python +WA +40/100", table, re.M), "no table", run)
    check(re.search(r"^sample +AC +WA +AC +first at sample/1$", table, re.M), "no difference", run)
    run = mljudge("judge", tiny(), source(RIGHT, "a.py"), source(LAST, "b.py"), "--report", "json").expect(1)
    check(all(json.loads(line) for line in run.out.splitlines()) and run.out.count("\n") == 2, "not two reports", run)


def on_terminal(*arguments, columns, stream="stderr", **options):
    """What a terminal gets from a stream."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = start(*arguments, **{stream: slave}, **options)
    os.close(slave)
    text = b""
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:
            break
        if not chunk:
            break
        text += chunk
    process.communicate(timeout=60)
    os.close(master)
    return text.decode("utf-8", "backslashreplace")


@case("judge: the bar on a terminal is never wider than it, and is taken back")
def _():
    generated = json.loads(problem_json())
    generated["groups"][1]["generated"] = 5
    folder = package({"problem.json": json.dumps(generated)})
    file = source("import time\ndef twice(x):\n    time.sleep(0.06)\n    return x * 2\n")  # what is over at once has no bar
    for columns in (40, 100):
        text = on_terminal("judge", folder, file, columns=columns)
        lines = [line.replace("\033[K", "") for line in text.split("\r")]
        check(any("#" in line for line in lines), f"no bar: {text!r}")
        check(all(len(line) < columns for line in lines), f"too wide for {columns}: {text!r}")
        check(lines[-1] == "", f"the bar stays: {text!r}")


@case("show: the statement is laid out; on a terminal with emphasis and no wider than it")
def _():
    text = "# Two $x_1$\n\n| a | b |\n|---|--:|\n| `c` | $\\\\le 10^{-3}$ |\n\nSome **bold** words that go on and on and on, further than any narrow terminal is wide.\n"
    folder = package({"statement.md": text.replace("\\\\", "\\")})
    plain = mljudge("show", folder).expect(0, "# Two x₁\n", "`c`  ≤ 10⁻³\n", "Some bold words")
    check("\033" not in plain.out and "**" not in plain.out, "not plain", plain)
    seen = on_terminal("show", folder, columns=60, stream="stdout", env=clean_environment(NO_COLOR=None))
    check("\033[1mbold\033[22m" in seen and "\033[36mc\033[39m" in seen, f"no emphasis: {seen!r}")
    lines = re.sub(r"\033\[[0-9;]*m", "", seen.split("Signature")[0]).splitlines()
    check(all(len(line) <= 60 for line in lines), f"too wide: {lines}")


def lines_on_terminal(columns, *arguments):
    text = on_terminal(*arguments, columns=columns, stream="stdout", env=clean_environment(NO_COLOR="1", TERM="dumb"))
    return text.replace("\r\n", "\n").split("\n")


@case("on a terminal of any width lines of ours are broken between words, and a pipe gets them whole")
def _():
    long = source("def twice(x):\n    raise ValueError('some words of a message that is as long as a message may be and no longer')\n")
    commands = (("list",), ("show", "knn-classify"), ("help",), ("judge", "--help"), ("run", tiny(), long))
    values = re.compile(r"^ +(\||input|expected|args|calls|knn_predict|X_)|^ {16}")  # arrays, what it printed, code
    for columns in (60, 80, 200):
        for command in commands:
            lines = lines_on_terminal(columns, *command)
            wide = [line for line in lines if len(line) > columns and not values.match(line)]
            check(len(lines) > 4 and not wide, f"{command} on {columns} columns: {wide}")
    whole = mljudge("run", tiny(), long).expect(1).out
    check("ms      0.0 MiB  ValueError, line 2: some words" in re.sub(r"\d\.\d MiB", "0.0 MiB", whole) and "no longer\n" in whole, whole)
    narrow = lines_on_terminal(60, "run", tiny(), long)
    check("      ValueError, line 2: some words of a message that is as" in narrow, f"{narrow}")
    check([line.split()[0] for line in mljudge("list").expect(0).out.splitlines()] ==
          [line.split()[0] for line in lines_on_terminal(60, "list") if line and line[0] != " "], "not the same problems")


@case("show: a sample's note is whole, whatever its length")
def _():
    note = "word " * 60
    folder = package({"tests/sample/1.json": json.dumps({"note": note + "end", "args": {"x": [1]}, "expected": [2]})})
    run = mljudge("show", folder).expect(0)
    check((note + "end").split() == run.out.split("sample/1: ")[1].split("args")[0].split(), "the note", run)


@case("run: what does not load is said without values, an equal traceback once")
def _():
    folder = package({"tests/sample/2.json": '{"args": {"x": [7]}, "expected": [14]}'})
    run = mljudge("run", folder, source("twice = 3 # no function\n")).expect(1, "CE")
    check("input" not in run.out and "expected" not in run.out and run.out.count("\n  CE ") == 2, "values", run)
    run = mljudge("run", folder, source("def twice(x):\n    raise KeyError(5)\n")).expect(1, "standard error: the same as above")
    check(run.out.count("Traceback") == 1 and run.out.count("input ") == 2, "twice", run)
    run = mljudge("run", folder, source("def twice(x):\n    raise KeyError(len(x))\n")).expect(1)
    check(run.out.count("Traceback") == 2 and "same as" not in run.out, "not equal", run)


@case("start: what to type next is what was typed, with --lang only where the file does not tell")
def _():
    for language, tail in (("python", ""), ("pypure", " --lang pypure"), ("c", "")):
        run = mljudge("start", "knn-classify", "--lang", language, "next-" + language).expect(0)
        name = "solution.c" if language == "c" else "solution.py"
        check(re.search(rf"^  \S*mljudge run knn-classify next-{language}/{name}{tail} +\(samples\)$", run.out, re.M), "what is next", run)
        typed = re.search(r"^  (\S*mljudge) judge", run.out, re.M)[1]
        check(typed == Settings.binary, f"{typed} was not typed")
