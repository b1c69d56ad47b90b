"""tools/new-problem, and problems/AUTHORS.md command by command."""
import json
import os
import re
import subprocess
import tempfile

from support import ROOT, Settings, case, check, clean_environment, mljudge, source, write

TOOL = os.path.join(ROOT, "tools/new-problem")


def new_problem(*arguments, code=0, cwd=None):
    done = subprocess.run([TOOL, *arguments], cwd=cwd or Settings.temp, env=clean_environment(), capture_output=True, text=True, timeout=30)
    check(done.returncode == code, f"{arguments}: exit code {done.returncode}, not {code}\n{done.stdout}{done.stderr}")
    check("Traceback" not in done.stderr, done.stderr)
    return done


def new_folder():
    return tempfile.mkdtemp(dir=Settings.temp, prefix="shelf")


def texts(folder):
    found = {}
    for where, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(where, name)
            with open(path, encoding="utf-8") as file:
                found[os.path.relpath(path, folder)] = file.read()
    return found


@case("new-problem: a package that verifies as it stands")
def _():
    folder = new_folder()
    new_problem("my-first-idea", "--dir", folder)
    new = os.path.join(folder, "my-first-idea")
    mljudge("verify", "--seeds", "1", "--strict", new).expect(0, "8 as expected, 0 not")
    for path, text in texts(new).items():
        check("nearest_gap" not in text and "problem-template" not in text, f"{path} has a name of the template")
        if path.startswith("solutions/") and "accepted" not in path:
            check("caught by: " in text, f"{path} does not say what catches it")
    check(json.load(open(os.path.join(new, "problem.json")))["entry"]["name"] == "my_first_idea", "the entry")


@case("new-problem --from: other names everywhere; the published solution does not run")
def _():
    folder = new_folder()
    done = new_problem("overlap", "--from", "roc-auc", "--dir", folder, "--title", "How well ranked?")
    check("y is y_in, score is score_in" in done.stdout, done.stdout)
    new = os.path.join(folder, "overlap")
    old_files, files = texts(os.path.join(ROOT, "problems/roc-auc")), texts(new)
    check(set(old_files) == {path.replace("overlap", "roc_auc") for path in files}, "a file is missing")
    for path, text in files.items():
        check("roc_auc" not in text and "roc-auc" not in text, f"an old name in {path}")
    check("`y_in`" in files["statement.md"] and files["statement.md"].startswith("# How well ranked?\n"), files["statement.md"][:300])
    check('"y_in"' in files["tests/sample/1-ties.json"], "a test")
    published = mljudge("judge", new, os.path.join(ROOT, "problems/roc-auc/solutions/accepted/average_ranks.py"))
    published.expect(1, "CE")
    mljudge("judge", new, os.path.join(new, "solutions/accepted/average_ranks.py")).expect(0, "AC")


@case("new-problem --from: every problem, with a word for a name as well; its accepted solutions run on its samples")
def _():
    folder = new_folder()
    for slug in sorted(os.listdir(os.path.join(ROOT, "problems"))):
        if not os.path.isdir(os.path.join(ROOT, "problems", slug)):
            continue
        new_problem("other-" + slug, "--from", slug, "--dir", folder)
        accepted = os.path.join(folder, "other-" + slug, "solutions/accepted")
        for name in sorted(os.listdir(accepted)):
            with open(os.path.join(accepted, name), encoding="utf-8") as file:
                language = re.search(r"lang: (\w+)", file.read(600))
            flavour = ["--lang", language[1]] if language else []
            mljudge("run", os.path.join(folder, "other-" + slug), os.path.join(accepted, name), *flavour).expect(0)


@case("new-problem --from: checkers, SQL, tables; of a copy, a copy")
def _():
    folder = new_folder()
    for slug, source_slug in (("sparse-fit", "lasso-kkt"), ("areas", "auc-metamorphic"), ("by-city", "sql-over-csv"), ("memory-of-keys", "lru-cache")):
        new_problem(slug, "--from", os.path.join(ROOT, "tests/packages", source_slug), "--dir", folder)
        mljudge("verify", "--seeds", "1", os.path.join(folder, slug), timeout=150).expect(0, "0 not")
    new_problem("region-sums", "--from", "csv-groupby", "--dir", folder)
    new_problem("two", "--from", os.path.join(folder, "region-sums"), "--dir", folder, "--keep-arguments")
    for slug, old in (("region-sums", "csv_groupby"), ("two", "region_sums")):
        with open(os.path.join(ROOT, "problems/csv-groupby/solutions/accepted/stream.c"), encoding="utf-8") as file:
            text = file.read().replace("csv_groupby", slug.replace("-", "_"))
        mljudge("run", os.path.join(folder, slug), source(text, "stream.c")).expect(0)
        check(old not in str(texts(os.path.join(folder, slug))), f"{old} in {slug}")


@case("new-problem: bad slugs, names, places and sources are refused in a sentence; nothing is left")
def _():
    folder = new_folder()
    for slug in ("", "Upper", "a/b", "../up", "-x", ".x", "a" * 64, "\u00e9", "a b", "a\n"):
        done = new_problem("--dir", folder, "--", slug, code=2)
        check("slug" in done.stderr, done.stderr)
    for arguments, word in ((("while",), "--entry"), (("2x",), "--entry"), (("x" * 40,), "--entry"), (("ok", "--entry", "a-b"), "--entry"),
                            (("ok", "--title", "two\nlines"), "--title"), (("ok", "--from", "no-such"), "no problem"),
                            (("roc_auc", "--from", "roc-auc"), "--entry"), ((), "slug")):
        done = new_problem(*arguments, "--dir", folder, code=2)
        check(word in done.stderr, f"{arguments}: {done.stderr}")
    new_problem("once", "--dir", folder)
    before = texts(folder)
    check("there already" in new_problem("once", "--dir", folder, code=1).stderr, "not refused")
    check(texts(folder) == before and os.listdir(folder) == ["once"], f"left: {os.listdir(folder)}")
    bad = os.path.join(new_folder(), "bad")
    new_problem("bad", "--dir", os.path.dirname(bad))
    os.symlink("/etc/passwd", os.path.join(bad, "tests/link"))
    check("not a plain file" in new_problem("good", "--from", bad, "--dir", folder, code=1).stderr, "a link was followed")
    check(os.listdir(folder) == ["once"], f"left: {os.listdir(folder)}")


@case("new-problem: where it is written without --dir; the name of a function of one's own")
def _():
    folder = new_folder()
    new_problem("3d-gap", "--entry", "gap3", cwd=folder)
    run = mljudge("list", cwd=folder).expect(0, "3d-gap")
    check("3d gap" in run.out, "no title", run)


@case("AUTHORS.md: every command as typed")
def _():
    with open(os.path.join(ROOT, "problems/AUTHORS.md"), encoding="utf-8") as file:
        blocks = re.findall(r"```sh\n(.*?)```", file.read(), re.S)
    check(len(blocks) >= 7, f"{len(blocks)} blocks")
    folder = new_folder()
    for name in ("tools", "problems"):
        os.symlink(os.path.join(ROOT, name), os.path.join(folder, name))
    os.mkdir(os.path.join(folder, "build"))
    write(os.path.join(folder, "build/mljudge"), f'#!/bin/sh\nexec {Settings.binary} "$@"\n')
    os.chmod(os.path.join(folder, "build/mljudge"), 0o755)
    for block in blocks:
        wanted = 1 if "# exits 1" in block.strip().split("\n")[-1] else 0
        done = subprocess.run(["sh", "-ec", block], cwd=folder, env=clean_environment(), capture_output=True, text=True, timeout=400)
        check(done.returncode == wanted, f"exit code {done.returncode}\n{block}\n{done.stdout[-1500:]}{done.stderr[-800:]}")
