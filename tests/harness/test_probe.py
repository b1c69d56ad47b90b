"""The probe: what it says, and that a box with exactly its mounts runs the flavour and shows nothing else."""
import glob
import json
import os
import shutil
import subprocess
import tempfile

from test_python import HARNESS, PYTHON

TRY = '''
import importlib, sys
sys.path += [p for p in sys.argv[1].split(":") if p]
found = []
for name in ["numpy", "yaml", "pip", "setuptools", "numpy.linalg", "json", "ctypes", "sqlite3", "decimal", "ssl", "lzma",
             "test.support", "unittest", "zoneinfo", "pandas", "dateutil", "six", "scipy", "numexpr", "pandas.tests.frame"]:
    try:
        importlib.import_module(name)
        found.append(name)
    except ImportError:
        pass
if "numpy" in found:
    import numpy
    assert abs(numpy.linalg.inv(numpy.eye(3) * 2)[0, 0] - 0.5) < 1e-15
print(" ".join(found))
'''
STDLIB = "json ctypes sqlite3 decimal ssl lzma unittest zoneinfo"


def make_venv(folder):
    """A virtual environment whose NumPy is its own."""
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", folder], check=True)
    numpy = subprocess.run([PYTHON, "-c", "import numpy; print(numpy.__path__[0])"], capture_output=True, text=True)
    packages = glob.glob(os.path.join(folder, "lib/python3*/site-packages"))[0]
    os.symlink(numpy.stdout.strip(), os.path.join(packages, "numpy"))
    return os.path.join(folder, "bin/python3")


def interpreters():
    """Every python3 in PATH."""
    found = []
    for folder in os.environ["PATH"].split(":") + ["/usr/bin"]:
        path = os.path.join(folder, "python3")
        if os.access(path, os.X_OK) and path not in found:
            found.append(path)
    return found


def ask(program, *modules):
    return subprocess.run([program, "-I", os.path.join(HARNESS, "probe.py"), *modules], capture_output=True, text=True)


def bubblewrap(answer):
    """The box as bubblewrap makes it: the mounts of the probe, in order."""
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--clearenv", "--proc", "/proc", "--dev", "/dev"]
    for mount in answer["mounts"]:
        if isinstance(mount, str):
            if os.path.islink(mount):
                command += ["--symlink", os.readlink(mount), mount]
            else:
                command += ["--ro-bind", mount, mount]
        elif mount.get("empty"):
            command += ["--tmpfs", mount["target"]]
        else:
            command += ["--ro-bind", mount["source"], mount["target"]]
    return command + ["--"]


def check_view(tests, program, answer, want):
    command = bubblewrap(answer) + [answer["interpreter"], "-I", "-S", "-B", "-X", "utf8", "-c", TRY, ":".join(answer["path"])]
    done = subprocess.run(command, capture_output=True, text=True)
    missing = set(want.split()) - set(done.stdout.split())
    extra = set(done.stdout.split()) - set(want.split()) - set(STDLIB.split())
    # a private build may lack parts of the standard library; what the host has there the box must have
    on_host = subprocess.run([answer["interpreter"], "-I", "-S", "-c", TRY, ""], capture_output=True, text=True)
    missing -= set(STDLIB.split()) - set(on_host.stdout.split())
    tests.check(f"the view of {program} {answer['version']}", done.returncode == 0 and not missing and not extra,
                f"missing {missing}, extra {extra}, {done.stderr[-500:]}")


def run(tests):
    done = ask(PYTHON, "numpy")
    tests.check("numpy is found", done.returncode == 0 and done.stdout.count("\n") == 1, done)
    answer = json.loads(done.stdout)
    tests.check("version names both", ", numpy " in answer["version"], answer)
    tests.check("the interpreter is a real file", os.path.realpath(answer["interpreter"]) == answer["interpreter"], answer)
    tests.check("numpy's folder is mounted, its parent is not",
                any(m["target"] == answer["path"][0] + "/numpy" for m in answer["mounts"] if isinstance(m, dict))
                and answer["path"][0] not in [m["target"] for m in answer["mounts"]
                                              if isinstance(m, dict) and not m.get("empty")], answer)
    done = ask(PYTHON, "numpy", "no_such_module")
    tests.check("a missing module: exit 1 and one line", done.returncode == 1 and done.stderr == ""
                and done.stdout.startswith("no no_such_module (ModuleNotFoundError") and done.stdout.count("\n") == 1, done)

    if not shutil.which("bwrap") or subprocess.run(["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"]).returncode:
        tests.skip("the probe's views", "bubblewrap does not work here")
        return
    with tempfile.TemporaryDirectory() as folder:
        venv = make_venv(os.path.join(folder, "venv"))
        check_helpers(tests, venv)
        check_programs(tests, interpreters() + [venv])


def check_helpers(tests, venv):
    """A package that imports another one, which only some flavours show."""
    packages = glob.glob(os.path.join(os.path.dirname(os.path.dirname(venv)), "lib/python3*/site-packages"))[0]
    for name, text in [("upper", "import lower\n__version__ = '7.5'\n"), ("lower", "")]:
        with open(os.path.join(packages, name + ".py"), "w", encoding="utf-8") as file:
            file.write(text)
    done = ask(venv, "upper")
    tests.check("a module is refused if it works only with one that is not shown", done.returncode == 1
                and done.stdout.startswith("no upper (ModuleNotFoundError: No module named 'lower')"), done)
    answer = json.loads(ask(venv, "upper", "+lower", "+absent").stdout or "{}")
    tests.check("a helper is shown and not named", answer.get("version", "").endswith(", upper 7.5")
                and [m["target"] for m in answer["mounts"][-2:]] == [f"{packages}/upper.py", f"{packages}/lower.py"], answer)
    answer = json.loads(ask(venv, "lower", "upper", "lower", "+lower").stdout or "{}")
    tests.check("a package is named once", answer.get("version", "").endswith(", lower ?, upper 7.5"), answer)
    done = ask(venv, "json")
    tests.check("a part of the standard library is no package", done.returncode == 1 and "standard library" in done.stdout, done)


def check_programs(tests, programs):
    for program in programs:
        pure = ask(program)
        if tests.check(f"pypure with {program}", pure.returncode == 0, pure):
            check_view(tests, program, json.loads(pure.stdout), STDLIB)
        numpy = ask(program, "numpy")
        if numpy.returncode == 0:
            check_view(tests, program, json.loads(numpy.stdout), STDLIB + " numpy numpy.linalg")
        pandas = ask(program, "numpy", "pandas", "+dateutil", "+six", "+pytz", "+tzdata")
        if pandas.returncode == 0:
            check_view(tests, program, json.loads(pandas.stdout), STDLIB + " numpy numpy.linalg pandas dateutil six")
