"""What the modes of tools/bench share: where things lie, spawning, medians, others on this machine."""
import os
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = os.path.dirname(os.path.abspath(__file__))
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": os.environ.get("HOME", "/"), "LC_ALL": "C.UTF-8"}
MIB = 1 << 20


def spawn_ms(argv):
    """Wall time from posix_spawn to the end of the process; its output goes to /dev/null."""
    actions = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in (0, 1, 2)]
    began = time.perf_counter_ns()
    pid = os.posix_spawn(argv[0], argv, ENVIRONMENT, file_actions=actions)
    _, status = os.waitpid(pid, 0)
    ended = time.perf_counter_ns()
    if status:
        raise SystemExit(f"bench: {' '.join(argv)} failed, status {os.waitstatus_to_exitcode(status)}")
    return (ended - began) / 1e6


def in_turns(commands, n_runs, quiet_ms):
    """{name: sorted times in ms}; two rounds first, which do not count."""
    times = {name: [] for name in commands}
    for number in range(-2, n_runs):
        for name, argv in commands.items():
            time.sleep(quiet_ms / 1000)
            ms = spawn_ms(argv)
            if number >= 0:
                times[name].append(ms)
    return {name: sorted(values) for name, values in times.items()}


def p90(values):
    return sorted(values)[min(len(values) - 1, int(0.9 * len(values)))]


def write_package(folder, files):
    """files: {path: text}"""
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def compiled(name, folder, *arguments, source=None, static=False):
    """One of the C programs here (or `source`), linked with what `arguments` name; its path in `folder`."""
    path = os.path.join(folder, name)
    command = [os.environ.get("CC", "cc"), "-std=gnu17", "-D_GNU_SOURCE", "-O2", "-I", ROOT, *(["-static"] if static else []), "-o", path,
               source or os.path.join(PROGRAMS, f"{name}.c"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"bench: {name}.c does not compile: {done.stderr.strip()[:600]}")
    return path


def libraries(*names):
    """The newest built libNAME.a: of whatever variant, without sanitizers and holes."""
    paths = []
    for name in names:
        found = [os.path.join(ROOT, "build", variant, f"lib{name}.a") for variant in os.listdir(os.path.join(ROOT, "build"))
                 if "-san" not in variant and "-holes" not in variant]
        found = [path for path in found if os.path.exists(path)]
        if not found:
            raise SystemExit(f"bench: no lib{name}.a; run: make")
        paths.append(max(found, key=os.path.getmtime))
    return paths


def others_are_busy():
    return os.getloadavg()[0] > len(os.sched_getaffinity(0)) / 2
