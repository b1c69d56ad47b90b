"""tools/bench run: what a candidate waits for: `mljudge run` whole, of NumPy solutions on one input and on all samples of
each shipped problem that has one in Python, saved anew before each run, beside a bare `python3 -c "import numpy"`."""
import json
import os
import shutil
import statistics
import tempfile

from bench_common import ROOT, others_are_busy, spawn_ms

RUN_GOAL_MS = 250  # one sample, whole


def numpy_solutions():
    """(problem, solution, a sample of it)"""
    for name in sorted(os.listdir(os.path.join(ROOT, "problems"))):
        folder = os.path.join(ROOT, "problems", name)
        samples = os.path.join(folder, "tests/sample")
        accepted = os.path.join(folder, "solutions/accepted")
        if not os.path.isdir(samples):
            continue
        with open(os.path.join(folder, "problem.json"), encoding="utf-8") as file:
            languages = json.load(file)["languages"]
        files = sorted(file for file in os.listdir(accepted) if file.endswith(".py") and "pure" not in file)
        if "python" in languages and files:
            yield name, os.path.join(accepted, files[0]), os.path.join(samples, sorted(os.listdir(samples))[0])


def saved_ms(command, solution, runs):
    """Of `command` after each change of the solution: nothing of what it compiles to is known from the run before."""
    took = []
    for number in range(runs):
        with open(solution, "a", encoding="utf-8") as file:
            file.write(f"# saved {number}\n")
        took.append(spawn_ms(command))
    return took


def bench_run(args):
    bare = min(spawn_ms(["/usr/bin/python3", "-c", "import numpy"]) for _ in range(args.runs))
    print(f"whole process, wall ms, least and median of {args.runs}; python3 -c 'import numpy' {bare:.0f}; load {os.getloadavg()[0]:.1f}")
    if others_are_busy():
        print("Others are busy: wall times say more of them than of us.")
    met = True
    for name, solution, sample in numpy_solutions():
        with tempfile.TemporaryDirectory() as folder:
            copy = shutil.copy(solution, folder)
            run = [args.command, "run", "--lang", "python", os.path.join(ROOT, "problems", name), copy]
            one = saved_ms([*run, "--args", sample], copy, args.runs)
            whole = saved_ms(run, copy, args.runs)
        met = met and min(one) < RUN_GOAL_MS
        print(f"{name:24} one sample {min(one):6.0f} {statistics.median(one):6.0f}   all {min(whole):6.0f} {statistics.median(whole):6.0f}")
    print(f"goal: one sample within {RUN_GOAL_MS} ms: {'met' if met else 'NOT MET'}")
    return 0 if met or not args.check else 1
