"""Reads tests/attacks: each variant of each attack, for one tier; unknown keys and defences are errors."""
import json
import os

from common import HERE, read

KEYS = {"id", "lang", "mode", "args", "limits", "expect", "evidence", "repeat", "variants", "defence", "package",
        "naive", "heavy", "long", "tiers", "known", "stdin", "command", "compile", "needs", "modules", "files",
        "filename", "program", "gate"}
LIMITS = {"cpu_ms", "wall_ms", "memory_mib", "output_kib", "processes"}
EXPECT = {"verdict", "stdout", "stderr", "tests", "compile", "exit", "signal", "message"}
EVIDENCE = {"idle", "returns_within_ms", "ends_within_ms", "cpu_ms", "memory_mib", "output_bytes", "report_bytes",
            "blocked", "anonymous"}
TIERS = ("full", "userns", "landlock")
TIER_KEYS = {"skip", "why", "expect", "evidence", "limits"}
MODES = ("stdio", "function")
REPEATS = ("twice", "pair", "neighbour")
# Other languages' compilers: source, what they leave, command line.
COMPILERS = {"g++": ("main.cpp", "main", ["g++", "@source", "-o", "@target", "@flags"]),
             "rustc": ("program.rs", "main", ["rustc", "-O", "-o", "@target", "@source"]),
             "go": ("program.go", "main", ["go", "build", "-o", "@target", "@source"]),
             "javac": ("Main.java", "Main.class", ["javac", "-d", "@folder", "@source"])}


def defences():
    return json.loads(read(os.path.join(HERE, "defences.json")))


class Attack:
    def __init__(self, folder, name, source, variant, merged):
        self.folder, self.source, self.variant = folder, source, variant
        self.name = name
        self.tiers = merged.pop("tiers", {})
        self.keys = merged

    def get(self, key, otherwise=None):
        return self.keys.get(key, otherwise)

    def __getitem__(self, key):
        return self.keys[key]

    def for_tier(self, tier):
        """(the attack as it is to be judged in this tier, why it is left out there or None)"""
        special = self.tiers.get(tier, {})
        merged = {**self.keys, **{key: special[key] for key in ("expect", "evidence", "limits") if key in special}}
        return Attack(self.folder, self.name, self.source, self.variant, merged), special.get("skip")

    def not_promised(self):
        """(tier, why) of what this attack is allowed to do."""
        if "known" in self.keys:
            yield "all", self.keys["known"]
        for tier in TIERS:
            if tier in self.tiers:
                yield tier, self.tiers[tier].get("skip") or self.tiers[tier]["why"]


def check(where, merged, names):
    def known(what, given, allowed):
        if set(given) - set(allowed):
            raise ValueError(f"{where}: unknown {what} {sorted(set(given) - set(allowed))}")

    known("keys", merged, KEYS)
    known("limits", merged.get("limits", {}), LIMITS)
    known("expectations", merged["expect"], EXPECT)
    known("evidence", merged.get("evidence", {}), EVIDENCE)
    known("tiers", merged.get("tiers", {}), TIERS)
    for tier, special in merged.get("tiers", {}).items():
        known(f"keys of tier {tier}", special, TIER_KEYS)
        if ("skip" in special) == ("why" in special):
            raise ValueError(f"{where}: tier {tier} needs either 'skip' or 'why'")
        known("expectations", special.get("expect", {}), EXPECT)
        known("evidence", special.get("evidence", {}), EVIDENCE)
    known("modes", [merged["mode"]], MODES)
    known("defences", merged["defence"], names)
    known("compilers", [merged.get("program", "gcc")], ["gcc", *COMPILERS])
    if not merged["defence"]:
        raise ValueError(f"{where}: names no defence")
    if "JE" in merged["expect"]["verdict"]:
        raise ValueError(f"{where}: a submission never deserves JE")
    repeat = merged.get("repeat", 1)
    if repeat not in REPEATS and not (isinstance(repeat, int) and repeat > 0):
        raise ValueError(f"{where}: unknown repeat {repeat}")


def load(folder, names):
    attack = json.loads(read(os.path.join(folder, "attack.json")))
    variants = attack.pop("variants", [{"name": ""}])
    source = next((name for name in os.listdir(folder) if name.startswith("main.")), "")
    for variant in variants:
        merged = {**attack, **{key: value for key, value in variant.items() if key != "name"}}
        if isinstance(merged["defence"], str):
            merged["defence"] = [merged["defence"]]
        check(folder, merged, names)
        name = os.path.relpath(folder, HERE) + (f" {variant['name']}" if variant["name"] else "")
        yield Attack(folder, name, os.path.join(folder, source) if source else None, variant["name"], merged)


def load_all(words):
    names = defences()
    attacks = []
    for where, folders, files in sorted(os.walk(HERE)):
        folders[:] = [name for name in folders if name not in ("packages", "runner")]
        if "attack.json" in files:
            attacks += [attack for attack in load(where, names) if all(word in attack.name for word in words)]
    return attacks


def weaker(attacks):
    """{(why, attack): tiers}: what is not stopped, or not as in the best tier."""
    variants, tiers = {}, {}
    for attack in attacks:
        folder = os.path.relpath(attack.folder, HERE)
        for tier, why in attack.not_promised():
            found = variants.setdefault((why, tier), {}).setdefault(folder, [])
            found.append(attack.variant)
    for (why, tier), found in variants.items():
        for folder, names in found.items():
            which = ", ".join(name for name in names if name)
            tiers.setdefault((why, folder + (f" ({which})" if which else "")), []).append(tier)
    return tiers


def promises(attacks):
    """The table: tiers, why, attacks."""
    rows = {}
    for (why, attack), names in weaker(attacks).items():
        rows.setdefault((", ".join(names), why), []).append(attack)
    lines = ["| tier | why | attacks |", "|---|---|---|"]
    for (names, why), found in sorted(rows.items()):
        lines.append(f"| {names} | {why} | {'; '.join(found)} |")
    return "\n".join(lines)


def not_in(readme, attacks):
    """Rows that the README's table lacks; legal programs are not in it."""
    table = [line for line in readme.splitlines() if line.startswith("| ")]
    for (why, attack), names in weaker(attacks).items():
        folder, name = attack.split("/", 1)
        if folder == "ok":
            continue
        if not any(why in line and name in line and ", ".join(names) in line for line in table):
            yield f"{', '.join(names)}: {name}: {why}"
