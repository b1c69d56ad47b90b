#!/usr/bin/python3 -IS
"""Judges Python solutions of the shelf warm and cold and compares the two reports.

    tests/e2e/warm.py [--all] [--tier T] [--binary PATH] [WORD]...        problems whose name contains a WORD

Asserted, test by test: verdict, exit code, signal, what the message and the hint say; and that each start was what was asked
for.  A difference that does not come twice is noise of the machine (a borderline TLE) and printed.  CPU time and memory of
accepted tests are compared in the last lines with what is aimed at: 2 ms or 5 %, 4 MiB.  Prints TAP."""
import argparse
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDERS = ("accepted", "wrong", "slow", "memory", "crash")
FLAVOURS = ("python", "pypure", "pandas")
SAME = ("verdict", "status", "exit_code", "signal", "message", "hint", "idle")
CPU_MS, CPU_PART, MEMORY_BYTES = 2.0, 0.05, 4 << 20
TRIES = 2
# Without --all: one of each folder, each flavour, a class.
SAMPLE = {"problems/confusion-metrics": (FOLDERS, FLAVOURS), "problems/knn-classify": (("accepted",), ("pypure",)),
          "tests/packages/lru-cache": (("accepted",), ("python",))}


class Numbers:
    """The differences warm - cold of accepted tests."""

    def __init__(self):
        self.n = self.n_cpu = self.n_memory = 0
        self.cpu, self.memory = (0.0, 0.0, "none"), (0, "none")

    def add(self, where, warm, cold):
        if None in (warm["cpu_ms"], cold["cpu_ms"], warm["memory_bytes"], cold["memory_bytes"]):
            return
        cpu = warm["cpu_ms"] - cold["cpu_ms"]
        memory = warm["memory_bytes"] - cold["memory_bytes"]
        self.n += 1
        self.n_cpu += abs(cpu) <= max(CPU_MS, CPU_PART * cold["cpu_ms"])
        self.n_memory += abs(memory) <= MEMORY_BYTES
        self.cpu = max(self.cpu, (abs(cpu), cpu, f"{cpu:+.2f} ms of {cold['cpu_ms']:.2f} in {where}"))
        self.memory = max(self.memory, (abs(memory), f"{memory / 2**20:+.2f} MiB of {cold['memory_bytes'] / 2**20:.2f} in {where}"))

    def print(self):
        print(f"# {self.n} accepted tests: CPU within {CPU_MS:.0f} ms or {CPU_PART:.0%}: {self.n_cpu}, memory within "
              f"{MEMORY_BYTES >> 20} MiB: {self.n_memory}")
        print(f"# largest differences, warm - cold: CPU {self.cpu[-1]}; memory {self.memory[-1]}")


def language_of(name, offered):
    """A name says if it is for another flavour than the first that is offered."""
    for flavour, word in (("pandas", "pandas"), ("pypure", "pure")):
        if word in name and flavour in offered:
            return flavour
    return next(language for language in offered if language in FLAVOURS)


def chosen(args):
    """{(problem, language): files}"""
    found = {}
    problems = SAMPLE if not args.all else {"problems/" + name: (FOLDERS, FLAVOURS)
                                            for name in sorted(os.listdir(os.path.join(ROOT, "problems")))}
    for problem, (folders, flavours) in problems.items():
        description = os.path.join(ROOT, problem, "problem.json")
        if not os.path.exists(description) or not all(word in problem for word in args.words):
            continue
        with open(description, encoding="utf-8") as file:
            offered = json.load(file)["languages"]
        if not set(offered) & set(FLAVOURS):
            continue
        seen = set()
        for folder in folders:
            path = os.path.join(ROOT, problem, "solutions", folder)
            for name in sorted(os.listdir(path)) if os.path.isdir(path) else ():
                language = language_of(name, offered) if name.endswith(".py") else None
                if language in flavours and (args.all or (folder, language) not in seen):
                    seen.add((folder, language))
                    found.setdefault((problem, language), []).append(os.path.join(path, name))
    return found


def judge(args, problem, language, files, *options):
    command = [args.binary, "judge", *(["--tier", args.tier] if args.tier else []), "--lang", language, "--reveal", "--report", "json",
               *options, os.path.join(ROOT, problem), *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    if len(reports) != len(files):
        raise SystemExit(f"{' '.join(command)}: exit status {done.returncode}, {done.stderr[-500:]}")
    return reports


def without_numbers(value):
    """What was measured is in some messages."""
    return re.sub(r"[0-9]+(\.[0-9]+)?", "N", value) if isinstance(value, str) else value


def differences(warm, cold):
    if warm["verdict"] != cold["verdict"]:
        yield f"verdict warm {warm['verdict']}, cold {cold['verdict']}"
    for one, other in zip(warm["tests"], cold["tests"], strict=True):
        for key in SAME:
            if without_numbers(one.get(key)) != without_numbers(other.get(key)):
                yield f"{one['name']}: {key} warm {one.get(key)!r}, cold {other.get(key)!r}"


def wrong_starts(reports, want):
    for report in reports:
        for test in report["tests"]:
            if test["status"] == "run" and test["start"] != want:
                yield f"{report['file']} {test['name']} started {test['start']}, not {want}"


def compare(args, numbers, problem, language, files):
    """One list of findings a file."""
    findings = {}
    for attempt in range(TRIES):
        warm = judge(args, problem, language, files)
        cold = judge(args, problem, language, files, "--cold")
        odd = [*wrong_starts(warm, args.warm), *wrong_starts(cold, "cold")]
        again = []
        for file, one, other in zip(files, warm, cold):
            found = list(differences(one, other))
            for test, cold_test in zip(one["tests"], other["tests"]):
                if test["verdict"] == cold_test["verdict"] == "AC":
                    numbers.add(f"{problem} {os.path.basename(file)} {test['name']}", test, cold_test)
            if found and attempt + 1 < TRIES:
                print(f"# once: {file}: {'; '.join(found)}")
                again.append(file)
            else:
                findings[file] = found
        if odd:
            findings[files[0]] = findings.get(files[0], []) + odd
        files = again
        if not files:
            break
    return findings


def main():
    parser = argparse.ArgumentParser(description="warm and cold give the same verdicts")
    parser.add_argument("--all", action="store_true", help="every Python solution of every problem of the shelf")
    parser.add_argument("--tier", help="force this tier of isolation")
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/mljudge"))
    parser.add_argument("words", nargs="*")
    args = parser.parse_args()
    # The one place that has no warm start: sandbox.h, "fork servers".
    args.warm = "cold" if args.tier == "userns" and os.geteuid() == 0 else "warm"
    numbers, number, n_failed = Numbers(), 0, 0
    for (problem, language), files in chosen(args).items():
        for file, found in compare(args, numbers, problem, language, files).items():
            number += 1
            n_failed += bool(found)
            print(f"{'not ok' if found else 'ok'} {number} - {language}: {os.path.relpath(file, ROOT)}", flush=True)
            for finding in found:
                print(f"#   {finding}")
    numbers.print()
    print(f"1..{number}")
    return 1 if n_failed or not number else 0


sys.exit(main())
