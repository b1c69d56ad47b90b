"""README.md's first ten minutes, as they are written, typed into a shell."""
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from support import ROOT, Settings, case, check, clean_environment, write

READ_MS = 400  # what the watcher gets before it is ended, once it waits


def commands():
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        section = file.read().split("## The first ten minutes", 1)[1]
    return section.split("```", 2)[1].strip().splitlines()


def checkout():
    """A folder as the one that was built in: what the commands name lies there."""
    folder = tempfile.mkdtemp(dir=Settings.temp, prefix="r")
    for name in ("build", "problems"):
        os.symlink(os.path.join(ROOT, name), os.path.join(folder, name))
    return folder


def type_in(folder, line):
    """Exit status and what was printed; Ctrl-C ends what waits."""
    process = subprocess.Popen(["sh", "-c", "exec " + line if line.startswith("build/") else line], cwd=folder, env=clean_environment(),
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    text = b""
    while chunk := os.read(process.stdout.fileno(), 65536):
        text += chunk
        if b"waiting until" in text and process.poll() is None:
            time.sleep(READ_MS / 1000)
            process.send_signal(signal.SIGINT)
    return process.wait(), text.decode("utf-8", "backslashreplace")


@case("README: the first ten minutes, typed as written")
def _():
    lines = commands()
    check(len(lines) >= 8, "commands are missing")
    folder, words = checkout(), {"list": "knn-classify", "show": "## Samples", "start": "wrote work/solution.py", "run": "input ",
                                 "judge": "points"}
    seen = set()
    for line in lines:
        code, text = type_in(folder, line)
        match = re.match(r"build/mljudge (\w+)", line)
        if not match:
            check(code == 0, f"{line}: exit {code}\n{text}")
            continue
        command = match[1]
        seen.add(command)
        expected = (130,) if "--watch" in line else (1,) if command in ("run", "judge") and "--args" not in line else (0,)
        check(code in expected, f"{line}: exit {code}\n{text}")
        check(words[command] in text, f"{line}: no {words[command]!r}\n{text}")
    check(seen == set(words), f"not all commands: {seen}")
    check(os.path.getsize(os.path.join(folder, "work/report.md")) > 200, "no report")
    shutil.copy(os.path.join(ROOT, "problems/knn-classify/solutions/accepted/matmul.py"), os.path.join(folder, "work/solution.py"))
    write(os.path.join(folder, "work/solution.py"), open(os.path.join(folder, "work/solution.py"), encoding="utf-8").read() + "# mine\n")
    for line in lines[-3:-2]:
        code, text = type_in(folder, line)
        check(code == 0 and "AC accepted" in text, f"{line}: exit {code}\n{text}")
