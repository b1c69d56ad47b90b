"""Solutions that are wrong in every way: each gets its verdict and one clear sentence."""
import os
import re

from support import SECRET, case, check, judge, mljudge, source, tiny, write, Settings


# A line a second, where standard error is no terminal.
PROGRESS = r"((\d+ of \d+ tests done, running |building tests: )[^\n]*\n)*"


def verdict(text, wanted, *words, group="sample", code=1, **options):
    """The verdict of a source; words of the message of the first test that is not accepted (or the compiler's)."""
    run, report = judge(text, **options)
    check(report["verdict"] == wanted, f"verdict {report['verdict']}, not {wanted}", run)
    check(run.code == code, f"exit code {run.code}, not {code}", run)
    check(re.fullmatch(PROGRESS, run.err), "something on standard error", run)
    bad = [test for test in report["tests"] if test["status"] != "skipped" and test["verdict"] != "AC"]
    said = bad[0]["message"] if bad else report["compile"]["output"]
    for word in words:
        check(word in said, f"{word!r} is not in {said!r}", run)
    return report


def bad_source(title, text, wanted, *words, **options):
    @case(f"source: {title}")
    def run():
        verdict(text, wanted, *words, **options)


# ---- does not load: CE ----
bad_source("syntax error", "def twice(x:\n    return x\n", "CE", "1")
bad_source("empty file", "", "CE", "twice")
bad_source("NUL bytes", b"def twice(x):\n    return x\n\x00\x00", "CE")
bad_source("invalid UTF-8", b"def twice(x):\n    return '\xff\xfe'\n", "CE")
bad_source("256 KiB and more", "#" * (300 << 10) + "\ndef twice(x):\n    return x * 2\n", "CE", "256 KiB")
bad_source("wrong name", "def double(x):\n    return x\n", "CE", "twice")
bad_source("not a function", "twice = 3\n", "CE", "twice")
bad_source("C: syntax error", '#include "twice.h"\nvoid twice(\n', "CE", "error", name="a.c")
bad_source("C: wrong name", '#include "twice.h"\nvoid double_it(void) {}\n', "CE", "twice", name="a.c")
bad_source("C: other parameters", "void twice(int x) { (void)x; }\n#include \"twice.h\"\n", "CE", "twice", name="a.c")
bad_source("C: empty file", "", "CE", name="a.c")
bad_source("C: undefined symbol", '#include "twice.h"\nvoid nowhere(void);\nvoid twice(const double *x, size_t n, '
           "double *out) { (void)x; (void)n; (void)out; nowhere(); }\n", "CE", "nowhere", name="a.c")
bad_source("C: a file that is not there", '#include "/etc/shadow"\n', "CE", name="a.c")
bad_source("C: error flood", '#include "twice.h"\n' + "x y z;\n" * 30000, "CE", name="a.c")

# ---- breaks while it runs: RTE ----
bad_source("wrong arity", "def twice(x, y):\n    return x\n", "RTE", "'y'", "twice(x)")
bad_source("no parameters", "def twice():\n    return 1\n", "RTE", "twice(x)")
bad_source("exception", "def twice(x):\n    return x[99]\n", "RTE", "IndexError", "line 2")
bad_source("import scipy", "import scipy\ndef twice(x):\n    return x * 2\n", "RTE", "scipy")
bad_source("sys.exit", "import sys\ndef twice(x):\n    sys.exit(0)\n", "RTE")
bad_source("os._exit", "import os\ndef twice(x):\n    os._exit(0)\n", "RTE", "without returning")
bad_source("exit at import", "raise SystemExit\n", "RTE")
bad_source("recursion", "def twice(x):\n    return twice(x)\n", "RTE", "Recursion")
bad_source("stdin", "def twice(x):\n    return [float(input())] * len(x)\n", "RTE", "EOF")
bad_source("fork", "import os\ndef twice(x):\n    os.fork()\n    return x * 2\n", "RTE", "Error")
bad_source("abort", "import os\ndef twice(x):\n    os.abort()\n", "RTE", "SIGABRT")
bad_source("hostile exception text", "def twice(x):\n    raise ValueError('\\x1b[2J\\x9b\\u202e\\ud800' + 'x' * 100000)\n",
           "RTE", "ValueError")
bad_source("exception whose str() fails", "class E(Exception):\n    def __str__(self):\n        raise KeyError\n"
           "def twice(x):\n    raise E()\n", "RTE")
bad_source("bare BaseException", "class E(BaseException): pass\ndef twice(x):\n    raise E\n", "RTE")
bad_source("C: crash", '#include "twice.h"\nvoid twice(const double *x, size_t n, double *out) '
           "{ (void)x; (void)n; (void)out; *(volatile int *)8 = 1; }\n", "RTE", "SIGSEGV", name="a.c")
bad_source("C: exit", '#include "twice.h"\n#include <stdlib.h>\nvoid twice(const double *x, size_t n, double *out) '
           "{ (void)x; (void)n; (void)out; exit(0); }\n", "RTE", "without returning", name="a.c")
bad_source("C: recursion", '#include "twice.h"\nvoid twice(const double *x, size_t n, double *out) '
           "{ volatile char a[4096]; a[0] = 1; twice(x, n, out); a[1] = a[0]; }\n", "RTE", "SIGSEGV", name="a.c")

# ---- wrong answers: WA ----
bad_source("wrong value", "def twice(x):\n    return x\n", "WA", "expected", "2")
bad_source("wrong shape", "def twice(x):\n    return [1.0]\n", "WA")
bad_source("wrong rank", "def twice(x):\n    return [[v] for v in x]\n", "WA")
bad_source("wrong type", "def twice(x):\n    return 'abc'\n", "WA")
bad_source("None", "def twice(x):\n    pass\n", "WA", "None")
bad_source("NaN where a number belongs", "def twice(x):\n    return [float('nan')] * len(x)\n", "WA", "NaN")
bad_source("bool for float", "def twice(x):\n    return [True] * len(x)\n", "WA")
bad_source("ragged", "def twice(x):\n    return [[1.0], [1.0, 2.0]]\n", "WA")
bad_source("object that pretends", "class L(list):\n    def __len__(self):\n        return 10**9\n"
           "def twice(x):\n    return L(x)\n", "WA")
bad_source("a list that holds itself", "def twice(x):\n    a = []\n    a.append(a)\n    return a\n", "WA")
bad_source("generator", "def twice(x):\n    yield from x\n", "WA")
bad_source("C: nothing written", '#include "twice.h"\nvoid twice(const double *x, size_t n, double *out) '
           "{ (void)x; (void)n; (void)out; }\n", "WA", name="a.c")

# ---- limits ----
bad_source("infinite loop", "def twice(x):\n    while True:\n        pass\n", "TLE", "400 ms")
bad_source("infinite loop at import", "while True:\n    pass\n", "TLE")
bad_source("memory", "def twice(x):\n    a = []\n    while True:\n        a.append(bytearray(1 << 20))\n", "MLE", "48.0 MiB")
bad_source("memory, one big array", "import numpy as np\ndef twice(x):\n    return np.ones(100_000_000)[:len(x)]\n", "MLE")
bad_source("C: memory", '#include "twice.h"\n#include <stdlib.h>\n#include <string.h>\nvoid twice(const double *x, '
           "size_t n, double *out) { (void)x; (void)n; for (;;) { char *p = malloc(1 << 20); if (p) memset(p, 1, 1 << 20); "
           "out[0] = p != 0; } }\n", "MLE", name="a.c")
bad_source("prints a gigabyte", "import os\ndef twice(x):\n    block = b'x' * (1 << 20)\n    for i in range(1024):\n"
           "        os.write(1, block)\n    return x * 2\n", "OLE", "printed more than 8")


HEAP = "def twice(x):\n    a = []\n    while True:\n        a.append(bytearray(1 << 20))\n"
FILES = "def twice(x):\n    with open('/tmp/a', 'wb', 0) as file:\n        while True:\n            file.write(bytes(1 << 20))\n"


@case("source: MLE tells what is the program's own from what lies in files, where the box has files")
def _():
    for text, least, most, words in ((HEAP, 0, 0, "MiB of its own, nothing in files"), (FILES, 40 << 20, 64 << 20, "MiB in files: /tmp is memory, too")):
        path = source(text)
        run = mljudge("run", tiny(), path, "--report", "json")
        report = run.json()
        test = report["tests"][0]
        if report["isolation"]["tier"] == "landlock":
            check(test["memory_tmpfs_bytes"] is None, "there is no tmpfs", run)
            continue
        check(run.code == 1 and test["verdict"] == "MLE", "no MLE", run)
        check(least <= test["memory_tmpfs_bytes"] <= most, f"{test['memory_tmpfs_bytes']} bytes in files", run)
        mljudge("run", tiny(), path).expect(1, "of 48 MiB, beyond interpreter and input", words)
        markdown = mljudge("run", tiny(), path, "--report", "markdown").expect(1).out
        check(("nothing in files" in markdown) == (most == 0), "the summary", run)
        rounded = mljudge("judge", tiny(), source(text.replace("    ", "    if len(x) < 3: return x * 2\n    ", 1)), "--report", "json").expect(1).json()
        hidden = [test for test in rounded["tests"] if test["hidden"] and test["verdict"] == "MLE"]
        check(hidden and all(test["memory_tmpfs_bytes"] % (1 << 20) == 0 for test in hidden), f"{hidden}")
    accepted = verdict("def twice(x):\n    open('/tmp/a', 'wb').write(bytes(1 << 20)) if len(x) > 99 else 0\n    return x * 2\n", "AC", code=0)
    check(all(test["memory_tmpfs_bytes"] is None for test in accepted["tests"]), "told of what was accepted")


@case("source: sleep is told from work")
def _():
    report = verdict("import time\ndef twice(x):\n    time.sleep(60)\n", "TLE", "idle")
    check(report["tests"][0]["idle"] is True, "idle is not true")
    check(report["tests"][0]["repeats"] == 1, "an idle test was run again")


@case("source: stderr flood below the limit is no verdict")
def _():
    verdict("import os\ndef twice(x):\n    os.write(2, b'y' * 3000000)\n    return x * 2\n", "AC", code=0)


@case("source: import scipy and pandas fail as if they were not installed")
def _():
    for name in ("scipy", "pandas", "pip"):
        verdict(f"def twice(x):\n    import {name}\n    return x * 2\n", "RTE", "ModuleNotFoundError")


@case("source: pypure has no numpy")
def _():
    run, report = judge("import numpy\ndef twice(x):\n    return [2 * v for v in x]\n", "--lang", "pypure")
    check(report["verdict"] == "RTE" and "ModuleNotFoundError" in report["tests"][0]["message"], "numpy came in", run)


@case("source: threads are allowed, up to a number")
def _():
    verdict("import threading\ndef twice(x):\n    out = []\n    t = threading.Thread(target=lambda: out.extend(2 * v for v "
            "in x))\n    t.start()\n    t.join()\n    return out\n", "AC", code=0)
    verdict("import threading, time\ndef twice(x):\n    for i in range(100):\n        threading.Thread(target=time.sleep, "
            "args=(9,), daemon=True).start()\n    return [2 * v for v in x]\n", "RTE", "RuntimeError")


@case("source: a thread that goes on does not hold up the result for ever")
def _():
    run, report = judge("import threading, time\ndef twice(x):\n    threading.Thread(target=time.sleep, args=(60,)).start()\n"
                        "    return [2 * v for v in x]\n")
    check(report["verdict"] in ("TLE", "AC"), "neither TLE nor AC", run)
    check(run.seconds < 15, "it took too long", run)


# ---- the result channel ----

FORGE = """import os, struct
def twice(x):
    {work}
    os._exit({code})
"""


def forged(title, work, wanted="RTE", code=0):
    bad_source(f"result frame: {title}", FORGE.format(work=work.replace("\n", "\n    "), code=code), wanted)


forged("garbage", "os.write(4, os.urandom(4096))")
forged("one byte", "os.write(4, b'M')")
forged("a text", "os.write(4, b'AC accepted\\n' * 100)")
forged("zeros", "os.write(4, bytes(1 << 20))")
forged("huge and sparse", "os.pwrite(4, b'x', (200 << 20))")
forged("beyond the file limit", "os.pwrite(4, b'x' * 10, (256 << 20) - 5)\nos.pwrite(4, b'x', 1 << 40)")
forged("read-only seal attempted", "import fcntl\ntry:\n    fcntl.fcntl(4, 1033, 1)\nexcept OSError:\n    pass")
forged("closed", "os.close(4)")
forged("replaced by another file", "os.close(4)\nos.open('/tmp/x', os.O_RDWR | os.O_CREAT)\nos.write(4, b'x')")


HONEST_FRAME = """import os, sys
def twice(x):
    return [2 * v for v in x]
frame = []
"""


@case("result frame: a true one with exit code 1 does not count; truncated and over-long ones neither")
def _():
    # The harness's own encoder is used; what it wrote is then changed at exit.
    for change in ("os.ftruncate(4, max(0, os.fstat(4).st_size - {n}))", "os.pwrite(4, b'\\0' * {n}, os.fstat(4).st_size)"):
        for n in (1, 8, 64):
            text = ("import os, sys, threading, time\ndef twice(x):\n    def later():\n        while not os.fstat(4).st_size:\n"
                    "            pass\n        time.sleep(0.02)\n        " + change.format(n=n) + "\n        os._exit(0)\n"
                    "    threading.Thread(target=later).start()\n    return [2 * v for v in x]\n")
            run, report = judge(text)
            check(report["verdict"] in ("RTE", "AC"), f"verdict {report['verdict']}", run)
    text = ("import os, threading\ndef twice(x):\n    def later():\n        while not os.fstat(4).st_size:\n            pass\n"
            "        os._exit(1)\n    threading.Thread(target=later).start()\n    return [2 * v for v in x]\n")
    run, report = judge(text)
    check(report["verdict"] in ("RTE", "AC"), f"verdict {report['verdict']}", run)


# ---- file names ----

RIGHT = "def twice(x):\n    return x * 2\n"


@case("file names: spaces, newlines, a leading dash, quotes, UTF-8, not UTF-8, escape sequences")
def _():
    folder = os.path.dirname(source(RIGHT))
    for name in (b"my solution.py", b"a\nb.py", b"-x.py", b"--report.py", b"a'b\"c.py", "löß.py".encode(), b"\xff\xfe.py",
                 b"\x1b[31mred.py", b"a\tb.py", b"$(true).py", b"\\n.py", b"%s%n.py", b"x" * 240 + b".py"):
        path = os.path.join(os.fsencode(folder), name)
        write(path, RIGHT)
        run = mljudge("judge", tiny(), path, "--report", "json")
        report = run.expect(0).json()
        check(not any(ord(c) < 32 and c not in "\n\t" for c in report["file"]), "control bytes in the name", run)
        run = mljudge("judge", tiny(), "--", name if not name.startswith(b"\xff") else path, cwd=folder)
        run.expect(0)
        check("\x1b" not in run.out + run.err, "an escape sequence in the report", run)


@case("file names: a traceback names the file, escaped")
def _():
    run, report = judge("def twice(x):\n    raise ValueError('here')\n", name="my\n\x1b[1m.py")
    check("\x1b" not in run.out and report["verdict"] == "RTE", "not escaped", run)


@case("FILE - is standard input")
def _():
    run = mljudge("judge", tiny(), "-", "--lang", "python", input=RIGHT.encode()).expect(0)
    run = mljudge("judge", tiny(), "-", input=RIGHT.encode()).expect(2, "--lang")
    run.one_line()


@case("FILE that is a folder, a FIFO, a device, unreadable, or not there: one line, exit 2")
def _():
    folder = os.path.dirname(source(RIGHT))
    fifo = os.path.join(folder, "fifo.py")
    os.mkfifo(fifo)
    os.mkdir(os.path.join(folder, "dir.py"))
    os.symlink("loop.py", os.path.join(folder, "loop.py"))
    for path in (fifo, os.path.join(folder, "dir.py"), "/dev/zero", os.path.join(folder, "none.py"),
                 os.path.join(folder, "loop.py"), ""):
        mljudge("judge", tiny(), path, "--lang", "python", timeout=10).expect(2).one_line()
    mljudge("judge", tiny(), os.path.join(folder, "x.unknown")).expect(2).one_line()
    mljudge("judge", tiny(), write(os.path.join(folder, "x.rs"), "fn main() {}")).expect(2, "--lang").one_line()


# ---- what a hidden report may say ----

@case("hidden tests: an exception with the input in its text shows class and line only")
def _():
    text = ("def twice(x):\n    if len(x) and x[0] > 4000:\n        print(x)\n        raise ValueError(repr(list(x)))\n"
            "    return x * 2\n")
    run, report = judge(text)
    test = next(test for test in report["tests"] if test["name"] == "hidden/1")
    check(test["verdict"] == "RTE" and test["exit_code"] is None, "not an RTE without exit code", run)
    check(test["message"] == "ValueError, line 4", f"message {test['message']!r}", run)
    check(SECRET not in run.out + run.err, "the secret is in the report", run)
    plain = mljudge("judge", tiny(), source(text)).expect(1, "ValueError, line 4")
    check(SECRET not in plain.out + plain.err, "the secret is in the text report", plain)
    run, report = judge(text, "--reveal")
    check(SECRET in run.out, "--reveal does not reveal", run)


@case("hidden tests: own exception classes, other lines, exit codes, prints, wrong values say nothing")
def _():
    for body in (f"raise type('E' + str(int(x[0])), (Exception,), {{}})(x[0])", "import os; os._exit(int(x[0]) % 251)",
                 "print(x[0], flush=True); return [float(x[0])] * 2", "return [x[0] + 1] * len(x)",
                 "import sys; sys.exit(str(x[0]))", "return str(x[0])", "raise KeyError(x[0])",
                 "exec('\\n' * 424200 + 'raise ValueError(x[0])', {'x': x})"):
        text = f"def twice(x):\n    if len(x) and x[0] > 4000:\n        {body}\n    return x * 2\n"
        run, report = judge(text)
        test = next(test for test in report["tests"] if test["name"] == "hidden/1")
        check(test["verdict"] in ("RTE", "WA"), f"verdict {test['verdict']}", run)
        check("4242" not in run.out and "8484" not in run.out and "8485" not in run.out, f"the report tells of the input: {test}", run)
        check(test["exit_code"] is None and test["cpu_ms"] % 10 == 0 and test["memory_bytes"] % (1 << 20) == 0,
              f"not rounded: {test}", run)
        check("stdout" not in test and "stderr" not in test, "prints are shown", run)


@case("hidden tests: a forged fault frame cannot smuggle numbers out")
def _():
    # A fault frame as the harness would write it, but with a line number of the attacker's choice.
    text = ("import os, sys\ndef twice(x):\n    if len(x) and x[0] > 4000:\n        try:\n"
            "            exec(compile('\\n' * 424241 + 'raise ValueError', __file__, 'exec'))\n"
            "        except NameError:\n            pass\n    return x * 2\n")
    run, report = judge(text)
    check("424242" not in run.out, "a line that the file does not have is shown", run)


@case("samples show everything: message, prints, exit code")
def _():
    run, report = judge("import sys\ndef twice(x):\n    print('seen', list(x))\n    print('err', file=sys.stderr)\n    return x\n")
    test = report["tests"][0]
    check(test["name"] == "sample/1" and not test["hidden"], "no sample first", run)
    check("seen" in test["stdout"] and "err" in test["stderr"], "prints of a sample are not shown", run)
    check("expected" in test["message"], "no details", run)
