"""Mutation of defences: build/mljudge-holes leaves out the one defence that MLJUDGE_HOLE names (sandbox/hole.h).
For each, at least one attack that names it must turn red; the first one that does is enough."""
import re
import subprocess

from common import ROOT
from corpus import defences

# Defences that are the shape of the thing and no step that could be left out.  What happens without them is shown by
# `tests/attacks/run --naive`, against a judge that never had them.
NO_SWITCH = {
    "none": "nothing is defended",
    "no-new-privs": "without it the kernel does not take the filter",
    "own-pipes": "there is no other way to the box",
    "cgroup-cpu": "there is no other clock in this tier",
    "kill-box": "the pid namespace dies with its first process: the kernel's doing",
    "unmount": "the mounts go with their namespace",
    "fresh-box": "a box cannot be entered twice",
    "compile-box": "a compiler is started by the same call as a solution",
    "fixed-command": "names of a candidate are never on disk",
    "no-secret-in-box": "there is nothing to be left out: nothing is put in",
    "judge-compares": "the answers are in the judge",
    "exact-types": "a part of the harness, which is not trusted either way",
    "sql-dialect": "a part of the harness, which is not trusted either way",
    "measured-outside": "there is no number of the box's to read",
    "candidate-alone": "one file is read, others never",
}


def switches():
    """Every name that the sources ask hole() for."""
    text = subprocess.run(["cat"] + subprocess.run(["sh", "-c", f"ls {ROOT}/sandbox/*.c {ROOT}/judge/*.c"],
                          capture_output=True, text=True, check=True).stdout.split(),
                          capture_output=True, text=True, check=True).stdout
    return set(re.findall(r'hole\("([a-z-]+)"\)', text)) | set(re.findall(r'\{"(seccomp-[a-z-]+)", "', text))


def run_holes(run, attacks, try_attack):
    """try_attack(attack) -> findings.  Prints TAP and a table; returns how many defences nobody missed."""
    known, table, n_failed = switches(), [], 0
    names = [name for name in defences() if name in known]
    unaccounted = [name for name in defences() if name not in known and name not in NO_SWITCH]
    print(f"1..{len(names) + 1}", flush=True)
    for number, name in enumerate(names, 1):
        run.environment["MLJUDGE_HOLE"] = name
        red = quiet = None
        for attack in attacks:
            if name not in attack["defence"]:
                continue
            findings = try_attack(attack)
            if findings:
                red = (attack.name, findings[0])
                break
            quiet = attack.name
        table.append((name, red[0] if red else quiet or "no attack names it", "red" if red else "GREEN"))
        n_failed += not red
        print(f"{'ok' if red else 'not ok'} {number} - without {name}: {table[-1][1]} {table[-1][2]}", flush=True)
        if red:
            print(f"#   {red[1][:160]}")
    del run.environment["MLJUDGE_HOLE"]
    print(f"{'not ok' if unaccounted else 'ok'} {len(names) + 1} - every defence has a switch or a reason for none"
          + (f": {', '.join(unaccounted)}" if unaccounted else ""))
    print("#\n# | left out | attack | colour |\n# |---|---|---|")
    for row in table + [(name, why, "no switch") for name, why in NO_SWITCH.items() if name != "none"]:
        print(f"# | {row[0]} | {row[1]} | {row[2]} |")
    return n_failed + bool(unaccounted)
