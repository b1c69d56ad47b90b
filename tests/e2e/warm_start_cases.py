"""Warm and cold starts: what a report says of them, and a fork server that goes away."""
import os
import signal
import time

from support import Run, case, check, clean_environment, mljudge, no_trace, package, source, start, tier, tiny, TINY

RIGHT = "def twice(x):\n    return x * 2\n"
PURE = "def twice(x):\n    return [2 * v for v in x]\n"
C_RIGHT = '#include "twice.h"\nvoid twice(const double *x, size_t n, double *out)\n{\n    for (size_t i = 0; i < n; i++)\n' \
          "        out[i] = 2 * x[i];\n}\n"
SLEEPS = "import time\ndef twice(x):\n    time.sleep(0.3)\n    return x * 2\n"
SUBMISSIONS = {"right": RIGHT, "wrong": "def twice(x):\n    return x\n", "type": "def twice(x):\n    return 'two'\n",
               "exception": "def twice(x):\n    return x[1000]\n", "exit": "import sys\ndef twice(x):\n    sys.exit(3)\n",
               "parse": "def twice(x)\n", "memory": "def twice(x):\n    return bytearray(100 << 20)\n",
               "loop": "def twice(x):\n    while True: pass\n",
               "forbidden": "import ctypes\ndef twice(x):\n    ctypes.CDLL(None).ptrace(0, 0, 0, 0)\n"}


def warm():
    """sandbox.h, "fork servers": the one place that has none."""
    return "cold" if tier() == "userns" and os.geteuid() == 0 else "warm"


def report(file, *options):
    run = mljudge("judge", tiny(), file, "--report", "json", "--reveal", *options)
    return run, run.json()


@case("warm: Python starts warm, C cold, everything cold with --cold; the report says so")
def _():
    for file, options, want in ((source(RIGHT), (), warm()), (source(RIGHT), ("--cold",), "cold"), (source(C_RIGHT, "a.c"), (), "cold"),
                                (source(PURE), ("--lang", "pypure", "--cold"), "cold")):
        run, told = report(file, *options)
        run.expect(0)
        starts = {test["start"] for test in told["tests"]}
        check(starts == {want}, f"{options}: starts {starts}, not {want}", run)
    run, told = report(source(SUBMISSIONS["parse"]))
    skipped = [test["start"] for test in told["tests"] if test["status"] != "run"]
    check(all(how is None for how in skipped), f"tests that were not run started {skipped}", run)


@case("warm: with --cold the same verdicts, exit codes, messages, hints")
def _():
    for name, text in SUBMISSIONS.items():
        (run, one), (_, other) = report(source(text)), report(source(text), "--cold")
        check(one["verdict"] == other["verdict"], f"{name}: {one['verdict']}, cold {other['verdict']}", run)
        for test, cold in zip(one["tests"], other["tests"], strict=True):
            for key in ("verdict", "exit_code", "signal", "message", "hint", "blocked_syscalls", "output_truncated"):
                measured = key == "message" and name == "loop"  # the milliseconds that it used
                check(measured or test.get(key) == cold.get(key), f"{name}, {test['name']}: {key} {test.get(key)!r}, cold {cold.get(key)!r}", run)


def servers_of(pid):
    """Processes that run server.py beneath this one."""
    parents, found = {}, []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
            with open(f"/proc/{name}/cmdline", "rb") as file:
                if b"/server.py" in file.read():
                    found.append((int(fields[19]), int(name)))
            parents[int(name)] = int(fields[1])
        except OSError:
            pass

    def is_beneath(child):
        while child in parents and child != pid:
            child = parents[child]
        return child == pid
    return [child for _, child in sorted(found) if is_beneath(child)]


@case("warm: the fork server is killed while tests run: accepted all the same")
def _():
    if warm() == "cold":
        return
    file = source(SLEEPS)
    mljudge("judge", tiny(), file).expect(0)
    process = start("judge", tiny(), file, "--jobs", "1", "--report", "json")
    n_killed, copies, deadline = 0, set(), time.monotonic() + 60
    while process.poll() is None and n_killed < 2 and time.monotonic() < deadline:
        servers = [pid for pid in servers_of(process.pid) if pid not in copies]
        if servers and (len(servers) > 1 or n_killed):
            os.kill(servers[0], signal.SIGKILL)
            n_killed += 1
            copies.update(servers_of(process.pid))  # what it leaves; a test among them goes on
        time.sleep(0.02)
    out, err = process.communicate(timeout=60)
    run = Run(["judge"], process.pid, process.returncode, out, err, 0)
    check(n_killed, "no fork server was found", run)
    run.expect(0)
    check(run.json()["verdict"] == "AC", run.json()["verdict"], run)
    no_trace(process.pid)


@case("warm: interrupted and killed while a fork server starts: nothing is left")
def _():
    problem = package({"problem.json": TINY["problem.json"].replace('"wall_ms": 1200', '"wall_ms": 600000')})
    mljudge("judge", problem, source(RIGHT)).expect(0)
    forever = source("import time\ndef twice(x):\n    time.sleep(60)\n")
    for number in (signal.SIGINT, signal.SIGKILL):
        for pause_s in (0.02, 0.06, 0.12):
            process = start("judge", problem, forever)
            time.sleep(pause_s)
            process.send_signal(number)
            began = time.monotonic()
            process.communicate(timeout=20)
            check(time.monotonic() - began < 2, f"it took too long to stop after {pause_s} s")
            no_trace(process.pid)


@case("warm: the environment of the judge does not reach the server")
def _():
    folder = os.path.dirname(source("raise SystemExit(9)\n", "numpy.py"))
    for name in ("sitecustomize.py", "ctypes.py", "runner.py"):
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write("raise SystemExit(9)\n")
    changes = {"PYTHONPATH": folder, "PYTHONHOME": folder, "PYTHONSTARTUP": os.path.join(folder, "numpy.py"),
               "LD_PRELOAD": "", "LD_LIBRARY_PATH": folder}
    run = mljudge("judge", tiny(), source("import numpy as np\n" + RIGHT), "--report", "json", env=clean_environment(**changes), cwd=folder)
    run.expect(0)
    check({test["start"] for test in run.json()["tests"]} == {warm()}, "it did not start warm", run)
