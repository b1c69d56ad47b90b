#!/usr/bin/env python3
"""End-to-end tests of what an author of problems uses: tools/new-problem, problems/AUTHORS.md.  As run.py, a suite of its
own because it verifies whole packages."""
import sys

sys.dont_write_bytecode = True
import runner  # noqa: E402
import author_cases  # noqa: E402, F401

if __name__ == "__main__":
    sys.exit(runner.main(sys.argv[1:]))
