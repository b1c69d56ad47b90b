"""tools/bench scale: time and memory of the judge against the number of tests, the size of one input and the number of boxes at
once; beside the numbers a straight line through them, how far they are from it, one number with a goal, and on request a plot."""
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile

import bench_packages as packages
from bench_common import ENVIRONMENT, MIB, compiled, libraries, others_are_busy
from bench_plot import write_plot
from bench_speed import mine, watch, write

TESTS = (10, 30, 100, 300, 1000, 3000, 10000)
INPUT_BYTES = (10**3, 10**4, 10**5, 10**6, 10**7, 10**8, 10**9)
BOXES = (1, 2, 4, 8, 16, 32, 64)
RUNS = 3        # the median of so many, where one is quick
QUICK_S = 5
MOST_EXPONENT = 1.15  # of times: a tenth of what a doubling adds, for caches and a machine that is not all ours


def fit(points):
    """(a, b, deviation in %): y = a + b x with the least squares of the relative errors; their root mean square."""
    points = [(x, y) for x, y in points if y]
    if len(points) < 3:
        return None
    weights = [1 / y ** 2 for _, y in points]
    total = sum(weights)
    mean_x = sum(w * x for w, (x, _) in zip(weights, points)) / total
    mean_y = sum(w * y for w, (_, y) in zip(weights, points)) / total
    spread = sum(w * (x - mean_x) ** 2 for w, (x, _) in zip(weights, points))
    b = sum(w * (x - mean_x) * (y - mean_y) for w, (x, y) in zip(weights, points)) / spread
    a = mean_y - b * mean_x
    deviation = (sum(((a + b * x) / y - 1) ** 2 for x, y in points) / len(points)) ** 0.5
    return a, b, 100 * deviation


def exponent(points):
    """Of y against x over the last decade: 1 is linear (below, what is constant still counts), 2 quadratic; doubling x makes
    2 ** it of y.  None: too few points."""
    points = [(math.log(x), math.log(y)) for x, y in points if y and x * 10.5 >= points[-1][0]]
    if len(points) < 2 or points[-1][0] - points[0][0] < math.log(4):
        return None
    mean_x, mean_y = (statistics.mean(values) for values in zip(*points))
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


def measure(name, value, goal):
    return {"name": name, "value": value, "goal": goal, "met": None if value is None else value <= goal}


def linear(points):
    return measure("exponent over the last decade, at most", exponent(points), MOST_EXPONENT)


def growth(points, per, name, goal):
    """Of memory in MiB, from the least to the most x."""
    (x_0, y_0), (x_1, y_1) = points[0], points[-1]
    return measure(name, (y_1 - y_0) * per(x_1 - x_0), goal) if x_1 > x_0 else measure(name, None, goal)


class Scale:
    def __init__(self, args, folder):
        self.args, self.folder, self.series = args, folder, []
        self.mljudge = os.path.abspath(args.command)
        self.env = {**ENVIRONMENT, "XDG_CACHE_HOME": os.path.join(folder, "cache")}

    def add(self, name, unit, x_name, points, notes=(), line=True, goal=None):
        self.series.append({"name": name, "unit": unit, "x": x_name, "points": points, "fit": fit(points) if line else None, "goal": goal,
                            "notes": list(notes)})

    def judged(self, package, file):
        """(wall s, peak bytes): medians of judging with the tests built."""
        peaks, times = [], []
        while len(times) < RUNS and (not times or times[-1] < QUICK_S):
            seen = watch([self.mljudge, "judge", package, file], self.env)
            peaks.append(seen.own)
            times.append(seen.took_s)
        return statistics.median(times), statistics.median(peaks)

    def refusal(self, package, file):
        """Why it cannot be judged, or None; builds the tests."""
        done = subprocess.run([self.mljudge, "judge", package, file, "--reveal"], capture_output=True, text=True, check=False, env=self.env)
        return None if done.returncode == 0 else (done.stderr.strip().splitlines() or done.stdout.strip().splitlines())[-1][:160]

    def tests(self):
        time_s, memory = [], []
        for n in (n for n in TESTS if n <= self.args.most):
            print(f"measuring: {n} tests", file=sys.stderr)
            package = os.path.join(self.folder, f"work-{n}")
            file = packages.work(package, n)["trivial"]
            refused = self.refusal(package, file)
            if refused:
                raise SystemExit(f"bench: {n} tests: {refused}")
            took, peak = self.judged(package, file)
            time_s.append((n, took))
            memory.append((n, peak / MIB))
        self.add("judge, whole command", "s", "tests", time_s, goal=linear(time_s))
        self.add("memory of mljudge", "MiB", "tests", memory,
                 goal=growth(memory, lambda n: 1024 / n, "KiB a test, at most", 1))

    def sizes(self):
        time_s, memory, notes = [], [], []
        for size in (size for size in INPUT_BYTES if size <= self.args.most_bytes):
            print(f"measuring: an input of {size} bytes", file=sys.stderr)
            package = os.path.join(self.folder, f"ends-{size}")
            file = mine(packages.ends(package, size // 8), os.path.join(self.folder, f"ends-{size}.c"))
            refused = self.refusal(package, file)
            if refused:
                notes.append(f"{size} bytes cannot be had: {refused}")
                continue
            took, peak = self.judged(package, file)
            time_s.append((size, took))
            memory.append((size, peak / MIB))
        self.add("judge of one test, whole command", "s", "bytes of its input", time_s, notes, goal=linear(time_s))
        self.add("memory of mljudge", "MiB", "bytes of one input", memory,
                 goal=growth(memory, lambda n: 1, "MiB more in all, at most", 1))

    def boxes(self):
        program = compiled("nothing", self.folder, source=write(os.path.join(self.folder, "nothing.c"), "int main(void)\n{\n    return 0;\n}\n"),
                           static=True)
        boxes = compiled("boxes", self.folder, *libraries("sandbox"))
        latency, per_s = [], []
        for n in BOXES:
            print(f"measuring: {n} boxes at once", file=sys.stderr)
            got = [json.loads(subprocess.run([boxes, "many", str(n), "2", program], capture_output=True, text=True, check=True, env=self.env).stdout)
                   for _ in range(RUNS)]
            middle = statistics.median(one["boxes_per_s"] for one in got)
            per_s.append((n, middle))
            latency.append((n, 1000 * n / middle))
        self.add("from the start of a box to its end", "ms", "boxes at once", latency, goal=linear(latency))
        self.add("boxes", "1/s", "boxes at once", per_s, line=False)

    def everything(self):
        for name, part in (("tests", self.tests), ("size", self.sizes), ("boxes", self.boxes)):
            if not self.args.only or self.args.only in name:
                part()


def print_series(result):
    print(f"kernel {result['kernel']}, {result['cores']} cores, load {result['load']:.1f} before")
    if result["busy"]:
        print("Others are busy: times say more of them than of us.")
    for series in result["series"]:
        print(f"\n{series['name']} ({series['unit']}) against {series['x']}")
        for x, y in series["points"]:
            line = series["fit"] and series["fit"][0] + series["fit"][1] * x
            print(f"  {x:>12,} {y:12.3f}" + (f"   the line: {line:10.3f} ({100 * (line / y - 1):+.0f} %)" if line is not None else ""))
        if series["fit"]:
            a, b, deviation = series["fit"]
            print(f"  line: {a:.4g} + {b:.4g} x, off by {deviation:.0f} % (root mean square of the relative errors)")
        goal = series["goal"]
        if goal and goal["value"] is not None:
            print(f"  {goal['name']} {goal['goal']:g}: {goal['value']:.2f} {'met' if goal['met'] else 'NOT MET'}")
        for note in series["notes"]:
            print(f"  {note}")


def bench_scale(args):
    load, busy = os.getloadavg()[0], others_are_busy()
    with tempfile.TemporaryDirectory(prefix="mljudge-bench-") as folder:
        os.chmod(folder, 0o755)
        bench = Scale(args, folder)
        bench.everything()
    result = {"kernel": os.uname().release, "cores": len(os.sched_getaffinity(0)), "load": load, "busy": busy, "series": bench.series}
    if args.json:
        print(json.dumps(result, indent=1))
    else:
        print_series(result)
    if args.plot:
        write_plot(args.plot, bench.series)
    return 1 if args.check and any(one["goal"] and one["goal"]["met"] is False for one in bench.series) else 0
