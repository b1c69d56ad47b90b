"""With --tier only: what must be the same in every tier, and what a report says of the tier it had."""
import json
import os

from support import ROOT, case, check, judge, mljudge, source, tier, tiny

RIGHT = "def twice(x):\n    return x * 2\n"
# Of each folder of confusion-metrics those that say most in little time.
SHIPPED = {"accepted/bincount.py": "AC", "accepted/search.c": "AC", "wrong/macro_present_only.py": "WA",
           "wrong/swapped.c": "WA", "slow/class_loop.c": "TLE", "memory/one_hot.c": "MLE",
           "memory/one_hot_columns.py": "MLE", "crash/labels_as_indices.py": "RTE"}


@case("tier: verdicts do not depend on it: shipped solutions")
def _():
    bad = []
    for name, verdict in SHIPPED.items():
        path = os.path.join(ROOT, "problems/confusion-metrics/solutions", name)
        run = mljudge("judge", "confusion-metrics", path, "--report", "json")
        report = run.json()
        check(report["isolation"]["tier"] == tier(), "another tier", run)
        if report["verdict"] != verdict:
            bad.append(f"{name}: {report['verdict']}")
    check(not bad, "; ".join(bad))


@case("tier: every result says which, what is missing, and how it measured")
def _():
    run, report = judge(RIGHT)
    check(report["isolation"]["tier"] == tier(), "tier", run)
    missing = " ".join(report["isolation"]["missing"])
    check(f"`{tier()}` was asked for" in missing and "memory is sampled" in missing, missing, run)
    for test in report["tests"]:
        check("sampled" in test["measured"]["memory"] and "cgroup" not in json.dumps(test["measured"]), "measured", run)


@case("tier: memory: heap, static data, many children, a file in /dev/shm, Python's MemoryError are MLE")
def _():
    for text in ("x = bytearray(200 << 20)\ndef twice(x):\n    return x * 2\n",
                 "def twice(x):\n    y = [bytearray(1 << 20) for _ in range(200)]\n    return x * 2\n",
                 "def twice(x):\n    try:\n        y = [bytearray(1 << 20) for _ in range(200)]\n"
                 "    except MemoryError:\n        pass\n    return x * 2\n"):
        run, report = judge(text)
        check(report["verdict"] == "MLE", f"{report['verdict']}, not MLE", run)
    text = '#include "twice.h"\nstatic char big[200 << 20];\nvoid twice(const double *x, size_t n, double *out)\n' \
           "{\n    for (size_t i = 0; i < sizeof big; i += 4096)\n        big[i] = 1;\n" \
           "    for (size_t i = 0; i < n; i++)\n        out[i] = 2 * x[i] + big[n] - big[n];\n}\n"
    run, report = judge(text, name="a.c")
    check(report["verdict"] == "MLE", f"{report['verdict']}, not MLE", run)
    script = "import os\nfor i in range(6):\n    if os.fork() == 0:\n        x = bytearray(20 << 20)\n        os.read(0, 1)\n" \
             "        import time; time.sleep(5); os._exit(0)\nimport time; time.sleep(5)\n"
    mljudge("exec", "--memory-mib", "64", "--", "/usr/bin/python3", "-c", script).expect(1, stderr=["MLE"])


@case("tier: --require says why not, exit 3")
def _():
    run = mljudge("judge", tiny(), source(RIGHT), "--tier", tier(), "--require", "full").expect(3, "`full` is required", tier())
    run.one_line()
