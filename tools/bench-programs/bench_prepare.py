"""tools/bench prepare: what it costs to bring 100 MB of float64 to a function in each language: CPU and wall time and memory
before the function is called, beyond those of a test with next to no input, in turns in one run, beside the goals."""
import json
import os
import statistics
import subprocess
import tempfile

from bench_common import ENVIRONMENT, ROOT, others_are_busy, write_package

PREPARE_GOAL_MS = 60        # for PREPARE_MB, CPU and wall each
PREPARE_MB = 100
PREPARE_COPY_SHARE = 0.1    # more memory than this share of the input: somebody copied it
FIRST_AND_LAST = {
    "python": ("py", "def ends(x):\n    return float(x[0] + x[-1])\n"),
    "pandas": ("py", "def ends(x):\n    return float(x[0] + x[-1])\n"),
    "c": ("c", '#include "ends.h"\ndouble ends(const double *x, size_t n)\n{\n    return x[0] + x[n - 1];\n}\n'),
    "cpp": ("cpp", '#include "ends.hpp"\ndouble ends(std::span<const double> x)\n{\n    return x[0] + x[x.size() - 1];\n}\n'),
}


def prepare_languages():
    names = {name[:-5] for name in os.listdir(os.path.join(ROOT, "judge/languages")) if name.endswith(".json")}
    return [name for name in FIRST_AND_LAST if name in names]


def write_prepare_package(folder, languages, n):
    """Two groups with one test each: two numbers, and n."""
    problem = {"version": 1, "title": "Both ends", "entry": {"kind": "function", "name": "ends"},
               "signature": {"args": {"x": "float[n]"}, "returns": "float"}, "languages": languages,
               "limits": {name: {"cpu_ms": 5000, "memory_mib": 256} for name in languages},
               "groups": [{"name": "small", "points": 0, "generated": 1}, {"name": "large", "points": 1, "generated": 1}],
               "comparator": "exact", "reference": "solutions/accepted/ends.py"}
    files = {"problem.json": json.dumps(problem), "solutions/accepted/ends.py": FIRST_AND_LAST["python"][1],
             "generator.py": f"def generate(rng, group, index):\n    return {{'x': rng.rand(2 if group == 'small' else {n})}}\n\n"
                             "def validate(args):\n    pass\n"}
    write_package(folder, files)


def prepared(args, folder, language):
    """{"small": test, "large": test} of one judged solution; None where the language's tools are missing."""
    extension, text = FIRST_AND_LAST[language]
    path = os.path.join(folder, f"mine.{extension}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    done = subprocess.run([os.path.abspath(args.command), "judge", os.path.join(folder, "ends"), path, "--lang", language, "--report", "json",
                           "--reveal"], capture_output=True, text=True, check=False,
                          env={**ENVIRONMENT, "XDG_CACHE_HOME": os.path.join(folder, "cache")})
    if done.returncode == 3 and "not found" in done.stderr:
        return None
    if done.returncode:
        raise SystemExit(f"bench: {language} is not accepted: {(done.stderr.strip() or done.stdout)[-600:]}")
    return {test["group"]: test for test in json.loads(done.stdout)["tests"]}


def prepare_row(language, mb, runs):
    """Medians over runs of (small, large), and the input's own part in them."""
    def median(group, key):
        values = [run[group][key] for run in runs if run[group].get(key) is not None]
        return statistics.median(values) if values else None

    def beyond(key, least):
        parts = [run["large"][key] - run["small"][key] for run in runs
                 if run["large"].get(key) is not None and run["small"].get(key) is not None]
        return max(least, statistics.median(parts)) if parts else None
    row = {"language": language, "runs": len(runs), "start_cpu_ms": median("small", "prepare_cpu_ms"),
           "cpu_ms": beyond("prepare_cpu_ms", 0), "wall_ms": beyond("prepare_wall_ms", 0),
           "memory_mb": None, "goal_ms": PREPARE_GOAL_MS * mb / PREPARE_MB, "goal_mb": PREPARE_COPY_SHARE * mb}
    memory = beyond("prepare_memory_bytes", 0)
    row["memory_mb"] = memory / 1e6 if memory is not None else None
    row["met"] = all(row[name] is None or row[name] <= row[goal]
                     for name, goal in (("cpu_ms", "goal_ms"), ("wall_ms", "goal_ms"), ("memory_mb", "goal_mb")))
    return row


def bench_prepare(args):
    languages = prepare_languages()
    rows = []
    with tempfile.TemporaryDirectory(prefix="mljudge-bench-") as folder:
        os.chmod(folder, 0o755)
        write_prepare_package(os.path.join(folder, "ends"), languages, args.mb * 1000000 // 8)
        runs = {language: [] for language in languages}
        for number in range(-1, args.runs):  # the first builds the tests and compiles
            for language in languages:
                tests = prepared(args, folder, language) if runs[language] is not None else None
                if tests is None:
                    runs[language] = None
                elif number >= 0:
                    runs[language].append(tests)
        rows = [prepare_row(language, args.mb, runs[language]) for language in languages if runs[language]]
    if args.json:
        print(json.dumps({"mb": args.mb, "kernel": os.uname().release, "rows": rows}, indent=1))
    else:
        print_prepare(args.mb, rows)
    return 1 if args.check and not all(row["met"] for row in rows) else 0


def print_prepare(mb, rows):
    def cell(row, name, goal):
        value = row[name]
        return f"{'n/a':>17}" if value is None else f"{value:8.1f} ({value / row[goal]:5.2f})"
    print(f"{mb} MB of float64, before the function is called, beyond a test of two numbers; in brackets the share of the goal "
          f"({rows[0]['goal_ms']:g} ms, {rows[0]['goal_mb']:g} MB); kernel {os.uname().release}, load {os.getloadavg()[0]:.1f}")
    if others_are_busy():
        print("Others are busy: wall times say more of them than of us.")
    print(f"{'':8} {'runs':>4} {'start CPU ms':>13} {'CPU ms':>17} {'wall ms':>17} {'memory MB':>17}")
    for row in rows:
        print(f"{row['language']:8} {row['runs']:4} {row['start_cpu_ms']:13.1f} {cell(row, 'cpu_ms', 'goal_ms')} "
              f"{cell(row, 'wall_ms', 'goal_ms')} {cell(row, 'memory_mb', 'goal_mb')}  {'met' if row['met'] else 'NOT MET'}")
