"""tools/bench speed: how much sooner or later than without isolation.  Every row is a ratio or a difference taken in one run,
beside its goal and the layers that were on; what can be, with some quiet between runs as well as back to back."""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import bench_packages as packages
from bench_common import ENVIRONMENT, MIB, ROOT, compiled, in_turns, libraries, others_are_busy, write_package

PYTHON = "/usr/bin/python3"
LAYERS = {"full": "full: root, 6 namespaces, filter, control group", "userns": "userns: root, 6 namespaces, filter, sampling",
          "landlock": "landlock: Landlock, filter, rlimits, sampling"}
N_NEAR = 50


class Speed:
    def __init__(self, args, folder):
        self.args, self.folder, self.rows = args, folder, []
        self.mljudge = os.path.abspath(args.command)
        self.env = {**ENVIRONMENT, "XDG_CACHE_HOME": os.path.join(folder, "cache")}
        self.missing = set()
        self.tier = json.loads(subprocess.run([self.mljudge, "doctor", "--json"], capture_output=True, text=True, check=False).stdout)["tier"]

    # ---- what it is made of ----

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def row(self, name, value, unit, goal=None, least=False, quiet=None, start="cold", note=""):
        """`least`: the goal is a lower bound.  start: of the judged test, warm or cold; "": no judged test."""
        met = None if goal is None or value is None else value >= goal if least else value <= goal
        layers = LAYERS.get(self.tier, self.tier) + (f"; {start}" if start else "")
        self.rows.append({"name": name, "value": value, "unit": unit, "goal": goal, "goal_is": "at least" if least else "at most",
                          "met": met, "quiet_ms": quiet, "layers": layers, "note": note})

    def output(self, *argv, env=None):
        done = subprocess.run(argv, capture_output=True, text=True, check=False, env=env or self.env)
        if done.returncode:
            raise SystemExit(f"bench: {' '.join(argv[:4])} ...: {(done.stderr.strip() or done.stdout)[-600:]}")
        return done.stdout

    def judge(self, package, file, *options):
        """The report, and the wall time of the whole command in s."""
        began = time.perf_counter()
        report = json.loads(self.output(self.mljudge, "judge", package, file, "--report", "json", "--reveal", *options))
        took = time.perf_counter() - began
        if report["verdict"] != "AC":
            raise SystemExit(f"bench: {file}: {report['verdict']}")
        self.missing.update(report["isolation"]["missing"])
        return report, took

    @staticmethod
    def start_of(report):
        return next((test.get("start") or "cold" for test in report["tests"] if test["status"] == "run"), "cold")

    # ---- rows ----

    def box(self):
        program = compiled("nothing", self.folder, source=write(self.path("nothing.c"), "int main(void)\n{\n    return 0;\n}\n"), static=True)
        boxes = compiled("boxes", self.folder, *libraries("sandbox"))
        took = {}
        cases = [(mode, goal, what, quiet) for mode, goal, what in (("spare", 2.0, "a prepared one waits"), ("turns", 3.2, "none waits"))
                 for quiet in (self.args.quiet_ms, 0)]
        for mode, goal, what, quiet in cases:
            got = took[quiet] = json.loads(self.output(boxes, mode, str(self.args.runs), str(quiet), program))
            self.row(f"one box in a running judge over posix_spawn ({what})", got["box_ms"] / got["spawn_ms"], "times", goal, quiet=quiet, start="",
                     note=f"{got['box_ms']:.2f} ms over {got['spawn_ms']:.2f}")
        quiet = took[self.args.quiet_ms]
        self.row("a box after quiet, beyond back to back", quiet["box_ms"] - took[0]["box_ms"], "ms", 1, quiet=self.args.quiet_ms, start="")
        self.row("the same of posix_spawn alone", quiet["spawn_ms"] - took[0]["spawn_ms"], "ms", quiet=self.args.quiet_ms, start="")
        cores = len(os.sched_getaffinity(0))
        many = json.loads(self.output(boxes, "many", str(cores), "2", program))
        self.row(f"boxes a second, {cores} at once", many["boxes_per_s"], "1/s", quiet=0, start="")

    def exec_true(self):
        commands = {"bare": ["/bin/true"], "exec": [self.mljudge, "exec", "--", "/bin/true"]}
        for quiet in (self.args.quiet_ms, 0):
            medians = {name: statistics.median(values) for name, values in in_turns(commands, self.args.runs, quiet).items()}
            self.row("mljudge exec -- /bin/true over bare", medians["exec"] / medians["bare"], "times", 4, quiet=quiet, start="",
                     note=f"{medians['exec']:.2f} ms over {medians['bare']:.2f}")

    def one_test(self, package, language, file, goal_ms, forked, what):
        """A test from its start to its result, in a judge that runs; and the same call in a plain fork."""
        judged = compiled("judged", self.folder, *libraries("mljudge", "sandbox"), "-ljansson", "-lsodium", "-lm")
        report, _ = self.judge(package, file, "--lang", language)  # builds and warms
        start = self.start_of(report)
        complete = {}
        for quiet in (self.args.quiet_ms, 0):
            got = json.loads(self.output(judged, ROOT, package, language, file, str(quiet)))
            if got["verdict"] != "AC":
                raise SystemExit(f"bench: {what}: {got['verdict']}")
            script = write(self.path(f"forked-{what}-{quiet}.py"), forked(quiet))
            plain = json.loads(self.output(PYTHON, "-I", script))
            complete[quiet] = statistics.median(got["complete"])
            self.row(f"one {what} test, complete", complete[quiet], "ms", goal_ms, quiet=quiet, start=start,
                     note=f"of that the candidate {statistics.median(got['wall']):.2f}")
            self.row(f"its box over the same call in a plain fork of {what}", complete[quiet] - plain, "ms", 2 if what == "NumPy" else None,
                     quiet=quiet, start=start, note=f"the fork {plain:.2f} ms")
        cold, _ = self.judge(package, file, "--lang", language, "--cold")
        self.row(f"one {what} test, complete, --cold", statistics.median(test["overhead_ms"] + test["wall_ms"] for test in cold["tests"]), "ms",
                 quiet=0, start=self.start_of(cold))
        return complete, start

    def numpy_test(self):
        package = self.path("near")
        file = mine(packages.near(package, N_NEAR), self.path("near.py"))
        complete, start = self.one_test(package, "python", file, 5, lambda quiet: packages.FORKED_NEAR.format(
            **packages.inputs_of_near(package), quiet_ms=quiet), "NumPy")
        for quiet in (self.args.quiet_ms, 0):
            bare = statistics.median(in_turns({"numpy": [PYTHON, "-I", "-c", "import numpy"]}, 7, quiet)["numpy"])
            self.row("bare python3 -c 'import numpy' over one NumPy test", bare / complete[quiet], "times", 15, least=True, quiet=quiet,
                     start=start, note=f"{bare:.1f} ms")

    def pandas_test(self):
        package = self.path("totals")
        file = mine(packages.totals(package), self.path("totals.py"))
        self.one_test(package, "pandas", file, 12, lambda quiet: packages.FORKED_TOTALS.format(
            solution=os.path.join(package, "solutions/accepted"), quiet_ms=quiet), "pandas")

    def against_pytest(self):
        package = self.path("near")
        file = mine(packages.near(package, N_NEAR), self.path("near.py"))
        test = write(self.path("pytest/test_near.py"), packages.PYTEST.format(**packages.inputs_of_near(package)))
        pytest = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
        if subprocess.run([PYTHON, "-c", "import pytest"], capture_output=True, check=False).returncode:
            self.row("judge of 50 NumPy tests over pytest", None, "times", 1, note="python3-pytest is missing (tools/install-deps --dev)")
            return
        report, _ = self.judge(package, file)
        for quiet in (self.args.quiet_ms, 0):
            times = {"pytest": [], "judge": [], "cold": []}
            for number in range(-1, 5):
                for name in times:
                    time.sleep(quiet / 1000)
                    began = time.perf_counter()
                    if name == "pytest":
                        self.output(*pytest, env={**self.env, "PYTHONDONTWRITEBYTECODE": "1"})
                    else:
                        self.judge(package, file, *(["--cold"] if name == "cold" else []))
                    if number >= 0:
                        times[name].append(time.perf_counter() - began)
            medians = {name: statistics.median(values) for name, values in times.items()}
            for name, start, goal in (("judge", self.start_of(report), 1), ("cold", "cold", None)):
                self.row(f"judge of {N_NEAR} NumPy tests{', --cold,' if name == 'cold' else ''} over pytest", medians[name] / medians["pytest"], "times",
                         goal, quiet=quiet, start=start, note=f"{medians[name] * 1e3:.0f} ms over {medians['pytest'] * 1e3:.0f}")

    def two_cores(self):
        package = self.path("work")
        files = packages.work(package, 24)
        if len(os.sched_getaffinity(0)) < 2:
            self.row("tests a second on 2 cores over 1", None, "times", 1.8, least=True, note="this machine has one core")
            return
        self.judge(package, files["compute"])
        for name in ("compute", "memory"):
            wall, cpu = {1: [], 2: []}, {1: [], 2: []}
            for _ in range(3):
                for jobs in (1, 2):
                    report, took = self.judge(package, files[name], "--jobs", str(jobs))
                    wall[jobs].append(took)
                    cpu[jobs].append(statistics.median(test["cpu_ms"] for test in report["tests"]))
            ratio = min(wall[1]) / min(wall[2])
            self.row(f"tests a second on 2 cores over 1, {name}-bound", ratio, "times", 1.8 if name == "compute" else None, least=True, quiet=0)
            off = 100 * abs(min(cpu[2]) / min(cpu[1]) - 1)
            self.row(f"reported CPU on 2 cores against 1, {name}-bound: off by", off, "%", 5 if name == "compute" else None, quiet=0,
                     note=f"{min(cpu[2]):.1f} ms and {min(cpu[1]):.1f}")

    def comparators(self):
        compare = compiled("compare", self.folder, *libraries("mljudge", "sandbox"), "-ljansson", "-lsodium", "-lm")
        close = json.loads(self.output(compare, "close", "5", "10000000"))
        self.row("comparing 80 MB of float64 with rtol and atol, of what was returned", close["got_gb_per_s"], "GB/s", 1, least=True, quiet=0, start="",
                 note=f"with a difference at the end {close['wrong_gb_per_s']:.1f}")
        rows = json.loads(self.output(compare, "rows", "3", "1000000"))
        self.row("unordered rows, 10^6 x 4", rows["seconds"], "s", 1, quiet=0, start="")

    def memory(self):
        peaks = {}
        for n in (10, 1000):
            package = self.path(f"work-{n}")
            file = packages.work(package, n)["trivial"]
            self.judge(package, file)  # builds
            seen = watch([self.mljudge, "judge", package, file], self.env)
            peaks[n] = seen.own
            self.row(f"mljudge's own memory, {n} tests", seen.resident / MIB, "MiB", 16, quiet=0,
                     note=f"peak resident, with its program's and libraries' pages; without pages of files {seen.own / MIB:.2f}")
        self.row("its growth from 10 to 1000 tests", (peaks[1000] - peaks[10]) / MIB, "MiB", 1, quiet=0,
                 note="without pages of files; tools/bench scale: to 10,000")

    def second_time(self):
        package = self.path("work-c")
        file = packages.work(package, 5)["trivial"]
        with open(file, "a", encoding="utf-8") as source:
            source.write("/* not compiled in this cache so far: the package's own file and the rows before are */\n")
        first, _ = self.judge(package, file)
        second, _ = self.judge(package, file)
        again = first["compile"]["cached"] or not second["compile"]["cached"]
        self.row("second judge of the same C file: compiled again", 1 if again else 0, "", 0, quiet=0,
                 note=f"the first took {first['compile']['wall_ms']:.0f} ms to compile")

    def building(self):
        """Of a package whose reference is compiled: what is left is generating the tests and answering them."""
        if len(os.sched_getaffinity(0)) < 2:
            self.row("building 60 hidden tests with 1 job over 2", None, "times", 1.6, least=True, note="this machine has one core")
            return
        for make_ms, goal in ((0, None), (20, 1.6)):
            took = {1: [], 2: []}
            for number in range(-1, 3):
                for jobs, times in took.items():
                    built = self.path(f"work-built-{make_ms}-{jobs}-{number}")
                    file = packages.work(built, 60, make_ms)["trivial"]
                    options = ("--jobs", str(jobs))
                    first, second = (self.judge(built, file, *options)[1] for _ in range(2))
                    if number >= 0:
                        times.append(first - second)
            medians = {jobs: statistics.median(times) for jobs, times in took.items()}
            self.row(f"building 60 hidden tests, {make_ms} ms to make one, with 1 job over 2", medians[1] / medians[2], "times", goal, least=True, quiet=0,
                     start="", note=f"{medians[1] * 1e3:.0f} ms over {medians[2] * 1e3:.0f}")

    def everything(self):
        parts = (("box", self.box), ("exec", self.exec_true), ("numpy", self.numpy_test), ("pandas", self.pandas_test),
                 ("pytest", self.against_pytest), ("cores", self.two_cores), ("comparators", self.comparators), ("memory", self.memory),
                 ("second", self.second_time), ("building", self.building))
        for name, part in parts:
            if not self.args.only or self.args.only in name:
                print(f"measuring: {name}", file=sys.stderr)
                part()


def write(path, text):
    write_package(os.path.dirname(path), {os.path.basename(path): text})
    return path


def mine(solution, path):
    """A submission of one's own: the shipped solution with a line more."""
    with open(solution, encoding="utf-8") as file:
        return write(path, file.read() + ("\n# mine\n" if path.endswith(".py") else "\n/* mine */\n"))


class Seen:
    """A process itself, without its children: the peaks of its memory in bytes, its wall time.  resident: all of it (VmHWM);
    own: without pages of files (RssAnon), which the kernel can drop: programs, libraries, the tests' inputs."""

    def __init__(self):
        self.resident, self.own, self.took_s = 0, 0, 0.0

    def look(self, pid):
        try:
            with open(f"/proc/{pid}/status", encoding="ascii") as file:
                fields = dict(line.split(":", 1) for line in file)
        except (FileNotFoundError, ProcessLookupError):
            return
        if "VmHWM" in fields:  # a zombie has none
            self.resident = int(fields["VmHWM"].split()[0]) * 1024
            self.own = max(self.own, int(fields["RssAnon"].split()[0]) * 1024)


def watch(argv, env):
    """Looks at the process until it ends."""
    seen, began = Seen(), time.perf_counter()
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
    while process.poll() is None:
        seen.look(process.pid)
        time.sleep(0.002)
    if process.returncode:
        raise SystemExit(f"bench: {' '.join(argv[:3])} ...: exit code {process.returncode}")
    seen.took_s = time.perf_counter() - began
    return seen


def print_rows(result):
    print(f"kernel {result['kernel']}, {result['cores']} cores, load {result['load']:.1f} before; quiet: ms between runs, 0: back to back")
    if result["busy"]:
        print("Others are busy: ratios say more of them than of us.")
    for text in result["missing"]:
        print(f"missing: {text}")
    print(f"{'':76} {'quiet':>5} {'value':>9} {'goal':>6}")
    for row in result["rows"]:
        value = f"{'n/a':>9}" if row["value"] is None else f"{row['value']:9.2f}"
        goal = "" if row["goal"] is None else f"{'>' if row['goal_is'] == 'at least' else ''}{row['goal']:g}"
        word = {True: "met", False: "NOT MET", None: ""}[row["met"]]
        quiet = "" if row["quiet_ms"] is None else row["quiet_ms"]
        note = f" ({row['note']})" if row["note"] else ""
        print(f"{row['name']:76} {quiet:>5} {value} {goal:>6} {row['unit']:5} {word:7} [{row['layers']}]{note}")


def bench_speed(args):
    load, busy = os.getloadavg()[0], others_are_busy()
    with tempfile.TemporaryDirectory(prefix="mljudge-bench-") as folder:
        os.chmod(folder, 0o755)
        bench = Speed(args, folder)
        bench.everything()
    result = {"kernel": os.uname().release, "cores": len(os.sched_getaffinity(0)), "load": load, "busy": busy, "tier": bench.tier,
              "missing": sorted(bench.missing), "rows": bench.rows}
    if args.json:
        print(json.dumps(result, indent=1))
    else:
        print_rows(result)
    return 1 if args.check and any(row["met"] is False for row in bench.rows) else 0
