#!/usr/bin/python3 -I
"""Every report format, written from fixed JSON reports: byte for byte as in golden/, and read by somebody else's reader.

    tests/reports/run.py [--binary PATH] [WORD]...      cases whose name contains a WORD
    tests/reports/run.py --update                       writes golden/ anew: look at the difference before you commit it

inputs/NAME.json are reports as `--report json` writes them; build/cc-strict/render makes a format of one.  Then hostile
bytes in every string of them, one live run, and every level of visibility."""
import copy
import glob
import json
import os
import re
import subprocess
import sys
import unicodedata

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "e2e")]

import readers  # noqa: E402
import runner  # noqa: E402
import schema  # noqa: E402
from support import ROOT, SECRET, Settings, case, check, mljudge, source, tiny  # noqa: E402

RENDER = os.path.join(ROOT, "build", "cc-strict", "render")
PATH = "src/solution.py"
TOKEN = re.compile(rb"(?m)^::(stop-commands::)?[0-9a-f]{32}(::)?$")
INPUTS = {os.path.basename(path)[:-5]: json.load(open(path, encoding="utf-8"))
          for path in sorted(glob.glob(os.path.join(HERE, "inputs", "*.json")))}
NO_SCORE = {"gradescope", "classroom"}  # formats that cannot be without one


def rendered(format, document, path=PATH):
    """The report's bytes, or None if the format says that it needs what is not shown."""
    run = subprocess.run([RENDER, format, path], input=json.dumps(document).encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if run.returncode == 3 and document["score"] is None and format in NO_SCORE:
        return None
    check(run.returncode == 0, f"{format}: exit status {run.returncode}, {run.stderr.decode(errors='replace')[:300]}")
    return run.stdout


def plain(data):
    """Without what is new every time."""
    return TOKEN.sub(lambda match: b"::%sTOKEN%s" % (match[1] or b"", match[2] or b""), data)


def golden_path(name, format):
    return os.path.join(HERE, "golden", f"{name}.{format}")


def update():
    for name, document in INPUTS.items():
        for format in readers.READERS:
            data = rendered(format, document)
            if data is not None and format != "json":
                open(golden_path(name, format), "wb").write(plain(data))
    return 0


def agrees(format, found, document):
    """A format tells the same of each case as JSON does, as far as it tells of cases."""
    expected = readers.cases_of(document)
    if format in ("json", "junit", "tap", "csv"):
        check(found == expected, f"{format} has {found}, not {expected}")
    elif format == "markdown":
        bad = {name: outcome for name, outcome in expected.items() if outcome in (readers.FAILED, readers.ERROR)}
        check(found == bad, f"markdown has {found}, not {bad}")
    elif format == "exercism" and document["verdict"] not in ("CE", "JE"):
        tests = {name: readers.ERROR if outcome == readers.SKIPPED else outcome for name, outcome in expected.items()
                 if name != "compile" and (name, outcome) != ("submission", readers.SKIPPED)}
        check(found == tests, f"exercism has {found}, not {tests}")
    elif format in NO_SCORE:
        names = [group["name"] for group in document["groups"]]
        check([name for name in found if name != "compile"] == names, f"{format} has {found}")


@case("golden: every input in every format, read by an independent reader")
def _():
    check(len(INPUTS) >= 7, f"{len(INPUTS)} inputs")
    for name, document in INPUTS.items():
        for format, read in readers.READERS.items():
            data = rendered(format, document)
            if data is None:
                check(not os.path.exists(golden_path(name, format)), f"{name}.{format} was once to be had")
                continue
            if format == "json":
                check(json.loads(data) == document, f"{name}: JSON is not what went in")
            else:
                golden = open(golden_path(name, format), "rb").read()
                check(plain(data) == golden, f"{name}.{format} is not as in golden/:\n{plain(data).decode()[:1500]}")
            agrees(format, read(data), document)


@case("golden: there is a reader for every format the command knows")
def _():
    run = mljudge("judge", tiny(), source("x"), "--report", "no-such-format").expect(2)
    known = set(re.search(r"\(known: ([^)]*)\)", run.err)[1].split(", "))
    check(known - {"html"} == set(readers.READERS), f"formats {known}", run)  # HTML: tests/e2e/html_reader.py


# ---- hostile bytes ----

LONG = "x" * 65536
HOSTILE = {
    "control bytes": "a\x01\x07\x08\x0b\x0c\x1b\x7f\x85\x9b z",
    "terminal": "\x1b[2J\x1b]0;owned\x07",
    "XML": "]]>]]&gt;<![CDATA[<x/>&amp;&#x0;\" '--><!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>&e;",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)></details></td><!-- <a href=\"javascript:x\">y</a>",
    "commands": "::error::pwned\n::stop-commands::x\n\t::set-env name=X::y\n  ::add-mask::a\n##[group]g\n##[error]e\r::warning::w",
    "commands behind": "x\n::error file=a::b\r\n::endgroup::\u2028::error::c\u0085::error::d",
    "percent": "%0A::error::x%25%0D%3A%2C, file=a,line=1::",
    "Markdown": "`a` ``b`` ```c\n```\n~~~\n| x | y |\n|---|---|\n# h\n* i\n[l](http://x.example) ![i](http://x.example) **b** __u__ ~~s~~ <http://x.example>",
    "links": "www.example.com http://example.com a@example.com @somebody #123 ftp://example.com javascript:alert(1)",
    "pipes": "\\| | \\\\| || \\` ` \\",
    "fence": "\n" + "`" * 50 + "\n</details>\n<b>x</b>\n",
    "formula": "=HYPERLINK(\"http://x\")",
    "formula, wide": "\uff1d1+1",
    "formula, tab": "\t=1+1",
    "formula, minus": "-2+3+cmd|' /C calc'!A0",
    "formula, blank": "  @SUM(1)",
    "quotes": "\",\"x\"\r\n\"new\",\"row",
    "TAP": "x # SKIP y\nok 99 - forged\nBail out! x\n1..0\n  ---\n  a: b\n  ...\n\\# TODO \\",
    "YAML": "\"\n  forged: true\n  - !!python/object/apply:os.system [x] {a: &b *b} \\u0000 \\x41",
    "bidi": "\u202eevil\u2066\u2069\u200f\u061c\u200b\ufeff",
    "not a character": "\ufffe\uffff\ufdd0 \U000e0041",
    "empty": "",
    "blanks": "   ",
    "lines": "\n\n\n\r\n\t\n",
    "attachment": "[[ATTACHMENT|/etc/passwd]]",
    "long": LONG,
    "long, and grows": "\x01|<`&" * 13107,
    "one long line of backticks": "`" * 65536,
}
WORDS = {"verdict", "status", "shown", "severity", "tier", "kind", "id", "started_at", "problem_sha256", "submission_sha256"}


def spots(value, path=()):
    """Where strings stand that somebody else chose: not our own words."""
    for key, member in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(member, (dict, list)):
            yield from spots(member, (*path, key))
        elif isinstance(member, str) and key not in WORDS and not (key == "group" or (key == "name" and path[0] == "groups")):
            yield (*path, key)


def replaced(document, where, text):
    changed = copy.deepcopy(document)
    for spot in where:
        place = changed
        for key in spot[:-1]:
            place = place[key]
        place[spot[-1]] = text
    return changed


def harmless(data, name, format):
    """No byte moves a cursor, hides or reorders text."""
    text = data.decode()
    if format == "json":
        return  # as it was given: it is the input
    for char in text.replace("\r\n", "\n") if format == "csv" else text:
        if char in "\n\t":
            continue
        check(unicodedata.category(char) not in ("Cc", "Zl", "Zp", "Cs", "Cf"), f"{name}: U+{ord(char):04X} in {format}")


def attack(name, document, formats=None):
    schema_holds = not schema.complaints(document)
    for format in formats or readers.READERS:
        if format == "json" and not schema_holds:
            continue
        data = rendered(format, document)
        harmless(data, name, format)
        try:
            readers.READERS[format](data)
        except Exception as error:
            raise type(error)(f"{name}, {format}: {error}") from None
        check(len(data) < 20 << 20, f"{name}: {len(data)} bytes of {format}")


@case("hostile: every payload in every string at once, every format")
def _():
    for what, text in HOSTILE.items():
        for name in ("rejected", "compile-error", "inconclusive"):
            document = INPUTS[name]
            some = list(spots(document))
            if len(text) > 10000:  # not 6 MB of it
                some = [spot for spot in some if spot[0] in ("file", "title", "compile") or spot[:2] == ("tests", 0)]
            attack(f"{what} in {name}", replaced(document, some, text))


@case("hostile: every string by itself holds everything")
def _():
    everything = "".join(text for text in HOSTILE.values() if len(text) < 1000)
    for name in ("rejected", "compile-error", "inconclusive"):
        seen = set()
        for spot in spots(INPUTS[name]):
            if spot[-1] in seen:
                continue
            seen.add(spot[-1])
            attack(f"{'/'.join(map(str, spot))} of {name}", replaced(INPUTS[name], [spot], everything))
        check(len(seen) > 10, f"{seen}")


@case("hostile: the path of the submitted file")
def _():
    for what, text in HOSTILE.items():
        path = text.replace("\0", "")[:4000]
        for format in ("junit", "tap", "classroom", "github"):
            data = rendered(format, INPUTS["rejected"], path)
            harmless(data, what, format)
            if format != "github":  # its reader compares the path
                readers.READERS[format](data)
            else:
                check(all(readers.workflow_command(line) for line in data.decode().split("\n") if line.startswith("::")), what)


@case("hostile: many tests, the budgets hold and what is left out is said")
def _():
    document = copy.deepcopy(INPUTS["rejected"])
    pattern = document["tests"][2]
    document["tests"] += [{**pattern, "name": f"edge/{n}", "message": f"wrong value {n} " + "<|&`" * 100} for n in range(10, 1000)]
    attack("many", document)
    text = rendered("markdown", document).decode()
    check("This summary is cut: " in text, "nothing is said of what was left out")
    shown, left = text.count("\n| `edge/"), int(re.search(r"This summary is cut: (\d+) rows", text)[1])
    check(shown + left == 3 + 990, f"{shown} rows shown, {left} left out")
    check(" more messages are in the log)" in rendered("github", document).decode(), "annotations that were left out are not counted")
    twins = copy.deepcopy(INPUTS["rejected"])
    twins["tests"] += [copy.deepcopy(pattern) for _ in range(3)]
    found = readers.read_junit(rendered("junit", twins))
    check({"edge/1", "edge/1 (2)", "edge/1 (3)", "edge/1 (4)"} <= set(found), f"{sorted(found)}")


# ---- reports that are none ----

@case("refused: a report that is none, with the place")
def _():
    good = INPUTS["rejected"]
    bad = {
        "/schema": {**good, "schema": 2},
        "/verdict": {**good, "verdict": "OK"},
        "/max_score": {key: value for key, value in good.items() if key != "max_score"},
        "/tests/1/cpu_ms": replaced(good, [("tests", 1, "cpu_ms")], -1),
        "/tests/2/group": replaced(good, [("tests", 2, "group")], "nobody"),
        "/tests/0/blocked_syscalls": replaced(good, [("tests", 0, "blocked_syscalls")], {}),
        "/groups/1/limits/cpu_ms": replaced(good, [("groups", 1, "limits", "cpu_ms")], 1.5),
        "/groups": {**good, "groups": good["groups"] * 2000},
        "/compile/output": replaced(good, [("compile", "output")], None),
        "/tests/0/spread/cpu_ms": replaced(INPUTS["inconclusive"], [("tests", 0, "spread", "cpu_ms")], [1.0]),
        "/tests/0/spread/wall_ms": replaced(INPUTS["inconclusive"], [("tests", 0, "spread", "wall_ms")], [1.0, -1]),
        "/tests/0/notes/0": replaced(INPUTS["inconclusive"], [("tests", 0, "notes", 0)], 1),
        "/visibility/shown": replaced(good, [("visibility", "shown")], "everything"),
    }
    for place, document in bad.items():
        run = subprocess.run([RENDER, "text"], input=json.dumps(document).encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        check(run.returncode == 3 and f"report.json: {place}: " in run.stderr.decode() and not run.stdout, f"{place}: {run.stderr}")
        # No schema can say that a name is among others, and how much we read is our affair.
        check(place in ("/tests/2/group", "/groups") or schema.complaints(document), f"{place}: the JSON Schema takes it")
    text = json.dumps({**good, "of tomorrow": {"a": [1]}})
    check(json.loads(rendered("json", json.loads(text)))["of tomorrow"] == {"a": [1]}, "an unknown field is lost")


# ---- live ----

SUBMISSION = "import sys\ndef twice(x):\n    print('::error::forged', '<b>|`')\n    if len(x) == 3:\n        raise ValueError('=1+1 %r' % float(x[0]))\n    return [2 * v for v in x]\n"


def live(*options, code=1):
    formats = list(readers.READERS)
    paths = {format: os.path.join(Settings.temp, f"live.{format}") for format in formats}
    asked = [option for format in formats for option in ("--report", f"{format}={paths[format]}")]
    submission = source(SUBMISSION)
    run = mljudge("judge", *options, *asked, tiny(), submission).expect(code)
    return {format: open(path, "rb").read() for format, path in paths.items()}, run, submission


@case("live: one run in every format")
def _():
    if os.geteuid() != 0:
        return
    for options in ((), ("--reveal",)):
        out, _run, submission = live(*options)
        document = json.loads(out["json"])
        test = next(test for test in document["tests"] if test["name"].startswith("hidden/1"))
        check(test["verdict"] == "RTE" and test["line"] == 5, f"{test}")
        for format, data in out.items():
            found = readers.read_github(data, submission) if format == "github" else readers.READERS[format](data)
            agrees(format, found, document)
            check((SECRET.encode() in data or format in ("classroom",)) == ("--reveal" in options) or format in NO_SCORE,
                  f"{format} {options}: {data[:2000]!r}")


@case("live: several FILEs: a file each where the format is one document, one heading where it is rows")
def _():
    if os.geteuid() != 0:
        return
    files = [source(SUBMISSION), source("def twice(x):\n    return [2 * v for v in x]  # right\n")]
    run = mljudge("judge", "--report", "junit", tiny(), *files).expect(2, "--report junit is one document", "%n")
    check(run.out == "", "a report all the same", run)
    run = mljudge("judge", "--report", f"junit={Settings.temp}/of-%n.xml", "--report", f"csv={Settings.temp}/both.csv",
                  "--report", "csv", tiny(), *files).expect(1)
    found = [readers.read_junit(open(f"{Settings.temp}/of-{number}.xml", "rb").read()) for number in (1, 2)]
    check(found[0]["hidden/1"] == readers.FAILED and set(found[1].values()) == {readers.PASSED}, f"{found}", run)
    for data in (open(f"{Settings.temp}/both.csv", "rb").read(), run.out_bytes):
        rows = data.decode().split("\r\n")
        check(sum(row.startswith("problem,") for row in rows) == 1, "not one heading", run)
        check(len(rows) == 1 + 2 * len(found[1]) + 1, f"{len(rows)} rows", run)
        readers.read_csv(data)
    mljudge("judge", "--report", f"junit={Settings.temp}/none/%n.xml", tiny(), files[0]).expect(3, "none/%n.xml")
    mljudge("judge", "--show", "verdict", "--report", "gradescope", tiny(), files[0]).expect(3, "needs the score")


@case("live: each level shows what it says and no more, in every format")
def _():
    if os.geteuid() != 0:
        return
    wrong = source("def twice(x):\n    return [2 * v for v in x] if len(x) == 2 else 1 / 0\n")
    right = source("def twice(x):\n    return [2 * number for number in x]\n")
    formats = [format for format in readers.READERS if format not in NO_SCORE]
    for level, words, never in (("nothing", (), ("RTE", "run-time", "hidden/", "more", "ZeroDivision")),
                                ("verdict", ("run-time",), ("hidden/", '"more"', "ZeroDivision")),
                                ("group", ("run-time", "more"), ("hidden/", "ZeroDivision")),
                                ("kind", ("run-time", "more", "hidden/1"), ())):
        asked = [option for format in formats for option in ("--report", f"{format}={Settings.temp}/level.{format}")]
        run = mljudge("judge", "--show", level, *asked, tiny(), wrong).expect(0 if level == "nothing" else 1)
        for format in formats:
            data = open(f"{Settings.temp}/level.{format}", encoding="utf-8", newline="").read()
            readers.READERS[format](data.encode()) if format != "github" else readers.read_github(data.encode(), wrong)
            text = data.replace("hidden_tests_show", "").replace("more messages", "").replace("more bytes", "")
            text = text.replace("the hidden tests are not shown", "")
            for word in never:
                check(word not in text, f"{format} at {level} says {word!r}: {text[:1500]}", run)
        document = json.load(open(f"{Settings.temp}/level.json", encoding="utf-8"))
        check(document["visibility"] == {"shown": level, "policy": level, "tries": None}, f"{document['visibility']}")
        check((document["stopped_at_first_failure"] is None) == (document["inconclusive"] is None) == (level == "nothing"), f"{level}", run)
        check((document["score_undecided"] is None) == (document["score"] is None), f"{level}: {document['score_undecided']}", run)
        shown = open(f"{Settings.temp}/level.text", encoding="utf-8").read() + open(f"{Settings.temp}/level.csv", encoding="utf-8").read()
        for word in words:
            check(word in shown, f"{word!r} is not shown at {level}: {shown}", run)
    # What differs behind the curtain cannot be told apart.
    texts = [re.sub(r" *[\d.]+ (ms|MiB|of \d+ (ms|MiB))", "", mljudge("judge", "--show", "nothing", tiny(), one).expect(0).out) for one in (wrong, right)]
    check(texts[0] == texts[1] and "sample/1" in texts[0], f"{texts}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--update"]:
        sys.exit(update())
    sys.exit(runner.main(sys.argv[1:], needs_root=False))
