"""tools/bench exec: wall time of a whole process that runs /bin/true: bare, in bubblewrap, in `mljudge exec`, in turns in
one run, with 50 ms of quiet between runs (a tight loop hides what the kernel pays for joining a control group); and, from
the report of a judged C solution, what the judge spent on a test beyond its wall_ms."""
import json
import os
import shutil
import statistics
import subprocess
import time

from bench_common import ROOT, in_turns, p90

PROMISED_TIMES_BARE = 5
PROMISED_OVERHEAD_MS = 3
BWRAP = ("bwrap --unshare-all --ro-bind / / --proc /proc --dev /dev --tmpfs /tmp /bin/true").split()


def test_overheads_ms(report):
    """What the judge spent on each test beyond its wall_ms: `overhead_ms` of the report's tests."""
    return [test["overhead_ms"] for test in report["tests"]
            if test["status"] == "run" and test.get("overhead_ms") is not None]


def judged_c_solution(mljudge):
    """Overheads of the tests of an accepted C solution, judged twice: the first run compiles and builds
    the tests and does not count."""
    folder = os.path.join(ROOT, "problems/knn-classify/solutions/accepted")
    (source, *_) = sorted(name for name in os.listdir(folder) if name.endswith(".c"))
    overheads = []
    for number in range(4):
        done = subprocess.run([mljudge, "judge", os.path.join(ROOT, "problems/knn-classify"),
                               os.path.join(folder, source), "--report", "json", "--reveal"],
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"bench: {source} is not accepted: {done.stderr.strip()[:300]}")
        if number:
            overheads += test_overheads_ms(json.loads(done.stdout))
            time.sleep(0.05)
    return source, overheads


def bench_exec(args):
    mljudge = os.path.abspath(args.command)
    commands = {"/bin/true": ["/bin/true"], "mljudge exec": [mljudge, "exec", "--", "/bin/true"]}
    bwrap = shutil.which("bwrap")
    if bwrap:
        commands["bubblewrap"] = [bwrap, *BWRAP[1:]]
    times = in_turns(commands, args.runs, args.quiet_ms)
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"{args.runs} runs each, {args.quiet_ms} ms of quiet between them, kernel {os.uname().release}")
    print(f"{'':14} {'median ms':>10} {'p90 ms':>10} {'x bare':>8}")
    for name in sorted(times, key=medians.get):
        print(f"{name:14} {medians[name]:10.2f} {p90(times[name]):10.2f} {medians[name] / medians['/bin/true']:8.2f}")
    promises = [(f"mljudge exec at most {PROMISED_TIMES_BARE} times bare",
                 medians["mljudge exec"] <= PROMISED_TIMES_BARE * medians["/bin/true"])]
    if bwrap:
        promises.append(("mljudge exec less than bubblewrap", medians["mljudge exec"] < medians["bubblewrap"]))
    else:
        print("bubblewrap is not installed (tools/install-deps --dev): no comparison")

    source, overheads = judged_c_solution(mljudge)
    if overheads:
        print(f"a test of {source}: the judge's wall time minus wall_ms: median {statistics.median(overheads):.2f} ms, "
              f"p90 {p90(overheads):.2f} ms, most {max(overheads):.2f} ms ({len(overheads)} tests)")
        promises.append((f"a C test costs at most {PROMISED_OVERHEAD_MS} ms more than its wall_ms",
                         statistics.median(overheads) <= PROMISED_OVERHEAD_MS))
    else:
        promises.append(("overhead_ms is in the report", False))
    for text, holds in promises:
        print(f"{'holds' if holds else 'FAILS'}: {text}")
    return 1 if args.check and not all(holds for _, holds in promises) else 0
