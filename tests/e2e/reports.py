#!/usr/bin/env python3
"""End-to-end tests of what is done with a report afterwards, and of `mljudge scale`.  As run.py, a suite of its own
because growth takes its time."""
import sys

sys.dont_write_bytecode = True
import runner  # noqa: E402
import report_cases  # noqa: E402, F401
import scale_cases  # noqa: E402, F401

if __name__ == "__main__":
    sys.exit(runner.main(sys.argv[1:]))
