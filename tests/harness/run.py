#!/usr/bin/python3
"""Tests of the harnesses, run directly, without a sandbox:  tests/harness/run.py [SUITE]...

The closing line counts; exit 0 only if nothing failed."""
import importlib
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from box import Tests  # noqa: E402

SUITES = ["python", "pandas", "generator", "checker_library", "probe", "rehearsal", "c", "cpp", "class", "sql"]


def main():
    tests = Tests()
    for name in sys.argv[1:] or SUITES:
        began, passed, failed = time.monotonic(), tests.passed, tests.failed
        try:
            importlib.import_module("test_" + name).run(tests)
        except Exception:
            import traceback
            traceback.print_exc(file=sys.stdout)
            tests.check(name, False, "the suite itself failed")
        print(f"{name}: {tests.passed - passed} passed, {tests.failed - failed} failed, "
              f"{time.monotonic() - began:.1f} s", flush=True)
    print(f"{tests.passed} passed, {tests.failed} failed" + (f", {tests.skipped} skipped" if tests.skipped else ""))
    return 1 if tests.failed or not tests.passed else 0


sys.exit(main())
