"""Each report format read by somebody else: a reader that knows the format and not us.  Each takes the bytes of a report,
fails if they are not of the format, or if something in them does what only we may do, and returns what it found as
{name of a case: verdict word or outcome}, so that formats can be compared."""
import base64
import csv
import io
import json
import re
import subprocess
import xml.etree.ElementTree
from html.parser import HTMLParser

import lxml.etree
import yaml

from support import check, valid

PASSED, FAILED, ERROR, SKIPPED = "passed", "failed", "error", "skipped"
OUTCOMES = {"AC": PASSED, "JE": ERROR, None: SKIPPED}
SUMMARY_MAX = 1024 * 1024  # of a job: actions/runner, FileCommandManager


def read_json(data):
    document = json.loads(data)
    return cases_of(valid(document))


def cases_of(document):
    """The cases that a report of this JSON must have, in every format."""
    found = {}
    if document["compile"]["verdict"]:
        found["compile"] = OUTCOMES.get(document["compile"]["verdict"], FAILED)
    for test in document["tests"]:
        known = {"skipped": SKIPPED, "inconclusive": ERROR}.get(test["status"])
        found[test["name"]] = known or OUTCOMES.get(test["verdict"], FAILED)
    told = {test["group"] for test in document["tests"]}
    for group in document["groups"]:
        if group["name"] not in told:
            found[group["name"]] = ERROR if group.get("inconclusive") else OUTCOMES.get(group["verdict"], FAILED)
    if document["visibility"]["shown"] in ("nothing", "verdict"):
        found["submission"] = ERROR if document.get("inconclusive") else OUTCOMES.get(document["verdict"], FAILED)
    return found


def read_junit(data):
    check(lxml.etree.fromstring(data, lxml.etree.XMLParser(resolve_entities=False, huge_tree=True)).tag == "testsuites", "lxml")
    root = xml.etree.ElementTree.fromstring(data)
    check(b"<!DOCTYPE" not in data and b"<![CDATA[" not in data, "a document type, or CDATA")
    found, names = {}, set()
    totals = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for suite in root:
        check(suite.tag == "testsuite" and suite.get("name") and suite.get("file"), f"{suite.tag} {suite.attrib}")
        for one in suite.iter("testcase"):
            key = (one.get("classname"), one.get("name"))
            check(all(key) and key not in names, f"{key} is there twice")
            names.add(key)
            check(one.get("file") and int(one.get("line")) >= 1 and float(one.get("time")) >= 0, f"{one.attrib}")
            results = [child for child in one if child.tag in ("failure", "error", "skipped")]
            check(len(results) <= 1 and {child.tag for child in one} <= {"failure", "error", "skipped", "properties", "system-out", "system-err"}, f"{key}")
            for result in results:
                check(result.get("message"), f"{key}: {result.tag} without a message")
                check(result.tag == "skipped" or (result.get("type") and result.text), f"{key}: no type, or no text")
                totals[{"failure": "failures", "error": "errors"}.get(result.tag, result.tag)] += 1
            for output in one.iter("system-out"):
                check("[[ATTACHMENT|" not in output.text, f"{key}: an attachment to GitLab")
            totals["tests"] += 1
            tag = results[0].tag if results else None
            found[one.get("name")] = {"failure": FAILED, "error": ERROR, "skipped": SKIPPED, None: PASSED}[tag]
        for name in totals:
            check(int(suite.get(name)) >= 0, f"{name} of {suite.get('name')}")
    for name, total in totals.items():
        check(int(root.get(name)) == total == sum(int(suite.get(name)) for suite in root), f"{name}: {root.get(name)}, not {total}")
    return found


class Html(HTMLParser):
    """What a rendered summary is made of."""
    ALLOWED = {"h3": (), "p": (), "br": (), "code": ("class",), "pre": ("lang",), "table": (), "thead": (), "tbody": (), "tr": (),
               "th": ("align",), "td": ("align",), "details": (), "summary": (), "blockquote": ()}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.rows, self.text = [], [], ""

    def handle_starttag(self, tag, attributes):
        check(tag in self.ALLOWED, f"markup: <{tag}> {attributes}")
        check(all(name in self.ALLOWED[tag] for name, _ in attributes), f"markup: <{tag}> {attributes}")
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, text):
        self.text += text
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += text

    def handle_comment(self, text):
        check(text == " ", f"a comment: {text!r}")

    def handle_decl(self, text):
        check(False, f"a declaration: {text!r}")

    handle_pi = unknown_decl = handle_decl


def read_markdown(data):
    check(len(data) < SUMMARY_MAX // 2, f"{len(data)} bytes")
    render = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough", "-e", "tasklist"],
                            input=data, stdout=subprocess.PIPE, check=True)
    html = Html()
    html.feed(render.stdout.decode())
    check(html.tags.count("h3") == 1, f"{html.tags.count('h3')} headings")
    found = {}
    for row in html.rows:
        check(len(row) in (5, 6), f"a row of {len(row)} cells: {row}")
        row = [cell.strip() for cell in row]
        if len(row) == 5 and row[0] != "not accepted":
            found[row[0]] = ERROR if row[1] in ("JE", "inconclusive") else FAILED
    return found


COMMANDS = {"error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "add-matcher", "remove-matcher", "echo",
            "stop-commands", "set-output", "save-state", "set-env", "add-path", "internal-set-repo-path"}


def workflow_command(line):
    """As the runner reads a line of a step's output: (name, properties, data), or None.  Both syntaxes."""
    text = line.strip()
    if text.startswith("::"):
        match = re.match(r"::([^\s:]+)(?:\s+(.*?))?::(.*)$", text, re.DOTALL)
        if match:
            return match[1], dict(pair.split("=", 1) for pair in (match[2] or "").split(",") if "=" in pair), match[3]
    match = re.search(r"##\[([^\]\s]+)(?:\s+([^\]]*))?\](.*)$", line, re.DOTALL)
    return (match[1], {}, match[3]) if match else None


def decoded(text, more=()):
    for code, char in (*more, ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, char)
    return text


def read_github(data, path="src/solution.py"):
    stopped, found, counts, notices = None, {}, {}, 0
    for line in re.split("\r\n|\n|\r|\u0085|\u2028|\u2029", data.decode()):
        command = workflow_command(line)
        if stopped:
            if command and command[0] == stopped:
                stopped = None
            else:  # safe even if the runner forgot that it was told to stop
                check(not command, f"a command in the log: {line[:200]!r}")
            continue
        check(command, f"no command, and not in the log: {line[:200]!r}") if line else None
        if not command:
            continue
        name, properties, message = command
        check(name in COMMANDS, f"unknown command {name}")
        if name == "stop-commands":
            check(re.fullmatch("[0-9a-f]{32}", message), f"token {message!r}")
            stopped = message
            continue
        check(name in ("error", "warning", "notice"), f"a command of somebody else: {line[:200]!r}")
        check(set(properties) <= {"file", "line", "col", "title"}, f"properties {properties}")
        check("file" not in properties or decoded(properties["file"], (("%3A", ":"), ("%2C", ","))) == path, f"file {properties}")
        check(not re.search("%(?!0D|0A|25|3A|2C)", message), f"not encoded: {message[:200]!r}")
        counts[name] = counts.get(name, 0) + 1
        notices += name == "notice"
        if name == "error":
            found[decoded(message).split(": ")[0]] = FAILED
    check(stopped is None, "commands stay stopped")
    check(notices == 1 and all(count <= 10 for count in counts.values()), f"{counts}")
    return found


def read_tap(data):
    lines = data.decode().split("\n")
    check(lines[0] == "TAP version 14" and lines[-1] == "", f"{lines[0]!r}")
    planned = int(re.fullmatch(r"1\.\.(\d+)", lines[1])[1])
    found, number, block = {}, 0, None
    for line in lines[2:-1]:
        if block is not None:
            check(line.startswith("  "), f"in a YAML block: {line!r}")
            if line == "  ...":
                fields = yaml.safe_load("\n".join(block))
                check(set(fields) <= {"message", "severity", "verdict", "duration_ms", "cpu_ms", "memory_bytes", "at"}, f"{set(fields)}")
                check(set(fields["at"]) <= {"file", "line"} and isinstance(fields["message"], str), f"{fields}")
                found[name] = ERROR if fields["severity"] == "error" else FAILED
                block = None
            else:
                block.append(line[2:])
        elif line == "  ---":
            block = []
        elif not line.startswith("# "):
            match = re.fullmatch(r"(not )?ok (\d+) - ((?:[^\\#]|\\.)*?)(?: # SKIP (.*))?", line)
            check(match and int(match[2]) == number + 1, f"line {line!r}")
            number, name = number + 1, re.sub(r"\\(.)", r"\1", match[3])
            found[name] = FAILED if match[1] else SKIPPED if match[4] is not None else PASSED
    check(number == planned and block is None, f"{number} of {planned} tests")
    return found


def only(value, kinds, required):
    check(set(required) <= set(value) <= set(kinds), f"members {sorted(value)}")
    for name, member in value.items():
        check(isinstance(member, kinds[name]) and not (isinstance(member, bool) and kinds[name] is not bool), f"{name} is {member!r}")


def read_gradescope(data):
    document = json.loads(data)
    only(document, {"score": (int, float), "output": str, "output_format": str, "visibility": str, "stdout_visibility": str, "tests": list,
                    "extra_data": dict}, ["score", "tests"])
    for name in ("visibility", "stdout_visibility"):
        check(document[name] in ("hidden", "after_due_date", "after_published", "visible"), document[name])
    check(document["output_format"] == "text", "not plain text")
    for test in document["tests"]:
        only(test, {"score": (int, float), "max_score": (int, float), "status": str, "name": str, "number": str, "output": str,
                    "visibility": str, "output_format": str}, ["name", "status", "output"])
        check(test["status"] in ("passed", "failed") and test["output_format"] == "text", f"{test}")
        check(0 <= test.get("score", 0) <= test.get("max_score", 0), f"{test}")
    check(document["score"] == sum(test.get("score", 0) for test in document["tests"]), "the sum of the scores")
    return {test["name"]: test["status"] for test in document["tests"]}


def read_exercism(data):
    document = json.loads(data)
    only(document, {"version": int, "status": str, "message": (str, type(None)), "tests": list}, ["version", "status", "tests"])
    check(document["version"] == 3 and document["status"] in ("pass", "fail", "error"), f"{document['status']}")
    check((document["message"] is not None) == (document["status"] == "error"), "a message is for errors")
    check(len(document["message"] or "") <= 65535, "the message is too long")
    found = {}
    for test in document["tests"]:
        only(test, {"name": str, "status": str, "message": (str, type(None)), "output": str}, ["name", "status"])
        check(len(test.get("output", "").encode()) <= 500, "the output is too long")
        found[test["name"]] = {"pass": PASSED, "fail": FAILED, "error": ERROR}[test["status"]]
    if document["status"] != "error":
        check((document["status"] == "pass") == all(test["status"] == "pass" for test in document["tests"]), f"{document['status']} of {found}")
    return found


def read_classroom(data):
    check(data.count(b"\n") == 1 and data.startswith(b"result="), f"{data[:80]!r}")
    document = json.loads(base64.b64decode(data[7:-1], validate=True))
    only(document, {"version": int, "status": str, "max_score": int, "tests": list}, ["version", "status", "max_score", "tests"])
    check(document["version"] == 1 and document["status"] in ("pass", "fail", "error"), f"{document}")
    for test in document["tests"]:
        only(test, {"name": str, "status": str, "message": str, "test_code": str, "filename": str, "line_no": int,
                    "execution_time": (str, type(None)), "score": int}, ["name", "status", "message", "score"])
    check(sum(test["score"] for test in document["tests"]) <= document["max_score"], "more than there is")
    return {test["name"]: {"pass": PASSED, "fail": FAILED, "error": ERROR}[test["status"]] for test in document["tests"]}


def read_csv(data):
    text = data.decode()
    check(text.endswith("\r\n") and "\r" not in text.replace("\r\n", "") and "\n" not in text.replace("\r\n", ""), "line ends")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True, restkey="more"))
    found = {}
    for row in rows:
        check("more" not in row and None not in row.values(), f"cells of {row}")
        for name, cell in row.items():
            check(not re.match(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]", cell), f"a formula: {name} {cell[:80]!r}")
            check("\x00" not in cell and "\n" not in cell, f"{name} {cell[:80]!r}")
        known = {"skipped": SKIPPED, "inconclusive": None if row["verdict"] else ERROR}.get(row["status"])
        found[row["test"]] = known or OUTCOMES.get(row["verdict"] or None, FAILED)
    return found


def read_text(data):
    data.decode()
    return {}


READERS = {"text": read_text, "json": read_json, "junit": read_junit, "markdown": read_markdown, "github": read_github, "tap": read_tap,
           "gradescope": read_gradescope, "exercism": read_exercism, "classroom": read_classroom, "csv": read_csv}
