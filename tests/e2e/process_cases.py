"""Interrupted, killed, without rights, without a home, without tools: clear words, and nothing is left."""
import os
import signal
import subprocess
import time

from support import (GONE_AFTER_S, TINY, Run, Settings, case, check, clean_environment, left_behind, mljudge, no_trace, package,
                     source, start, tiny, work_dir, write)

RIGHT = "def twice(x):\n    return x * 2\n"
SLEEPS = "import time\ndef twice(x):\n    time.sleep(60)\n"


def long_package():
    """A wall limit that outlasts every case."""
    return package({"problem.json": TINY["problem.json"].replace('"wall_ms": 1200', '"wall_ms": 600000')})


def wait_for_box(process):
    deadline = time.monotonic() + 30
    while not any("/proc/" in item for item in left_behind(process.pid)):
        check(time.monotonic() < deadline and process.poll() is None, "no box came up")
        time.sleep(0.02)
    time.sleep(0.3)


def interrupted(arguments, number=signal.SIGINT, **options):
    process = start(*arguments, **options)
    wait_for_box(process)
    began = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    run = Run(arguments, process.pid, process.returncode, out, err, time.monotonic() - began)
    check(run.seconds < 2, "it took too long to stop", run)
    run.expect(130, stderr=["interrupted"])
    no_trace(process.pid)
    return run


@case("SIGINT, SIGTERM, SIGHUP in the middle of a test: 130, nothing left")
def _():
    problem = long_package()
    mljudge("judge", problem, source(RIGHT)).expect(0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        run = interrupted(["judge", problem, source(SLEEPS), "--report", "json"], number)
        check(run.out == "", "half a report", run)
    interrupted(["judge", "--jobs", "2", problem, source(SLEEPS), source(SLEEPS)])
    interrupted(["run", problem, source(SLEEPS)])


@case("SIGINT while tests are generated, a reference answers, sources compile, verify, exec")
def _():
    forever = "def generate(rng, group, index):\n    while True: pass\n\ndef validate(args):\n    pass\n"
    interrupted(["judge", package({"generator.py": forever}), source(RIGHT)])
    interrupted(["verify", package({"generator.py": forever})])
    interrupted(["judge", package({"solutions/accepted/twice.py": SLEEPS}), source(RIGHT)])
    slow = '#define A(x) x x x x x x x x x x\n#define B A(A(A(A(A(a += i * 3.5 + a * a;))))) A(A(A(A(a -= 1;))))\n#include "twice.h"\nvoid twice(' \
           "const double *x, size_t n, double *out) { double a = x[0]; for (size_t i = 0; i < n; i++) { B } out[0] = a; }\n"
    interrupted(["judge", tiny(), source(slow, "a.c")])
    interrupted(["exec", "--", "sleep", "60"])


@case("SIGINT while standard input is read")
def _():
    process = start("judge", tiny(), "-", "--lang", "python", stdin=subprocess.PIPE)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    check(process.wait(timeout=5) == 130, f"exit code {process.returncode}")
    no_trace(process.pid)
    process.communicate()


def killed(arguments, **options):
    process = start(*arguments, **options)
    wait_for_box(process)
    process.kill()
    process.communicate(timeout=20)
    deadline = time.monotonic() + GONE_AFTER_S
    while found := left_behind(process.pid):
        check(time.monotonic() < deadline, f"left after kill -9: {found}")
        time.sleep(0.05)


@case("kill -9 in the middle: nothing left after 2 s")
def _():
    problem = long_package()
    mljudge("judge", problem, source(RIGHT)).expect(0)
    killed(["judge", problem, source(SLEEPS)])
    killed(["judge", problem, source("def twice(x):\n    while True: pass\n")])
    killed(["exec", "--processes", "64", "--wall-ms", "30000", "--", "sh", "-c",
            "for i in 1 2 3 4 5; do (trap '' TERM HUP INT; setsid sleep 60) & done; wait"])
    mljudge("judge", problem, source(RIGHT)).expect(0)


def as_nobody(*arguments, **changes):
    home = os.path.join(Settings.temp, "nobody")
    os.makedirs(home, exist_ok=True)
    os.chown(home, 65534, 65534)
    return mljudge(*arguments, wrap=["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"], cwd="/",
                   env=clean_environment(HOME=home, XDG_CACHE_HOME=None, PATH="/usr/bin:/bin", **changes))


@case("an ordinary user: works in the best tier there is and says which; --require full says what is missing")
def _():
    file = source(RIGHT)
    os.chmod(os.path.dirname(file), 0o755)
    os.chmod(os.path.dirname(tiny()), 0o755)
    if subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", "test", "-x", Settings.binary], check=False).returncode:
        print("# SKIP an ordinary user: uid 65534 cannot reach the command")
        return
    run = as_nobody("judge", tiny(), file, "--report", "json").expect(0)
    best = run.json()["isolation"]["tier"]
    check(best in ("userns", "landlock"), f"tier {best}", run)  # no control group is handed over
    check("not `full`: " in " ".join(run.json()["isolation"]["missing"]), "not said why", run)
    as_nobody("run", tiny(), file).expect(0)
    as_nobody("verify", tiny()).expect(0)
    as_nobody("exec", "--", "true").expect(0)
    as_nobody("exec", "--tier", "landlock", "--", "true").expect(0)
    for arguments in (["judge", tiny(), file, "--require", "full"], ["exec", "--require", "full", "--", "true"],
                      ["judge", tiny(), file, "--tier", "full"]):
        run = as_nobody(*arguments).expect(3, "`full`", "handed over", "doctor")
        run.one_line()
    as_nobody("list").expect(0, "knn-classify")
    as_nobody("show", tiny()).expect(0, "# Doubles")
    as_nobody("doctor").expect(0, f"tier: {best}")


def hide(*paths):
    """Runs the command where these files are not: in a mount namespace of its own."""
    script = "; ".join(f"/usr/bin/mount --bind /dev/null {path}" for path in paths) + '; exec "$@"'
    return ["/usr/bin/unshare", "-m", "--propagation", "private", "/bin/sh", "-e", "-c", script, "sh"]


def fake_bin(**programs):
    folder = os.path.join(os.path.dirname(source("")), "bin")
    for name, text in programs.items():
        os.chmod(write(os.path.join(folder, name), text), 0o755)
    return folder


def real(name):
    return os.path.realpath(f"/usr/bin/{name}")


@case("a compiler that is absent: said by name, with the package that has it, exit 3")
def _():
    env = clean_environment(PATH="/nowhere", XDG_CACHE_HOME=os.path.dirname(source("")))
    run = mljudge("judge", tiny(), source('#include "twice.h"\n', "a.c"), env=env, wrap=hide(real("gcc"))).expect(3, "gcc", "apt-get install")
    run.one_line()
    # The second reference cannot check then: a warning for a candidate, a failure for the package.
    run = mljudge("judge", tiny(), source(RIGHT), "--report", "json", env=env, wrap=hide(real("gcc"))).expect(0)
    check("did not check" in " ".join(run.json()["warnings"]), "no warning", run)
    mljudge("verify", "--seeds", "1", tiny(), env=env, wrap=hide(real("gcc"))).expect(1, "gcc")


@case("python3 first in PATH without NumPy: one with it is found; no python3 at all: said")
def _():
    bare = fake_bin(python3="#!/bin/sh\nexec /usr/bin/python3 -S \"$@\"\n")
    broken = fake_bin(python3="#!/bin/sh\necho broken >&2\nexit 1\n")
    dead = fake_bin(python3="#!/bin/sh\nkill -9 $$\n")
    env = clean_environment(PATH=f"{bare}:{broken}:{dead}:/usr/bin:/bin", XDG_CACHE_HOME=os.path.dirname(source("")))
    mljudge("judge", tiny(), source("import numpy as np\ndef twice(x):\n    return np.asarray(x) * 2\n"), env=env).expect(0)
    env = clean_environment(PATH=f"{broken}:{dead}", XDG_CACHE_HOME=os.path.dirname(source("")))
    pythons = {real("python3")} | {os.path.realpath(path) for path in ("/usr/local/bin/python3",) if os.path.exists(path)}
    run = mljudge("judge", tiny(), source(RIGHT), env=env, wrap=hide(*pythons)).expect(3, "python3", "apt-get install")
    run.one_line()
    run = mljudge("doctor", env=env, wrap=hide(*pythons)).expect(0, "missing", "apt-get install")


@case("standard streams: output closed, full, gone; input closed; all closed")
def _():
    for redirect in (">&-", "2>&-", "<&-", "<&- >&- 2>&-"):
        run = mljudge("judge", tiny(), source(RIGHT), wrap=["sh", "-c", f'exec "$@" {redirect}', "sh"])
        check(run.code == 0, f"{redirect}: exit code {run.code}", run)
    for arguments in (["judge", tiny(), source(RIGHT)], ["judge", tiny(), source(RIGHT), "--report", "json"], ["list"],
                      ["show", tiny()], ["help"], ["doctor", "--json"]):
        run = mljudge(*arguments, stdout=open("/dev/full", "w", encoding="utf-8")).expect(3, stderr=["No space left"])
    for arguments in (["judge", tiny(), source(RIGHT)], ["show", tiny()]):
        read_end, write_end = os.pipe()
        os.close(read_end)
        run = mljudge(*arguments, stdout=write_end)
        os.close(write_end)
        check(run.code == 3, f"closed pipe: exit code {run.code}", run)


@case("no home, a read-only one, a strange working directory")
def _():
    mljudge("judge", tiny(), source(RIGHT), env={"PATH": "/usr/bin:/bin"}).expect(0)
    mljudge("judge", tiny(), source(RIGHT), env={}).expect(0)
    mljudge("judge", tiny(), source(RIGHT), env={"HOME": "/proc", "PATH": "/usr/bin"}).expect(0)
    wrap = ["unshare", "-m", "sh", "-e", "-c", f'mount -t tmpfs -o ro none {Settings.temp}/home; exec "$@"', "sh"]
    mljudge("judge", tiny(), source(RIGHT), env=clean_environment(XDG_CACHE_HOME=None), wrap=wrap).expect(0)
    folder = os.path.join(os.path.dirname(source("")), "gone")
    os.mkdir(folder)
    mljudge("judge", tiny(), source(RIGHT), wrap=["sh", "-c", f'cd {folder} && rmdir {folder} && exec "$@"', "sh"]).expect(0)


@case("few descriptors, a strange umask, hostile LD_ and PYTHON variables")
def _():
    mljudge("judge", tiny(), source(RIGHT), wrap=["sh", "-c", 'umask 0777; exec "$@"', "sh"]).expect(0)
    mljudge("judge", tiny(), source(RIGHT), env=clean_environment(PYTHONPATH="/nowhere", PYTHONHOME="/nowhere", PYTHONSTARTUP="/x",
                                                                  GCC_EXEC_PREFIX="/x", CPATH="/x")).expect(0)
    run = mljudge("judge", tiny(), source(RIGHT), wrap=["sh", "-c", 'ulimit -n 12; exec "$@"', "sh"])
    check(run.code in (0, 3), f"exit code {run.code}", run)


@case("several at once: no one disturbs another")
def _():
    runs = [start("judge", tiny(), source(RIGHT), "--report", "json") for _ in range(6)]
    for process in runs:
        out, err = process.communicate(timeout=60)
        check(process.returncode == 0, f"exit code {process.returncode}: {err!r}")
    for process in runs:
        no_trace(process.pid)
