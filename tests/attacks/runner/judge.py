"""Says whether what came out of one run is what attack.json asks for."""
import json
import os
import re
import socket

from common import CANARY, Problem

RSS_KIB = 64 * 1024
MAX_FDS = 64
COMMAND = re.compile(r"^\s*::", re.MULTILINE)  # a line that the log of a CI service obeys
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def in_range(name, value, bounds):
    low, high = bounds
    if value is None or not low <= value <= high:
        raise Problem(f"{name} is {value}, the truth lies in {low}..{high}")


def check_report(run, attack, report):
    """What holds for the outcome of a command and for each test of a submission."""
    evidence = attack.get("evidence", {})
    if "idle" in evidence and report["idle"] != evidence["idle"]:
        raise Problem(f"idle is {report['idle']}")
    if "cpu_ms" in evidence and not run.slow:
        in_range("cpu_ms", report["cpu_ms"], evidence["cpu_ms"])
    if "memory_mib" in evidence:
        n = report["memory_bytes"]
        in_range("memory_bytes / MiB", None if n is None else n / 2**20, evidence["memory_mib"])
    for name in evidence.get("blocked", []):
        if name not in [call["name"] for call in report["blocked_syscalls"]]:
            raise Problem(f"blocked_syscalls does not name {name}: {report['blocked_syscalls']}")


def check_stdio(run, attack, result, report):
    expect, evidence = attack["expect"], attack.get("evidence", {})
    if report["verdict"] not in expect["verdict"]:
        raise Problem(f"verdict {report['verdict']} ({report.get('message')}), exit code {report.get('exit_code')}, "
                      f"signal {report.get('signal')}; output: {(result.stdout + result.stderr)[:300]!r}")
    if "ESCAPED" in result.stdout + result.stderr:
        raise Problem("it says: " + result.stdout[:500])
    for stream in ("stdout", "stderr"):
        if stream in expect and not re.search(expect[stream], getattr(result, stream)):
            raise Problem(f"{stream} is {getattr(result, stream)[:300]!r}")
    if "signal" in expect and report["signal"] != expect["signal"]:
        raise Problem(f"signal {report['signal']}")
    if "message" in expect and not re.search(expect["message"], report["message"]):
        raise Problem(f"the message is {report['message']!r}")
    if "returns_within_ms" in evidence and not run.slow and result.seconds * 1000 > evidence["returns_within_ms"]:
        raise Problem(f"mljudge came back after {result.seconds * 1000:.0f} ms")
    check_report(run, attack, report)
    if evidence.get("anonymous"):
        for what in (socket.gethostname(), run.folder, os.path.basename(run.folder), run.command, "mljudge-attacks",
                     os.path.dirname(run.command)):
            if len(what) > 3 and what in result.stdout:
                raise Problem(f"it knows {what!r}")
    if "output_bytes" in evidence:
        n = len(result.stdout) + len(result.stderr)
        if n > evidence["output_bytes"]:
            raise Problem(f"{n} bytes came out")


def check_function(run, attack, result, report):
    expect, evidence = attack["expect"], attack.get("evidence", {})
    tests = [test for test in report["tests"] if test["status"] == "run"]
    ran = {test["name"]: test["verdict"] for test in tests}
    if report["verdict"] not in expect["verdict"]:
        messages = [test["message"] for test in report["tests"] if test["message"]][:3]
        raise Problem(f"verdict {report['verdict']}, tests {ran}, {messages}, compiler: "
                      f"{report['compile']['output'][:300]!r}, {result.stderr[:200]!r}")
    if "tests" in expect:
        if not ran:
            raise Problem("no test was run")
        wrong = {name: verdict for name, verdict in ran.items() if verdict not in expect["tests"]}
        if wrong:
            raise Problem(f"tests {wrong}; {[test['message'] for test in report['tests']][:3]}")
    if "compile" in expect and not re.search(expect["compile"], report["compile"]["output"]):
        raise Problem(f"the compiler said {report['compile']['output'][:300]!r}")
    if "message" in expect and not any(re.search(expect["message"], test["message"] or "") for test in tests):
        raise Problem(f"the messages are {[test['message'] for test in tests]}")
    if "stdout" in expect and not re.search(expect["stdout"], result.stdout):
        raise Problem(f"the report is {result.stdout[:500]!r}")
    for test in tests:
        check_report(run, attack, test)
    if result.report_bytes > evidence.get("report_bytes", 1 << 17):
        raise Problem(f"the reports have {result.report_bytes} bytes")
    check_hidden(tests)
    check_log_safe(result)


def check_hidden(tests):
    """Of a hidden test a report says no more than its verdict and rounded numbers."""
    for test in tests:
        if not test["hidden"]:
            continue
        for key in ("exit_code", "overhead_ms"):
            if test[key] is not None:
                raise Problem(f"{key} of a hidden test is {test[key]}")
        for key, step in (("cpu_ms", 10), ("wall_ms", 10), ("memory_bytes", 1 << 20)):
            if test[key] is not None and test[key] % step:
                raise Problem(f"{key} of a hidden test is {test[key]}")
        if "stdout" in test or "stderr" in test or "values" in test:
            raise Problem("output or values of a hidden test are in the report")


def check_log_safe(result):
    """Nothing in the text report moves a cursor; nothing in the JSON is a raw control character."""
    for name, text in (("the text report", result.stdout), ("the JSON report", result.json)):
        match = UNSAFE.search(text)
        if match:
            raise Problem(f"{name} has an unescaped {match[0]!r}: {text[max(0, match.start() - 40):][:80]!r}")
    match = COMMAND.search(result.stdout)
    if match:
        raise Problem(f"a line of the text report begins with '::': {result.stdout[match.start():][:80]!r}")


SHOWN_INPUT = re.compile(r'^ {6}input +x = "' + CANARY + '[0-9a-f]{64}"$', re.MULTILINE)


def without_sample(text, report):
    """Both reports without the one place where the input of the one sample is shown, as it is to be."""
    try:
        parsed = json.loads(report)
    except ValueError:
        return text, report
    for test in parsed.get("tests", ()):
        if not test["hidden"]:
            test.pop("values", None)
    return SHOWN_INPUT.sub("", text, count=1), json.dumps(parsed)


def check_always(result):
    """No secret in anything that came out, nothing of the host's password file; a small judge."""
    stdout, report = without_sample(result.stdout, getattr(result, "json", ""))
    for stream in (stdout, result.stderr, report):
        if re.search(CANARY + "[0-9a-f]{32}", stream):
            raise Problem("a secret came out: " + stream[max(0, stream.index(CANARY) - 80):][:200])
        if re.search(r"\broot:[!*$x]", stream):
            raise Problem("a line of a password file came out")
    if result.rss_kib > RSS_KIB:
        raise Problem(f"mljudge used {result.rss_kib} KiB")
    if result.n_fds > MAX_FDS:
        raise Problem(f"mljudge had {result.n_fds} descriptors open")
