"""Runs the cases of support.cases: prints TAP and, as the last line, a count.  For every suite that starts the
command as a user does."""
import os
import shutil
import sys
import tempfile
import time

import support


def run_one(function):
    """(word, details)"""
    try:
        function()
        return "", ""
    except support.Failure as failure:
        return "failed", str(failure)
    except Exception as error:  # a case that breaks is a case that fails
        return "broke", f"{type(error).__name__}: {error} (line {error.__traceback__.tb_next.tb_lineno})"


def main(arguments, needs_root=True):
    """Arguments: [--binary PATH] [--tier TIER] [WORD]...  Returns the exit status."""
    while arguments and arguments[0] in ("--binary", "--tier"):
        if arguments[0] == "--binary":
            support.Settings.binary = os.path.abspath(arguments[1])
        else:
            support.Settings.tier = arguments[1]
        arguments = arguments[2:]
    if not os.access(support.Settings.binary, os.X_OK):
        print(f"not ok 1 - {support.Settings.binary} is not there: run make\n0 passed, 1 failed")
        return 1
    if needs_root and os.geteuid() != 0:
        print("ok 1 - end to end # SKIP the full tier needs root\n0 passed, 0 failed, 1 skipped")
        return 0
    support.Settings.temp = tempfile.mkdtemp(prefix="e2e-")
    os.chmod(support.Settings.temp, 0o755)
    os.mkdir(os.path.join(support.Settings.temp, "home"))
    os.mkdir(os.path.join(support.Settings.temp, "cache"))
    before = (support.mounts(), support.strays())
    passed = failed = number = 0
    for name, function in support.cases:
        if arguments and not any(word in name for word in arguments):
            continue
        if name.startswith("tier: ") and not support.Settings.tier:
            continue
        number += 1
        began = time.monotonic()
        word, details = run_one(function)
        seconds = time.monotonic() - began
        passed += not word
        failed += bool(word)
        print(f"{'not ok' if word else 'ok'} {number} - {name}" + (f" ({seconds:.1f} s)" if seconds > 2 else ""), flush=True)
        for line in details.split("\n") if details else ():
            print(f"#   {line}")
    number += 1
    after = (support.mounts(), support.strays())
    same = all(set(late) <= set(early) for late, early in zip(after, before))
    passed += same
    failed += not same
    print(f"{'ok' if same else 'not ok'} {number} - no mount and no file is left" + ("" if same else f"\n#   {after}"))
    shutil.rmtree(support.Settings.temp)
    print(f"1..{number}\n{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0
