#!/usr/bin/env python3
"""End-to-end tests: mljudge as a user starts it.  Only the standard library, any python3.

    tests/e2e/run.py [--binary PATH] [--tier TIER] [WORD]...        cases whose name contains a WORD

--tier runs every judge, run and exec in that tier; without it they have the best there is: full.

Each case checks exit code, standard output and error; each run of the command also that nothing of it is
left: no control group, no process, no mount, no file.  Prints TAP and, as the last line, a count."""
import sys

sys.dont_write_bytecode = True
import runner  # noqa: E402
# Their order is the order of the cases.
import answer_cases  # noqa: E402, F401
import source_cases  # noqa: E402, F401
import start_cases  # noqa: E402, F401
import checker_cases  # noqa: E402, F401
import command_cases  # noqa: E402, F401
import exec_cases  # noqa: E402, F401
import help_cases  # noqa: E402, F401
import package_cases  # noqa: E402, F401
import pandas_cases  # noqa: E402, F401
import process_cases  # noqa: E402, F401
import readme_cases  # noqa: E402, F401
import score_cases  # noqa: E402, F401
import repeat_cases  # noqa: E402, F401
import verify_cases  # noqa: E402, F401
import class_cases  # noqa: E402, F401
import limit_cases  # noqa: E402, F401
import loop_cases  # noqa: E402, F401
import warm_start_cases  # noqa: E402, F401
import tier_cases  # noqa: E402, F401

if __name__ == "__main__":
    sys.exit(runner.main(sys.argv[1:]))
