"""Has this interpreter what a flavour needs, and what must a box show of the host for it to run?

    CANDIDATE -I probe.py [MODULE...]        pypure: no module; python: numpy

+MODULE is shown if it is there, but not named: something that those before it import.  Other third-party modules are
kept from being imported here as they are in the box, so that what works only with them is found not to work.

Prints one line of JSON, or one line that says why not and exits 1:
  version      "3.11.2", with modules "3.11.2, numpy 1.24.2"
  interpreter  the path to start: the real file, never a shim or a venv's link
  path         directories for MLJUDGE_PATH; in the box they hold nothing but the modules asked for
  mounts       in order: {"source", "target"}, a read-only view; {"empty": true, "target"}, something hidden in what
               came before; a plain path, shown as the host has it (a symbolic link stays one)
  warm         folders whose files the judge reads ahead of the first timed test

The mount view is what keeps other packages out, so third-party directories are never mounted whole."""

import importlib.machinery
import json
import os
import sys
import warnings

THIRD_PARTY = ("site-packages", "dist-packages")
HIDDEN = THIRD_PARTY + ("test", "idlelib", "ensurepip", "turtledemo")
DATA = {"pandas": "/usr/share/zoneinfo", "pytz": "/usr/share/zoneinfo"}  # Debian's pytz reads the system's at import
# Where a distribution keeps shared libraries, and how the loader finds them.
SYSTEM = ("/lib", "/lib64", "/usr/lib64", "/etc/ld.so.cache", "/etc/alternatives")


class Unfit(Exception):
    pass


def inside(path, folders):
    return any(path == folder or path.startswith(folder + "/") for folder in folders)


def inside_third_party(path):
    return any(part in THIRD_PARTY for part in path.split("/"))


def interpreter():
    """A venv's python is a link to the one it was made of, which alone finds its library without site."""
    path = getattr(sys, "_base_executable", None) or sys.executable
    if not path:
        raise Unfit("does not know its own path")
    return os.path.realpath(path)


def stdlib_folders():
    """The standard library and the folder of its extension modules (often inside the first)."""
    folders = [os.path.dirname(os.path.realpath(os.__file__))]
    folders += [os.path.realpath(p) for p in sys.path if os.path.basename(p) == "lib-dynload" and os.path.isdir(p)]
    return folders


class Blocker:
    """Refuses third-party modules that were not asked for."""

    def __init__(self, allowed):
        self.allowed = allowed

    def find_spec(self, name, path=None, target=None):
        if path is None and name not in self.allowed:
            spec = importlib.machinery.PathFinder.find_spec(name)
            origin = spec and (spec.origin or next(iter(spec.submodule_search_locations or ()), None))
            if origin and inside_third_party(origin):
                raise ModuleNotFoundError("No module named '%s'" % name, name=name)
        return None


def bare(name):
    return name.lstrip("+")


def find_module(name):
    """(version, directory that contains it, what there belongs to it)"""
    try:
        module = __import__(name)
        if not module.__file__:
            raise ImportError("a folder without __init__.py")
        own = os.path.abspath(module.__file__)
        if os.path.basename(own).startswith("__init__."):
            own = os.path.dirname(own)
        if inside(own, stdlib_folders()) and not inside_third_party(own):
            raise ValueError("a part of the standard library")
    except Exception as exc:
        raise Unfit("no %s (%s: %s)" % (name, type(exc).__name__, str(exc).split("\n")[0][:200])) from None
    parent = os.path.dirname(own)
    libraries = os.path.join(parent, name + ".libs")  # shared libraries that a wheel brings
    return (getattr(module, "__version__", "?"), parent,
            [own] + ([libraries] if os.path.isdir(libraries) else []))


def has_tests(folder):
    """A package's own tests, which are no part of it.  NumPy's are small, and every box would pay for the mount."""
    return os.path.basename(folder) != "numpy" and os.path.isfile(os.path.join(folder, "tests", "__init__.py"))


def load_extensions(folders):
    """Loads the standard library's own extension modules, so that loaded_files() shows their libraries."""
    for folder in folders:
        if os.path.basename(folder) != "lib-dynload":
            continue
        for file in sorted(os.listdir(folder)):
            name = file.partition(".")[0]
            if not name.startswith(("_test", "xx", "_tkinter", "_xx")):
                try:
                    __import__(name)
                except Exception:
                    pass  # a part of Python that does not work here is no reason to refuse it


def loaded_files():
    files = set()
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
        for line in maps:
            path = line.rstrip("\n").split(None, 5)[5:]
            if path and path[0].startswith("/") and ".so" in os.path.basename(path[0]):
                files.add(path[0])
    return sorted(files)


def is_system(folder):
    return folder.startswith(("/lib", "/usr/lib")) and (
        folder.endswith("-linux-gnu") or os.path.basename(folder) in ("lib64", "lib32"))


def library_mounts(shown):
    """Folders of the system whole; from any other folder (a private build, conda) only what is in use, under all its
    names there."""
    mounts = []
    folders = set()
    files = []
    for file in loaded_files():
        folder = os.path.dirname(file)
        if inside(file, shown):
            continue
        if os.path.basename(folder) in ("blas", "lapack"):  # Debian's alternatives, one level down
            folder = os.path.dirname(folder)
        if is_system(folder):
            folders.add(folder)
        else:
            files.append(file)
    for folder in sorted(folders):
        mounts.append({"source": folder, "target": folder})
    for file in files:
        folder = os.path.dirname(file)
        for name in sorted(os.listdir(folder)):
            path = os.path.join(folder, name)
            if ".so" in name and os.path.realpath(path) == os.path.realpath(file):
                mounts.append({"source": os.path.realpath(file), "target": path})
    return mounts


def main():
    warnings.simplefilter("ignore")
    program = interpreter()
    stdlib = stdlib_folders()
    versions = ["%d.%d.%d" % sys.version_info[:3]]
    path, parts = [], []
    names = list(dict.fromkeys(sys.argv[1:]))
    sys.meta_path.insert(0, Blocker(set(map(bare, names))))
    for name in names:
        try:
            version, parent, own = find_module(bare(name))
        except Unfit:
            if name.startswith("+"):
                continue
            raise
        if not name.startswith("+"):
            versions.append("%s %s" % (name, version))
        if parent not in path:
            path.append(parent)
        parts += own
    load_extensions(stdlib)

    mounts = [p for p in SYSTEM if os.path.lexists(p)]
    mounts += library_mounts(stdlib + parts)
    mounts.append({"source": program, "target": program})
    for i, folder in enumerate(stdlib):
        if not inside(folder, stdlib[:i]):
            mounts.append({"source": folder, "target": folder})
        mounts += [{"empty": True, "target": os.path.join(folder, name)} for name in HIDDEN
                   if os.path.isdir(os.path.join(folder, name))]
    mounts += [{"source": os.path.realpath(p), "target": p} for p in parts]
    mounts += sorted({DATA[name] for name in map(bare, names) if name in DATA and os.path.isdir(DATA[name])})
    mounts += [{"empty": True, "target": os.path.join(p, "tests")} for p in parts if has_tests(p)]
    print(json.dumps({"version": ", ".join(versions), "interpreter": program, "path": path,
                      "mounts": mounts, "warm": stdlib + [os.path.realpath(p) for p in parts if os.path.isdir(p)]}))


if __name__ == "__main__":
    try:
        main()
    except Unfit as exc:
        print(exc)
        sys.exit(1)
