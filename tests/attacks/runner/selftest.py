"""What `mljudge selftest` shows: a line while it works, then a table of the defences, tier by what it promises."""
import shutil
import sys
import time

from corpus import defences

QUICK_S = 55  # a minute with what comes before and after


def bright(text, color):
    return f"\033[{color}m{text}\033[0m" if sys.stdout.isatty() else text


class Show:
    def __init__(self, n_attacks):
        self.n_attacks, self.n_done = n_attacks, 0
        self.tty = sys.stderr.isatty()

    def progress(self, name):
        self.n_done += 1
        if self.tty:
            width = shutil.get_terminal_size().columns - 1
            print(("\r" + f"{self.n_done}/{self.n_attacks} {name}")[:width].ljust(width), end="", file=sys.stderr, flush=True)
        elif self.n_done % 25 == 1:
            print(f"{self.n_done} of {self.n_attacks}: {name}", file=sys.stderr, flush=True)

    def clear(self):
        if self.tty:
            print("\r" + " " * (shutil.get_terminal_size().columns - 1) + "\r", end="", file=sys.stderr, flush=True)


def chosen(attacks, quick):
    """Quick: one variant of each, nothing that is known to take its time."""
    if not quick:
        return attacks
    seen, few = set(), []
    for attack in attacks:
        key = (attack.folder, tuple(attack["defence"]))
        if key not in seen and not attack.get("heavy") and not attack.get("long"):
            seen.add(key)
            few.append(attack)
    few.sort(key=lambda attack: attack["mode"] == "function")  # what is quick first
    return few


def run(tier, attacks, quick, why_skip, findings_of):
    """findings_of(attack) -> list.  Returns how many attacks were not stopped."""
    here, skipped, not_promised, bad = chosen(attacks, quick), [], [], []
    held, began = {}, time.monotonic()
    show = Show(len(here))
    print(f"isolation: {tier}; {len(here)} attacks" + (" (--quick)" if quick else ""), flush=True)
    for general in here:
        attack, not_here = general.for_tier(tier)
        reason = why_skip(attack)
        show.progress(attack.name)
        if quick and time.monotonic() - began > QUICK_S:
            reason = "no time left; without --quick it is tried"
        if not_here:
            not_promised.append((attack.name, not_here))
        elif reason or attack.get("known"):
            skipped.append((attack.name, reason or attack["known"]))
        else:
            findings = findings_of(attack)
            bad += [(attack.name, findings)] if findings else []
            for defence in attack["defence"]:
                held.setdefault(defence, []).append(not findings)
    show.clear()
    table(held, not_promised, skipped, bad)
    n_tried = len(here) - len(skipped) - len(not_promised)
    print(f"\n{n_tried - len(bad)} passed, {len(bad)} failed, {len(skipped) + len(not_promised)} skipped"
          f"   {time.monotonic() - began:.0f} s")
    return len(bad)


def table(held, not_promised, skipped, bad):
    for name, text in defences().items():
        if name in held and name != "none":
            good = all(held[name])
            print(f"  {bright('held' if good else 'HOLE', 32 if good else 31)}  {name:22} {text}")
    if "none" in held and not all(held["none"]):
        print(f"  {bright('BAD', 31)}   a legal program was not left alone")
    for title, rows in (("not promised in this tier", not_promised), ("not tried", skipped)):
        if rows:
            print(f"\n{title}:")
        grouped = {}
        for name, why in rows:
            grouped.setdefault(why, []).append(name)
        for why, names in grouped.items():
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            print(f"  {', '.join(names[:3])}{more}: {why}")
    for name, findings in bad:
        print(f"\n{bright('NOT STOPPED', 31)} {name}")
        for finding in findings[:5]:
            print(f"  {finding[:300]}")
