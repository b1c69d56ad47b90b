"""--help, the manual page and completion come from one table; a typo is told what is near."""
import glob
import os
import re
import shutil
import subprocess

from support import ROOT, Settings, case, check, clean_environment, mljudge, source, tiny


def commands():
    return re.findall(r"^  mljudge (\S+) ", mljudge("--help").expect(0).out, re.M)


def options(command):
    """{option: takes an argument} of --help."""
    text = mljudge(command, "--help").expect(0, "usage: mljudge " + command).out
    return {name: bool(argument) for name, argument in re.findall(r"^  (--[a-z-]+)( [A-Z]\S*)?  ", text, re.M)}


@case("help: every option that is taken is in --help, and the other way round")
def _():
    sources = {path: open(path, encoding="utf-8").read() for path in glob.glob(os.path.join(ROOT, "judge/command/*.c"))}
    knows = [os.path.basename(path) for path, text in sources.items() if re.search(r"getopt\.h|getopt_long|getopt\(", text)]
    check(knows == ["options.c"], f"options are taken past the table: {knows}")
    check(len(commands()) >= 11, "a command is missing")
    for command in commands():
        for name, takes in options(command).items():
            # The first complaint is about something else than the option.
            run = mljudge(command, name, *(["x"] if takes else []), "--no-such-option").expect(2, "'--no-such-option' was not understood")
            if takes:
                mljudge(command, name).expect(2, f"option '{name}' needs an argument")
            else:
                mljudge(command, name + "=x").expect(2, f"option '{name}' takes no argument")
            check(name in run.err, f"{name} is not in the usage", run)
        anywhere = mljudge(command, *(["a", "b"] if command not in ("exec", "completion") else []), "--help").expect(0)
        check(anywhere.out == mljudge("help", command).expect(0).out, "help COMMAND is not COMMAND --help", anywhere)


@case("help: what a command takes ends its own options: exec COMMAND --help is COMMAND's")
def _():
    for before in ([], ["--"]):
        run = mljudge("exec", *before, "/bin/echo", "--help").expect(0, "Usage: /bin/echo")
        check("usage: mljudge" not in run.out, "our own help", run)


@case("help: the manual page holds all of it, and roff has nothing to complain of")
def _():
    page = mljudge("help", "man").expect(0, ".TH MLJUDGE 1").out
    plain = page.replace("\\-", "-")
    for command in commands():
        check(f".SS mljudge {command}\n" in plain, f"no section of {command}")
        section = plain.split(f".SS mljudge {command}\n")[1].split(".SS ")[0]
        for name in options(command):
            check(re.search(rf"^\.B {name}\b", section, re.M), f"{command} {name} is not in the manual page")
    if shutil.which("groff"):
        done = subprocess.run(["groff", "-ww", "-man", "-Tutf8"], input=page.encode(), capture_output=True, check=False)
        check(done.returncode == 0 and done.stderr == b"", f"groff: {done.stderr.decode()}")


@case("typo: of a command, a problem, a language, an option, a format, a tier: the near ones")
def _():
    file = source("")
    for arguments, near in ((["jugde"], "'judge'"), (["judge", "--tire", "full", "a", "b"], "'--tier'"),
                            (["judge", "--jsob=2", "a", "b"], "'--jobs'"),
                            (["show", "knn-clasify"], "'knn-classify'"), (["show", "confusion"], "'confusion-metrics'"),
                            (["judge", "--report", "jsno", "a", "b"], "'json'"),
                            (["judge", "--tier", "lanldock", "a", "b"], "'landlock'"), (["help", "verfy"], "'verify'"),
                            (["judge", tiny(), file, "--lang", "pytohn"], "'python'"), (["start", tiny(), "--lang", "pyton"], "'python'")):
        run = mljudge(*arguments).expect(2, stderr=["did you mean " + near])
        check(run.out == "", "something on standard output", run)
    run = mljudge("show", "nothing-like-it").expect(2, "mljudge list")
    check("did you mean" not in run.err, "that is not near", run)
    mljudge("judge", "--re", "a", "b").expect(2, "is the beginning of several")
    mljudge("judge", "-lang", "c").expect(2, "options begin with --")


@case("typo: names of folders that a stranger made are not suggested")
def _():
    folder = os.path.join(os.path.dirname(source("")), "problems")
    for name in ("kn\x1b[31mn", "knx"):
        os.makedirs(os.path.join(folder, name))
        shutil.copy(os.path.join(tiny(), "problem.json"), os.path.join(folder, name))
    run = mljudge("show", "knn", "--problems", folder).expect(2, "did you mean 'knx'?").one_line()
    check("31m" not in run.err, "a folder's name", run)


def words(*typed):
    run = mljudge("completion", "--words", "--", "mljudge", *typed).expect(0)
    return [line.split("\t")[0] for line in run.out.splitlines()]


@case("completion: the words that may follow")
def _():
    check(words("ju") == ["judge"], "a command")
    check({"knn-classify", "kmeans"} <= set(words("judge", "k")), "problems")
    check(words("judge", "knn-classify", "") == [":files"], "files")
    check(words("start", "knn-classify", "") == [":folders"], "a folder")
    check(words("judge", "knn-classify", "--lang", "") == ["python", "pypure", "c", "cpp"], "the problem's languages")
    check("sql" in words("judge", "--lang", ""), "all languages")
    check(words("judge", "--lang=py") == ["--lang=pypure", "--lang=python"], "in one word")
    check("json" in words("judge", "--report", ""), "formats")
    check(words("judge", "--report", "json=") == [":files"], "a report's path")
    check(words("judge", "--tier", "u") == ["userns"], "tiers")
    check(words("verify", "--report", "") == ["text", "json"], "words")
    check(words("list", "--category", "S") == ["SQL over CSV"], "categories")
    check(words("show", "--problems", os.path.dirname(tiny()), "") == ["tiny"], "problems elsewhere")
    check(set(words("judge", "--re")) == {"--repeats", "--report", "--require", "--reveal"}, "options")
    check(words("exec", "--", "ls", "--fi") == [":files"], "no options of ours behind a command")
    check(words("nonsense", "") == [] and words("show", "pca", "") == [], "nothing")


def in_shell(shell, script):
    path = os.path.dirname(Settings.binary) + ":/usr/bin:/bin"
    done = subprocess.run([shell, *(["-f"] if shell == "zsh" else []), "-c", script], capture_output=True, text=True,
                          env=clean_environment(PATH=path), cwd=ROOT, check=False, timeout=60)
    check(done.stderr == "", f"{shell}: {done.stderr}")
    return done.stdout.splitlines()


@case("completion: in bash, zsh and fish, where they are")
def _():
    if os.path.basename(Settings.binary) != "mljudge":
        return
    bash = ('eval "$(mljudge completion bash)"; try() { COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _mljudge; '
            'printf "%s\\n" "${COMPREPLY[@]}"; }; ')
    for typed, answers in (("ju", ["judge"]), ("judge knn-class", ["knn-classify"]), ("judge --lang = py", ["pypure", "python"]),
                           ("judge --report json = READ", ["README.md"]), ("list --category SQ", ["SQL\\ over\\ CSV"]),
                           ("judge pca READ", ["README.md"]), ("judge --report = js", ["json"])):
        got = in_shell("bash", f"{bash}try mljudge {typed}")
        check(got == answers, f"bash: {typed}: {got}")
    if shutil.which("fish"):
        for typed, answers in (("ju", ["judge"]), ("judge --report json=READ", ["json=README.md"]), ("judge pca READ", ["README.md"])):
            got = in_shell("fish", f"mljudge completion fish | source; complete -C 'mljudge {typed}'")
            check([line.split("\t")[0] for line in got] == answers, f"fish: {typed}: {got}")
    if shutil.which("zsh"):  # what needs no terminal: it is read without a complaint
        got = in_shell("zsh", 'autoload -U compinit; compinit -u -D; eval "$(mljudge completion zsh)"; print $_comps[mljudge]')
        check(got == ["_mljudge"], f"zsh: {got}")
