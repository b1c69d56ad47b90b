"""tools/bench accuracy: how late limits strike, how long a kill takes, and how far reported CPU and memory are from what a
program (known.c) knows it used, at the tier at hand or a forced one, each beside its goal."""
import json
import math
import os
import statistics
import subprocess
import tempfile
import time

from bench_common import MIB, ROOT

LIMIT_MS = 100      # CPU and wall limits that are to be overrun
KILL_GOAL_MS = 20   # from the limit to the empty box, and for each GiB that is resident:
KILL_GOAL_MS_PER_GIB = 35
FEW = 5             # runs of what varies little
PAUSE_S = 0.01      # between runs
REFUSED = 77        # known.c: this box does not allow it


class Skipped(Exception):
    pass


class Accuracy:
    def __init__(self, args, folder):
        self.exec = [os.path.abspath(args.command), "exec"] + (["--tier", args.tier] if args.tier else [])
        self.known = os.path.join(folder, "known")
        self.json_path = os.path.join(folder, "outcome.json")
        self.only = args.only
        self.runs = args.runs
        self.rows = []

    def run(self, *command, **options):
        """(outcome, what the program said it used, or None)"""
        time.sleep(PAUSE_S)
        flags = [text for name, value in options.items() for text in (f"--{name.replace('_', '-')}", str(value))]
        if os.path.exists(self.json_path):
            os.unlink(self.json_path)
        done = subprocess.run([*self.exec, *flags, "--json", self.json_path, "--file", self.known, "--", "./known",
                               *map(str, command)], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if not os.path.exists(self.json_path):
            raise SystemExit(f"bench: mljudge exec failed: {done.stderr.strip()[:300]}")
        with open(self.json_path, encoding="utf-8") as file:
            outcome = json.load(file)
        if outcome["exit_code"] == REFUSED:
            raise Skipped(done.stderr.strip().splitlines()[0])
        said = done.stdout.split()
        return outcome, int(said[-1]) if said else None

    def row(self, name, unit, goal, measure, runs, judged="p99", absolute=False):
        """measure(): (a number, where it comes from).  Its 99th percentile, or its largest, is held against the goal."""
        if self.only and self.only not in name:
            return
        row = {"name": name, "unit": unit, "runs": 0, "p50": None, "p99": None, "max": None, "goal": goal,
               "judged": judged, "met": None, "source": None, "note": None}
        self.rows.append(row)
        try:
            pairs = [measure() for _ in range(runs)]
        except Skipped as reason:
            row["note"] = str(reason)
            return
        values = [value for value, _ in pairs if value is not None]
        row["source"] = pairs[0][1]
        if not values:
            row["note"] = "not reported"
            return
        ordered = sorted(abs(value) for value in values) if absolute else sorted(values)
        rank = max(1, math.ceil(0.99 * len(ordered)))
        row.update(runs=len(values), p50=statistics.median(ordered), p99=ordered[rank - 1], max=ordered[-1])
        row["met"] = row[judged] <= goal if goal is not None else None
        if row["source"] and "sampled" in row["source"]:
            row["note"] = "sampled"

    # -- limits

    def cpu_overshoot(self, threads):
        outcome, _ = self.run("spin", threads, cpu_ms=LIMIT_MS, wall_ms=5000)
        self.must_be(outcome, "TLE")
        return outcome["cpu_ms"] - LIMIT_MS, outcome["measured"]["cpu"]

    def wall_overshoot(self):
        outcome, _ = self.run("pause", cpu_ms=5000, wall_ms=LIMIT_MS)
        self.must_be(outcome, "TLE")
        return outcome["wall_ms"] - LIMIT_MS, outcome["measured"]["wall"]

    def kill(self, threads):
        outcome, _ = self.run("spin", threads, cpu_ms=LIMIT_MS, wall_ms=5000)
        self.must_be(outcome, "TLE")
        return outcome.get("kill_ms"), outcome["measured"]["wall"]

    def kill_big(self, mib):
        if available_mib() < mib + 512:
            raise Skipped(f"less than {mib + 512} MiB of memory are free")
        for cpu_ms in (800, 1600, 3200, 6400):  # enough to fill it: that depends on the machine
            outcome, _ = self.run("fill-and-spin", mib, cpu_ms=cpu_ms, wall_ms=20000, memory_mib=mib + 256)
            self.must_be(outcome, "TLE")
            if outcome["memory_bytes"] is not None and outcome["memory_bytes"] >= mib * MIB:
                return outcome.get("kill_ms"), outcome["measured"]["wall"]
        raise Skipped(f"{mib} MiB could not be written to in 6 s of CPU time")

    def kill_bare(self, mib):
        """The same program without a box: what the kernel takes on this machine, busy as it is."""
        if available_mib() < mib + 512:
            raise Skipped(f"less than {mib + 512} MiB of memory are free")
        with subprocess.Popen([self.known, "fill-and-spin", str(mib)], stdin=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + 20
            while resident_mib(process.pid) < mib and time.monotonic() < deadline:
                time.sleep(0.05)
            began = time.perf_counter()
            process.kill()
            process.wait()
            return (time.perf_counter() - began) * 1000, None

    # -- readings

    def burn(self, what, ms, n):
        outcome, known_ns = self.run(what, ms, n, cpu_ms=10000)
        self.must_be(outcome, "AC")
        return outcome["cpu_ms"] - known_ns / 1e6, outcome["measured"]["cpu"]

    def touch(self, kind, mib):
        """The peak beyond that of the same program which touches nothing: its own pages are not ours to know."""
        empty, _ = self.run("touch", kind, 0, memory_mib=512)
        outcome, known = self.run("touch", kind, mib, memory_mib=512)
        self.must_be(outcome, "AC")
        self.must_be(empty, "AC")
        if outcome["memory_bytes"] is None or empty["memory_bytes"] is None:
            return None, outcome["measured"]["memory"]
        return (outcome["memory_bytes"] - empty["memory_bytes"] - known) / MIB, outcome["measured"]["memory"]

    @staticmethod
    def must_be(outcome, verdict):
        if outcome["verdict"] != verdict:
            raise Skipped(f"{outcome['verdict']} instead of {verdict}: {outcome['message']}"[:100])

    def everything(self):
        self.row("CPU limit, 1 thread: late by", "ms", 10, lambda: self.cpu_overshoot(1), self.runs)
        self.row("CPU limit, 4 threads: late by", "ms", 20, lambda: self.cpu_overshoot(4), self.runs)
        self.row("wall limit: late by", "ms", 5, self.wall_overshoot, self.runs)
        self.row("kill to empty, small", "ms", KILL_GOAL_MS, lambda: self.kill(1), max(FEW, self.runs // 3))
        self.row("kill to empty, 1 GiB resident", "ms", KILL_GOAL_MS + KILL_GOAL_MS_PER_GIB, lambda: self.kill_big(1024), FEW)
        self.row("kill to reaped, 1 GiB, without a box", "ms", None, lambda: self.kill_bare(1024), FEW)
        for what, n, text in (("burn", 1, "1 thread"), ("burn", 4, "4 threads"), ("burn-children", 2, "2 children, not waited for")):
            for ms in (5, 50, 500):
                self.row(f"CPU of {ms} ms, {text}: off by", "ms", max(1, ms / 100),
                         lambda what=what, ms=ms, n=n: self.burn(what, ms, n), FEW, "max", absolute=True)
        for kind, mib, text in (("heap", 64, "heap 64 MiB"), ("threads", 64, "4 threads x 16 MiB"), ("stack", 16, "stack 16 MiB"),
                                ("private-children", 64, "4 children x 16 MiB, private"),
                                ("shared-children", 16, "4 children, 16 MiB shared"), ("tmpfs", 32, "file in /tmp, 32 MiB"),
                                ("memfd", 32, "memfd 32 MiB")):
            self.row(f"memory of {text}: off by", "MiB", max(1, 0.02 * mib),
                     lambda kind=kind, mib=mib: self.touch(kind, mib), FEW, "max", absolute=True)


def resident_mib(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // MIB


def available_mib():
    with open("/proc/meminfo", encoding="ascii") as file:
        (line,) = [line for line in file if line.startswith("MemAvailable:")]
    return int(line.split()[1]) // 1024


def cpu_ticks():
    """(stolen by other machines, all) since boot"""
    with open("/proc/stat", encoding="ascii") as file:
        numbers = [int(word) for word in file.readline().split()[1:9]]
    return numbers[7], sum(numbers)


def print_accuracy(result):
    print(f"tier {result['tier']}, kernel {result['kernel']}, {result['cores']} cores, "
          f"{result['steal_percent']:.1f} % of the time stolen, load {result['load']:.1f} before")
    if result["load"] > result["cores"] / 2:
        print("Others are busy: lateness and kills say more of them than of us.")
    for text in result["missing"]:
        print(f"missing: {text}")
    print(f"{'':48} {'runs':>4} {'p50':>8} {'p99':>8} {'max':>8} {'goal':>6}")
    for row in result["rows"]:
        if row["runs"] == 0:
            print(f"{row['name']:48} n/a: {row['note']}")
            continue
        word = {True: "met", False: "NOT MET", None: "for comparison"}[row["met"]]
        goal = "" if row["goal"] is None else f"{row['goal']:.4g}"
        note = f" ({row['note']})" if row["note"] else ""
        print(f"{row['name']:48} {row['runs']:4} {row['p50']:8.2f} {row['p99']:8.2f} {row['max']:8.2f} "
              f"{goal:>6} {row['unit']:3} {word}{note}")
    print("A program cannot know what its exec and its exit cost: CPU is off by that, too.")
    for what in sorted({row["source"] for row in result["rows"] if row["source"]}):
        print(f"source: {what}")


def bench_accuracy(args):
    with tempfile.TemporaryDirectory(prefix="mljudge-bench-") as folder:
        os.chmod(folder, 0o755)
        bench = Accuracy(args, folder)
        source = os.path.join(ROOT, "tools/bench-programs/known.c")
        compiler = os.environ.get("CC", "cc")
        for static in (["-static"], []):
            done = subprocess.run([compiler, "-std=gnu17", "-O1", "-pthread", *static, "-o", bench.known, source],
                                  capture_output=True, text=True, check=False)
            if done.returncode == 0:
                break
        else:
            raise SystemExit(f"bench: {source} does not compile: {done.stderr.strip()[:300]}")
        outcome, _ = bench.run("burn", 1, 1)
        stolen, ticks = cpu_ticks()
        load = os.getloadavg()[0]
        bench.everything()
        stolen, ticks = (after - before for after, before in zip(cpu_ticks(), (stolen, ticks)))
    result = {"tier": outcome["isolation"]["tier"], "missing": outcome["isolation"]["missing"],
              "kernel": os.uname().release, "cores": len(os.sched_getaffinity(0)), "load": load,
              "steal_percent": 100 * stolen / max(1, ticks), "rows": bench.rows}
    if args.json:
        print(json.dumps(result, indent=1))
    else:
        print_accuracy(result)
    return 1 if args.check and any(row["met"] is False for row in bench.rows) else 0
