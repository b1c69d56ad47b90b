"""What every end-to-end case uses: the command as a user starts it, what it left behind, packages in a
temporary folder."""
import functools
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

import schema

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SECRET = "4242.0625"  # a number of the tiny package's hidden tests; no hidden report may show it
GONE_AFTER_S = 2.0    # everything of a dead mljudge must have gone by then

cases = []  # (name, function), in order of definition


def case(name):
    def add(function):
        cases.append((name, function))
        return function
    return add


class Settings:
    binary = os.path.join(ROOT, "build", "mljudge")
    temp = None  # everything this suite writes lies here
    tier = None  # forced on every judge, run and exec


class Failure(Exception):
    pass


def check(condition, what, run=None):
    if not condition:
        raise Failure(what + (f"\n{run.describe()}" if run else ""))


def valid(document):
    """The document, if it is as the JSON Schema of reports says."""
    wrong = schema.complaints(document)
    check(not wrong, f"not of the JSON Schema: {wrong[:5]}")
    return document


class Run:
    """One finished run of the command."""

    def __init__(self, arguments, pid, code, out, err, seconds):
        self.arguments, self.pid, self.code, self.seconds = arguments, pid, code, seconds
        self.out_bytes, self.err_bytes = out, err
        self.out = out.decode("utf-8", "backslashreplace")
        self.err = err.decode("utf-8", "backslashreplace")

    def describe(self):
        def tail(text):
            return text if len(text) < 1500 else "..." + text[-1500:]
        return (f"command: {' '.join(map(repr, self.arguments))}\nexit code {self.code}, {self.seconds:.2f} s\n"
                f"stdout: {tail(self.out)}\nstderr: {tail(self.err)}")

    def json(self):
        try:
            return valid(json.loads(self.out))
        except ValueError as error:
            raise Failure(f"standard output is not one JSON document: {error}\n{self.describe()}") from None

    def expect(self, code, *words, stderr=None):
        """Exit code; words that standard output and error together hold; words that standard error does."""
        check(self.code == code, f"exit code {self.code}, not {code}", self)
        for word in words:
            check(word in self.out + self.err, f"{word!r} is not in the output", self)
        for word in stderr or ():
            check(word in self.err, f"{word!r} is not in standard error", self)
        return self

    def one_line(self):
        """Standard error is one clear line."""
        lines = [line for line in self.err.split("\n") if line]
        check(len(lines) == 1 and lines[0].startswith("mljudge: "), "not one line on standard error", self)
        check(20 < len(lines[0]) < 800, "the line is too short or too long to be clear", self)
        check(not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", self.err), "control bytes on standard error", self)
        return self


def clean_environment(**changes):
    # A python3 beneath root's closed home is out of reach of a box that is somebody else without mounts.
    path = "/usr/bin:/bin" if Settings.tier else os.environ["PATH"]
    env = {"PATH": path, "HOME": os.path.join(Settings.temp, "home"), "LC_ALL": "C.UTF-8",
           "XDG_CACHE_HOME": os.path.join(Settings.temp, "cache"), "NO_COLOR": "1"}
    env.update(changes)
    return {name: value for name, value in env.items() if value is not None}


def uids_of(pid):
    """Of the boxes of a mljudge with this pid that root runs (sandbox/launch.c), as seen from outside."""
    first = 2_000_000_000 + (pid & 0x3fffff) * 64
    return (range(first, first + 64), range(first + 500_000_000, first + 500_000_064))


def left_behind(pid):
    """What a dead mljudge of this pid left: control groups, directories, processes in or of them."""
    mark, uids = f"mljudge.{pid}.", uids_of(pid)
    found = [path for folder in ("/tmp", "/var/tmp", "/dev/shm") for path in glob.glob(f"{folder}/{mark}*")]
    for base in ("/sys/fs/cgroup", "/sys/fs/cgroup/unified"):
        for folder, names, _ in os.walk(base):
            found += [os.path.join(folder, name) for name in names if name.startswith(mark)]
    for folder in glob.glob("/proc/[0-9]*"):
        try:
            with open(folder + "/cgroup", encoding="utf-8") as file:
                is_left = mark in file.read()
            with open(folder + "/status", encoding="utf-8", errors="replace") as file:
                status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
            uid = int(status["Uid"].split()[0])
            is_dead = status["State"].startswith("Z")  # process 1 takes its time
            if is_left or (any(uid in some for some in uids) and not is_dead):
                found.append(folder)
        except (OSError, KeyError, ValueError):
            pass
    return found


def mounts():
    """Mounts this process sees that look like a box's; boxes have mount namespaces of their own."""
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        return sorted(line.split()[4] for line in file if "mljudge" in line or " /box" in line)


def strays():
    """Files in places where nothing of ours may stay; not those of others that still run."""
    found = []
    for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run"):
        found += [path for path in glob.glob(os.path.join(folder, "*mljudge*"))
                  if not path.startswith("/tmp/mljudge-")]  # folders of other tests
    owned = re.compile(r"/mljudge\.(\d+)\.[\w.]*$")
    return sorted(path for path in found
                  if not (match := owned.search(path)) or not os.path.exists(f"/proc/{match[1]}"))


def no_trace(pid):
    """Waits until nothing is left of mljudge `pid`; fails after GONE_AFTER_S."""
    deadline = time.monotonic() + GONE_AFTER_S
    while found := left_behind(pid):
        if time.monotonic() > deadline:
            raise Failure(f"mljudge {pid} left behind: {found}")
        time.sleep(0.05)


def start(*arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=None, cwd=None,
          wrap=(), **popen):
    tells = {"--tier", "--require", "--help"}
    if Settings.tier and arguments and arguments[0] in ("judge", "run", "exec") and not tells & set(arguments):
        arguments = (arguments[0], "--tier", Settings.tier, *arguments[1:])
    return subprocess.Popen([*wrap, Settings.binary, *arguments], stdin=stdin, stdout=stdout, stderr=stderr,
                            env=env if env is not None else clean_environment(), cwd=cwd or work_dir(),
                            start_new_session=True, **popen)


def mljudge(*arguments, input=None, timeout=60, traces=True, **options):
    """Runs the command to its end.  Checks each time that it left nothing behind."""
    if input is not None:
        options["stdin"] = subprocess.PIPE
    began = time.monotonic()
    process = start(*arguments, **options)
    try:
        out, err = process.communicate(input, timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        run = Run(arguments, process.pid, None, out or b"", err or b"", time.monotonic() - began)
        raise Failure(f"no end within {timeout} s\n{run.describe()}") from None
    run = Run(arguments, process.pid, process.returncode, out or b"", err or b"", time.monotonic() - began)
    check("Sanitizer" not in run.err, "a sanitizer complains", run)
    if traces:
        no_trace(process.pid)
    return run


# ---- files ----

def tier():
    """The tier that boxes have."""
    return Settings.tier or "full"


def work_dir():
    path = os.path.join(Settings.temp, "work")
    os.makedirs(path, exist_ok=True)
    return path


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    return path


def source(text, name="solution.py"):
    """A submission in a folder of its own."""
    return write(os.path.join(tempfile.mkdtemp(dir=Settings.temp, prefix="s"), name), text)


TINY = {
    "problem.json": json.dumps({
        "version": 1, "title": "Doubles", "category": "test", "difficulty": "easy",
        "entry": {"kind": "function", "name": "twice"},
        "signature": {"args": {"x": "float[n]"}, "returns": "float[n]"},
        "languages": ["python", "pypure", "c"],
        "limits": {"python": {"cpu_ms": 400, "wall_ms": 1200, "memory_mib": 48, "output_mib": 8},
                   "pypure": {"cpu_ms": 400, "wall_ms": 1200, "memory_mib": 48, "output_mib": 8},
                   "c": {"cpu_ms": 400, "wall_ms": 1200, "memory_mib": 48, "output_mib": 8}},
        "groups": [{"name": "sample", "points": 0}, {"name": "hidden", "points": 60, "generated": 1},
                   {"name": "more", "points": 40}],
        "comparator": "exact",
        "reference": "solutions/accepted/twice.py", "check": "solutions/accepted/twice.c",
    }, indent=1),
    "statement.md": "# Doubles\n\nReturn every number twice as large.\n",
    "tests/sample/1.json": '{"args": {"x": [1, 2.5]}, "expected": [2, 5], "note": "first"}',
    "tests/hidden/1.json": '{"args": {"x": [%s, 1, 2]}}' % SECRET,
    "tests/more/1.json": '{"args": {"x": []}, "expected": []}',
    "generator.py": "def generate(rng, group, index):\n    return {'x': rng.randint(-9, 9, 5) * 1.0}\n\n"
                    "def validate(args):\n    assert len(args['x']) < 100\n",
    "solutions/accepted/twice.py": "def twice(x):\n    return [2 * v for v in x]\n",
    "solutions/accepted/twice.c": '#include "twice.h"\nvoid twice(const double *x, size_t n, double *out)\n'
                                  "{\n    for (size_t i = 0; i < n; i++)\n        out[i] = 2 * x[i];\n}\n",
    "solutions/wrong/same.py": "# caught by: sample, hidden\ndef twice(x):\n    return x\n",
    "starter/python.py": "def twice(x):\n    return x\n",
    "starter/pypure.py": "def twice(x):\n    return x\n",
    "starter/c.c": '#include "twice.h"\nvoid twice(const double *x, size_t n, double *out)\n'
                   "{\n    (void)x;\n    for (size_t i = 0; i < n; i++)\n        out[i] = 0;\n}\n",
}


def package(changes=None, name="tiny"):
    """The tiny package in a folder of its own, with files replaced, or left out (None)."""
    folder = os.path.join(tempfile.mkdtemp(dir=Settings.temp, prefix="p"), name)
    for path, content in {**TINY, **(changes or {})}.items():
        if content is not None:
            write(os.path.join(folder, path), content)
    return folder


@functools.lru_cache
def has_language(name):
    """Do its tools lie on this machine?"""
    run = subprocess.run([Settings.binary, "doctor", "--json"], stdout=subprocess.PIPE, env=clean_environment(), check=False)
    return any(row["name"] == name and row["works"] for row in json.loads(run.stdout)["languages"])


def problem_json(**changes):
    """The tiny problem.json with keys replaced, or left out (None)."""
    problem = {**json.loads(TINY["problem.json"]), **changes}
    return json.dumps({key: value for key, value in problem.items() if value is not None}, indent=1)


_tiny = []


def tiny():
    """One tiny package that is never changed: its tests are built once."""
    if not _tiny:
        _tiny.append(package())
    return _tiny[0]


def judge(text, *options, name="solution.py", problem=None, **more):
    """Judges a source text on the tiny package: the run and its JSON report."""
    run = mljudge("judge", problem or tiny(), source(text, name), "--report", "json", *options, **more)
    return run, run.json()


def copy_problem(name):
    """A shipped package, to be changed."""
    folder = os.path.join(tempfile.mkdtemp(dir=Settings.temp, prefix="p"), name)
    shutil.copytree(os.path.join(ROOT, "problems", name), folder)
    return folder
