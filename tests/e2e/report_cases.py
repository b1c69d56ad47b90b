"""`mljudge report`, `judge --sign`, and the HTML report as an independent reader sees it."""
import glob
import json
import os
import re
import stat
import tempfile

import html_reader
from support import ROOT, SECRET, Settings, case, check, clean_environment, mljudge, source, tiny, work_dir, write

CORPUS = os.path.join(ROOT, "tests/fuzz/corpus/report_read")
MARKUP = "</pre></td></table><script>alert(1)</script><img src=https://evil.example/x onerror=y>&amp;'\""
RIGHT = "def twice(x):\n    return 2 * x\n"
_made = {}


def made(name, text, *options):
    """The path of a JSON report of this source, judged once."""
    if name not in _made:
        path = os.path.join(work_dir(), name + ".json")
        mljudge("judge", tiny(), source(text), "--report", "json=" + path, *options)
        _made[name] = path
    return _made[name]


def render(path, *options, code=0):
    return mljudge("report", "render", path, *options).expect(code)


def page_of(path):
    run = render(path, "--report", "html")
    found = html_reader.faults(run.out)
    check(not found, f"the page of {path}: {found[:5]}", run)
    return html_reader.Page(run.out)


@case("html: a page that an independent reader finds nothing wrong with: accepted, wrong, does not compile")
def _():
    page = page_of(made("right", RIGHT))
    check("AC accepted" in page.text() and "100 of 100 points" in page.text(), "no result")
    check(page.count("svg") == 3, f"{page.count('svg')} plots")
    page = page_of(made("wrong", "def twice(x):\n    return x\n"))
    check("WA wrong answer" in page.text() and "wrong value" in page.text(), "no reason")
    check(SECRET not in page.text(), "a hidden value is shown")
    page = page_of(made("broken", "def twice(x:\n"))
    check("CE does not compile" in page.text() and page.count("svg") == 0, "what ran?")


@case("html: hostile bytes in output, exception and names are text, and only text")
def _():
    text = f"import sys\ndef twice(x):\n    print({MARKUP!r}, '\\x1b[2J\\u202e\\x00')\n    print({MARKUP!r}, file=sys.stderr)\n" \
           f"    raise ValueError({MARKUP!r})\n"
    page = page_of(made("hostile", text, "--reveal"))
    check(page.text().count(MARKUP) >= 3, "what the candidate wrote is not shown as it is")
    check("\\x1b[2J\\u202e" in page.text(), "control characters are not made visible")


@case("html: every report of the fuzzer's corpus and of tests/reports becomes a sound page or a clear refusal")
def _():
    n_pages = 0
    reports = [*glob.glob(os.path.join(CORPUS, "*")), *glob.glob(os.path.join(ROOT, "tests/reports/inputs/*.json"))]
    for path in sorted(reports):
        run = mljudge("report", "render", path, "--report", "html")
        if run.code == 3:
            run.expect(3, "is no report")
            continue
        found = html_reader.faults(run.expect(0).out)
        check(not found, f"the page of {path}: {found[:5]}")
        n_pages += 1
    check(n_pages >= 12, f"only {n_pages} pages")


@case("html: many tests and groups are drawn by group, and everything is in the tables")
def _():
    report = json.load(open(made("right", RIGHT), encoding="utf-8"))
    group, test = report["groups"][-1], report["tests"][-1]
    report["groups"] = [{**group, "name": f"g{i}"} for i in range(300)]
    report["tests"] = [{**test, "name": f"g{i % 300}/{i}", "group": f"g{i % 300}"} for i in range(3000)]
    page = page_of(write(os.path.join(work_dir(), "many.json"), json.dumps(report)))
    rows = sum(tag == "tr" for tag, _ in page.elements)
    check(rows >= 3000 + 300, f"{rows} rows")
    check(page.count("circle") + page.count("rect") < 200, "too much is drawn")


@case("report render: the same bytes as judge writes itself, text without being asked")
def _():
    path = made("right", RIGHT)
    page = os.path.join(work_dir(), "own.html")
    own = os.path.join(work_dir(), "own.json")
    run = mljudge("judge", tiny(), source(RIGHT), "--report", "html=" + page, "--report", "json=" + own).expect(0)
    check(render(own, "--report", "html").out == open(page, encoding="utf-8").read(), "another page")
    check(render(own).out == run.out, "another text")
    check(json.loads(render(path, "--report", "json").out) == json.load(open(path, encoding="utf-8")), "another report")


@case("report render --scale: time over n is drawn, with what it shows and the numbers")
def _():
    path, scale = made("right", RIGHT), os.path.join(work_dir(), "grown.json")
    series = {"file": "x.py", "language": "python", "time": {"text": "n (98 %)"}, "memory": {"text": "cannot tell"},
              "sizes": [{"n": 1000 * 2 ** i, "cpu_ms": 2.0 * 2 ** i, "memory_bytes": 2 ** 20} for i in range(5)]}
    write(scale, json.dumps({"kind": "scale", "n": "rows", "method": "m", "solution": series, "reference": series}))
    run = render(path, "--scale", scale, "--report", "html")
    found = html_reader.faults(run.out)
    page = html_reader.Page(run.out)
    check(not found and page.count("svg") == 4, f"{found}, {page.count('svg')} plots")
    check("n (98 %)" in page.text() and "16000" in page.text() and "32.00" in page.text(), "what it shows is not said")
    check(json.loads(render(path, "--scale", scale, "--report", "json").out)["scale"]["n"] == "rows", "not in the JSON")
    mljudge("report", "render", path, "--scale", path).expect(3, "is not what mljudge scale --json writes")
    mljudge("report", "verify", path, "--scale", scale).expect(2, "verify takes no --scale")


@case("report: files that are none, and command lines that are none")
def _():
    broken = write(os.path.join(work_dir(), "broken.json"), '{"schema": 1,\n "tool": }')
    mljudge("report", "render", broken).expect(3, "broken.json:2:", "is no report")
    mljudge("report", "verify", write(os.path.join(work_dir(), "list.json"), "[]")).expect(3, "list.json", "is no report")
    mljudge("report", "compare", broken, broken).expect(3)
    mljudge("report", "render", "/nowhere/x.json").expect(3, "No such file")
    mljudge("report", "render", work_dir()).expect(3, "not a regular file")
    for words in (["report"], ["report", "mend", "x"], ["report", "render"], ["report", "compare", "a"], ["report", "verify", "a", "b"],
                  ["report", "render", "a", "--key", "00"], ["report", "verify", "a", "--all"], ["report", "keygen"]):
        mljudge(*words).expect(2, "usage: mljudge report")
    mljudge("report", "render", made("right", RIGHT), "--report", "htlm").expect(2, "html")
    mljudge("report", "verify", made("right", RIGHT), "--key", "/nowhere/key.pub").expect(2, "/nowhere/key.pub")


def key():
    path = os.path.join(work_dir(), "key")
    if not os.path.exists(path):
        mljudge("report", "keygen", path).expect(0, "public key")
    return path


@case("report keygen: 0600, and nothing is overwritten")
def _():
    path = key()
    check(stat.S_IMODE(os.stat(path).st_mode) == 0o600, "others can read the key")
    before = open(path, encoding="ascii").read(), open(path + ".pub", encoding="ascii").read()
    mljudge("report", "keygen", path).expect(3, "is not overwritten")
    check(before == (open(path, encoding="ascii").read(), open(path + ".pub", encoding="ascii").read()), "a key was overwritten")
    check(before[0].split()[1] not in before[1], "the public file holds the secret")


@case("report verify: genuine, changed and by what, unsigned, another key")
def _():
    path = made("signed", RIGHT, "--sign", key())
    report = json.load(open(path, encoding="utf-8"))
    check(open(key(), encoding="ascii").read().split()[1] not in json.dumps(report), "the secret key is in the report")
    mljudge("report", "verify", path).expect(0, "genuine", report["signature"]["public_key"])
    mljudge("report", "verify", path, "--key", key() + ".pub").expect(0, "genuine")
    mljudge("report", "verify", path, "--key", report["signature"]["public_key"]).expect(0, "genuine")
    mljudge("report", "verify", path, "--key", "0" * 64).expect(1, "another key")
    mljudge("report", "verify", made("right", RIGHT)).expect(1, "not signed")
    forged = json.loads(json.dumps(report))
    forged["tests"][1]["verdict"] = "RTE"
    forged["bonus"] = 5
    forged["score"] = 99
    run = mljudge("report", "verify", write(os.path.join(work_dir(), "forged.json"), json.dumps(forged)))
    run.expect(1, "changed", "score: changed", "bonus: added", "tests[1]: changed (" + report["tests"][1]["name"] + ")")
    check("verdict" not in run.out and "tests[0]" not in run.out, "more is named than was changed", run)
    page = page_of(path)
    check(report["signature"]["public_key"] in page.text(), "the page does not name the key")


@case("judge --sign: a key that others can read is warned of, one that is none is refused before anything runs")
def _():
    copy = write(os.path.join(work_dir(), "open-key"), open(key(), encoding="ascii").read())
    os.chmod(copy, 0o644)
    mljudge("judge", tiny(), source(RIGHT), "--sign", copy).expect(0, stderr=["chmod 600"])
    mljudge("judge", tiny(), source(RIGHT), "--sign", key() + ".pub").expect(2, "no key", "keygen")


@case("report compare: what differs is said first; verdicts that do make it exit 1")
def _():
    right, wrong = made("right", RIGHT), made("wrong", "def twice(x):\n    return x\n")
    run = mljudge("report", "compare", right, wrong).expect(1, "AC", "WA", "hidden/1", "100/100", "0/100")
    check("other" not in run.out, "they differ in nothing else", run)
    mljudge("report", "compare", right, right).expect(0, "same submission")
    other = json.load(open(right, encoding="utf-8"))
    other["machine"]["cpu"], other["seed"]["id"], other["problem_version"] = "Z80 \x1b[2J", "f" * 16, 2
    path = write(os.path.join(work_dir(), "other.json"), json.dumps(other))
    run = mljudge("report", "compare", right, path).expect(0, "other processor", "times cannot be compared", "other seed",
                                                           "other version of the problem: 1 | 2", "\\x1b[2J")
    check(run.out.index("other processor") < run.out.index("result"), "it is not said first", run)
    check("tests that differ" in run.out and "tests" in mljudge("report", "compare", right, path, "--all").out, "no tests")


@case("report: on GitHub the file is named as from the repository's folder, wherever FILE was typed")
def _():
    folder = os.path.realpath(tempfile.mkdtemp(dir=Settings.temp))
    os.makedirs(os.path.join(folder, "week 1", "deep"))
    path = os.path.join(folder, "week 1", "a.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write("def twice(x):\n    raise ValueError(1)\n")
    os.symlink("/", os.path.join(folder, "root"))
    os.symlink(os.path.join(folder, "week 1", "deep"), os.path.join(folder, "link"))
    elsewhere = source("def twice(x):\n    raise ValueError(1)\n")
    beneath = os.path.join(folder, "week 1")
    for workspace, here, typed, named in (
            (folder, folder, path, "week 1/a.py"),
            (folder + "//./", beneath, "a.py", "week 1/a.py"),
            (folder, os.path.join(beneath, "deep"), "../a.py", "week 1/a.py"),
            (folder, folder, "link/../a.py", "a.py"),  # by the names: no link is followed
            (folder, folder, f"{folder}/root{path}", f"root{path}"),
            (folder, folder, elsewhere, elsewhere),
            (folder + "/week", folder, path, path),
            (beneath, folder, path, "a.py"),
            ("/", folder, path, path[1:]),
            ("week 1", folder, "week 1/a.py", "week 1/a.py"),
            ("", beneath, "./a.py", "./a.py"),
            (None, folder, path, path)):
        environment = clean_environment(GITHUB_WORKSPACE=workspace)
        run = mljudge("judge", tiny(), typed, "--report", "github", env=environment, cwd=here).expect(1)
        files = re.findall(r"(?m)^::error file=([^,]*),", run.out)
        check(files and set(files) == {named}, f"{typed} in {workspace} is named {files}, not {named}", run)
