"""Runs one attack as a user would: `mljudge exec` for a command, `mljudge judge` for a submission."""
import json
import os
import pty
import re
import shutil
import socket
import subprocess
import tempfile
import termios
import threading
import time
import hashlib

from corpus import COMPILERS
from common import HERE, ROOT, Problem, canary, read, write
from evidence import PIDS
from outer import Outer

OUTPUT_CAP = 8 << 20
OPTIONS = (("cpu_ms", "--cpu-ms"), ("wall_ms", "--wall-ms"), ("memory_mib", "--memory-mib"),
           ("output_kib", "--output-kib"), ("processes", "--processes"))
ENOUGH = {"cpu_ms": 10000, "memory_mib": 512}


class Result:
    """What a command did: exit status, output, seconds, peak memory, most descriptors seen open."""

    def __init__(self, status, stdout, stderr, seconds, rss_kib, n_fds):
        self.status, self.seconds, self.rss_kib, self.n_fds = status, seconds, rss_kib, n_fds
        self.stdout, self.stderr = stdout, stderr
        self.report_bytes = len(stdout)


def call(command, cwd, env, limit_s, stdin=subprocess.DEVNULL):
    """Output goes to files, so that nothing that keeps a pipe open delays us."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.monotonic()
        process = subprocess.Popen(command, cwd=cwd, env=env, stdin=stdin, stdout=out, stderr=err)
        seconds, n_fds, rss_kib, n_polls = None, 0, 0, 0
        PIDS.add(process.pid)
        while True:
            pid, status = os.waitpid(process.pid, os.WNOHANG)
            if pid:
                break
            try:
                n_fds = max(n_fds, len(os.listdir(f"/proc/{process.pid}/fd")))
                # Not ru_maxrss: that begins with what this runner had when it forked.
                match = re.search(r"^VmHWM:\s*(\d+)", read(f"/proc/{process.pid}/status"), re.MULTILINE)
                rss_kib = max(rss_kib, int(match[1])) if match and n_polls else 0
            except OSError:
                pass
            n_polls += 1
            if time.monotonic() - began > limit_s:
                process.kill()
                pid, status = os.waitpid(process.pid, 0)
                seconds = float("inf")
                break
            time.sleep(0.002)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = seconds or time.monotonic() - began
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read(OUTPUT_CAP).decode("utf-8", "backslashreplace"))
        return Result(process.returncode, *texts, seconds, rss_kib, n_fds)


class Run:
    """The place of one run of the corpus: secrets, canary, packages, programs, the outer control group."""

    def __init__(self, args, folder):
        self.slow, self.naive = args.slow, args.naive
        self.command = os.path.abspath(args.command)
        self.tier_option = ["--tier", args.tier] if args.tier else []
        self.start_option = ["--cold"] if args.cold else []
        self.folder = folder
        self.canary_folder = os.path.join(folder, "canary")
        os.mkdir(self.canary_folder)
        os.chmod(folder, 0o755)
        self.canary_text = canary() + "\n"
        self.canary_file = write(os.path.join(self.canary_folder, "secret"), self.canary_text)
        os.chmod(self.canary_file, 0o666)
        os.chmod(self.canary_folder, 0o777)
        self.seed = write(os.path.join(folder, "seed"), canary())
        self.cache = os.path.join(folder, "cache")
        os.mkdir(self.cache, 0o700)
        write(os.path.join(self.cache, "planted"), canary())
        secret = canary()
        self.environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder, "LC_ALL": "C.UTF-8",
                            "XDG_CACHE_HOME": self.cache, "SECRET_TOKEN": secret, "GITHUB_TOKEN": secret,
                            "GITHUB_ENV": self.canary_file, "GCONV_PATH": self.canary_folder,
                            "PYTHONPATH": self.canary_folder, "LD_LIBRARY_PATH": self.canary_folder}
        self.programs = {}
        # Programs are kept between runs in the source tree; an installed corpus is nobody's to write to.
        in_tree = os.path.basename(os.path.dirname(HERE)) == "tests" and os.access(os.path.join(ROOT, "build"), os.W_OK)
        self.built = os.path.join(ROOT if in_tree else folder, "build/attacks")
        os.makedirs(self.built, exist_ok=True)
        self.neighbour_ms = None
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(64)
        self.listener.setblocking(False)
        self.package("canary")  # now, for two at once would both want to make it
        self.outer = Outer()

    def listener_was_called(self):
        n = 0
        try:
            while True:
                self.listener.accept()[0].close()
                n += 1
        except BlockingIOError:
            return n > 0

    def program(self, source, flags=("-O1", "-static", "-D_GNU_SOURCE"), compiler="gcc"):
        """The program of a source file; kept in build/attacks under the hash of all it is made of."""
        key = (source, tuple(flags), compiler)
        if key not in self.programs:
            content = read(source, "rb") + read(os.path.join(HERE, "attack.h"), "rb") + repr(key[1:]).encode()
            name = os.path.basename(os.path.dirname(source)) + "-" + os.path.basename(source)
            folder = os.path.join(self.built, f"{name}-{hashlib.sha256(content).hexdigest()[:16]}")
            _, left, command = COMPILERS.get(compiler, ("", "main", ["gcc", "-I", HERE, "-o", "@target", "@source", "@flags"]))
            target = os.path.join(folder, left)
            if not os.path.exists(target):
                new = tempfile.mkdtemp(dir=self.built)
                words = {"@source": [source], "@target": [os.path.join(new, left)], "@folder": [new], "@flags": flags}
                done = subprocess.run([word for part in command for word in words.get(part, [part])],
                                      capture_output=True, text=True, check=False)
                if done.returncode:
                    shutil.rmtree(new)
                    raise Problem("does not compile: " + done.stderr.strip()[:400])
                shutil.rmtree(folder, ignore_errors=True)
                os.chmod(new, 0o755)
                os.rename(new, folder)
            self.programs[key] = target
        return self.programs[key]

    def build(self, attack):
        """The program the attack consists of, or None."""
        if attack.get("program"):
            source = os.path.join(attack.folder, COMPILERS[attack["program"]][0])
            return self.program(source, attack.get("compile", []), attack["program"])
        if attack["lang"] == "c":
            return self.program(attack.source, attack.get("compile", ["-O1", "-static", "-D_GNU_SOURCE"]))
        return None

    def package(self, name):
        """A copy of a test package with secrets in the places that have none yet."""
        target = os.path.join(self.folder, "packages", name)
        if not os.path.exists(target):
            secrets = {}
            shutil.copytree(os.path.join(HERE, "packages", name), target)
            for where, _, names in os.walk(target):
                for file in names:
                    path = os.path.join(where, file)
                    # The same name is the same secret everywhere in the package.
                    write(path, re.sub("@(CANARY[0-9a-z-]*)@", lambda m: secrets.setdefault(m[1], canary()),
                                       read(path)))
        return target

    def substitute(self, text, side=0):
        for word, value in (("$CANARY", self.canary_file), ("$SEED", self.seed), ("$PACKAGE", self.package("canary")),
                            ("$CACHE", os.path.join(self.cache, "planted")), ("$SIDE", str(side)),
                            ("$PORT", str(self.listener.getsockname()[1]))):
            text = text.replace(word, value)
        return text


# ---- standard input ----

class Input:
    """Standard input of mljudge: nothing, so many MiB, the canary file, or a terminal nobody may type into."""

    def __init__(self, run, kind):
        self.file = self.master = self.slave = None
        if isinstance(kind, int):
            self.file = tempfile.TemporaryFile(dir=run.folder)
            block = b"0123456789abcde\n" * 65536
            for _ in range(kind):
                self.file.write(block)
            self.file.seek(0)
        elif kind == "canary":
            self.file = open(run.canary_file, "rb")
        elif kind == "tty":
            self.master, self.slave = pty.openpty()
            attributes = termios.tcgetattr(self.slave)
            attributes[3] &= ~(termios.ICANON | termios.ECHO)
            termios.tcsetattr(self.slave, termios.TCSANOW, attributes)
            os.set_blocking(self.slave, False)
        self.given = self.file or (self.slave if self.slave is not None else subprocess.DEVNULL)

    def close(self):
        """Returns what was typed into the terminal."""
        typed = b""
        if self.file:
            self.file.close()
        if self.slave is not None:
            try:
                typed = os.read(self.slave, 100)
            except (BlockingIOError, OSError):
                pass
            os.close(self.slave)
            os.close(self.master)
        return typed


# ---- the two modes ----

def command_line(run, attack, cwd, side):
    """(what --file shows, the command)"""
    program = run.build(attack)
    files = [os.path.basename(program or attack.source)] if program or attack.source else []
    if files:
        shutil.copy(program or attack.source, cwd)
    command = ["./main"] if program else ["/usr/bin/python3", "-B", *files]
    for name in attack.get("files", []):
        shutil.copy(os.path.join(attack.folder, name), cwd)
        files.append(name)
    command = list(attack.get("command", command)) + list(attack.get("args", []))
    return files, [run.substitute(word, side) for word in command]


def run_stdio(run, attack, side=0):
    limits = attack.get("limits", {})
    with tempfile.TemporaryDirectory(dir=run.folder) as cwd:
        files, words = command_line(run, attack, cwd, side)
        outcome = os.path.join(run.folder, f"outcome-{canary()}")
        command = [run.command, "exec", *run.tier_option, "--json", outcome]
        for name in files:
            command += ["--file", name]
        for name, option in OPTIONS:
            if name in limits:
                factor = 4 if run.slow and name in ("wall_ms", "cpu_ms") else 1
                command += [option, str(limits[name] * factor)]
        cpu_ms = limits.get("cpu_ms", ENOUGH["cpu_ms"])
        wall_ms = limits.get("wall_ms", 2 * cpu_ms + 1000) * (4 if run.slow else 1)
        given = Input(run, attack.get("stdin"))
        result = call(command + ["--", *words], cwd, run.environment, wall_ms / 1000 + (60 if run.slow else 10),
                      given.given)
        typed = given.close()
        if typed:
            raise Problem(f"it typed {typed!r} into the caller's terminal")
        if set(os.listdir(cwd)) != set(files):
            raise Problem(f"the caller's directory changed: {os.listdir(cwd)}")
    if not os.path.exists(outcome):
        raise Problem(f"no outcome, exit status {result.status}: {result.stderr.strip()[:300]}")
    report = json.loads(read(outcome))
    os.unlink(outcome)
    verdict = report["verdict"]
    if result.status != {"AC": 0, "JE": 3}.get(verdict, 1):
        raise Problem(f"verdict {verdict} with exit status {result.status}")
    if result.seconds > wall_ms / 1000 + (30 if run.slow else 2):
        raise Problem(f"mljudge came back after {result.seconds:.1f} s, the wall limit is {wall_ms} ms")
    if "ends_within_ms" in attack.get("evidence", {}) and not run.slow:
        late = result.seconds * 1000 - wall_ms
        if late > attack["evidence"]["ends_within_ms"]:
            raise Problem(f"mljudge came back {late:.0f} ms after the wall limit")
    return result, report


BYTES = {"ESC": b"\x1b", "BEL": b"\7", "CSI": b"\xc2\x9b", "RLO": "\u202e".encode(), "ZWSP": "\u200b".encode(),
         "LS": "\u2028".encode(), "BOM": "\ufeff".encode(), "NUL": b"\0", "CR": b"\r", "BYTES": b"\xff\xfe\x80\xed\xa0\x80"}


def submission(run, attack):
    """The source as it is handed in, as bytes.  @VARIANT@ and @VARIANT_NAME@ (with underscores), @ARGUMENT@,
    @IF variant@...@END@, @1000*text@ for repeated text, @ESC@ and others for bytes that no source should hold."""
    text = read(attack.source)
    text = re.sub(r"@IF ([^@\s]+)@(.*?)@END@", lambda m: m[2] if m[1] == attack.variant else "", text, flags=re.DOTALL)
    text = text.replace("@VARIANT@", attack.variant).replace("@VARIANT_NAME@", attack.variant.replace("-", "_"))
    text = text.replace("@ARGUMENT@", run.substitute("".join(attack.get("args", []))))
    text = re.sub(r"@(\d+)\*(.+?)@", lambda m: int(m[1]) * m[2].replace("\\n", "\n"), text, flags=re.DOTALL)
    return re.sub(rb"@([A-Z]+)@", lambda m: BYTES.get(m[1].decode(), m[0]), text.encode())


def run_function(run, attack):
    package = run.package(attack["package"])
    with tempfile.TemporaryDirectory(dir=run.folder) as cwd:
        name = attack.get("filename", os.path.basename(attack.source))
        with open(os.path.join(cwd, name), "wb") as file:
            file.write(submission(run, attack))
        for beside in attack.get("files", []):
            shutil.copy(os.path.join(attack.folder, beside), cwd)
        command = [run.command, "judge", *run.tier_option, *run.start_option, "--lang", attack["lang"], "--seed-file", run.seed,
                   "--report", "json=report.json", package, os.path.join(cwd, name)]
        result = call(command, cwd, run.environment, 600 if run.slow else 120)
        try:
            text = read(os.path.join(cwd, "report.json"))
            report = json.loads(text)
        except (OSError, ValueError):
            raise Problem(f"no report, exit status {result.status}: "
                          f"{(result.stderr or result.stdout)[:300]}") from None
    if result.status != {"AC": 0, "JE": 3}.get(report["verdict"], 1):
        raise Problem(f"verdict {report['verdict']} with exit status {result.status}")
    result.report_bytes = len(text) + len(result.stdout)
    result.json = text
    return result, report


# ---- with others ----

def two(first, second):
    """Both at once; the results, or the first exception."""
    results = [None, None]

    def one(i, function):
        try:
            results[i] = function()
        except (Problem, OSError, KeyError, ValueError) as error:
            results[i] = error

    thread = threading.Thread(target=one, args=(1, second))
    thread.start()
    one(0, first)
    thread.join()
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


def run_neighbour(run):
    """A program with a known amount of work, in a box; returns the CPU time it needed in ms."""
    with tempfile.TemporaryDirectory(dir=run.folder) as cwd:
        shutil.copy(run.program(os.path.join(HERE, "neighbour.c")), os.path.join(cwd, "main"))
        result = call([run.command, "exec", *run.tier_option, "--json", "outcome", "--file", "main", "--cpu-ms",
                       "20000", "--", "./main"], cwd, run.environment, 60)
        if not os.path.exists(os.path.join(cwd, "outcome")):
            raise Problem("the neighbour has no outcome: " + result.stderr[:200])
        report = json.loads(read(os.path.join(cwd, "outcome")))
    if report["verdict"] != "AC" or result.stdout != "done\n":
        raise Problem(f"the neighbour got {report['verdict']}: {result.stdout[:100]!r} {result.stderr[:100]!r}")
    return report["cpu_ms"]
