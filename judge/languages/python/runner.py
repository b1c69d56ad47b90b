"""The process in the box that calls the candidate's function (judge/HARNESS.md), Python flavours.

harness.py starts it.  Environment: MLJUDGE_PATH, directories for sys.path (colon-separated: where `numpy` lies;
not for pypure); MLJUDGE_PACKAGES, what else the problem's "packages" put there (names between spaces); MLJUDGE_FILE, the
base name of the submitted file.

Nothing here is secret and nothing defends itself: the candidate may rewrite this process, and the judge
believes only what a hostile function could have returned.  Imports are few because start-up comes before
every test; what only a fault needs is imported then.
"""

import gc
import mmap
import posix
import sys

import coerce
import frame

FD_ARGS, FD_RESULT, FD_READY, FD_GO, FD_SOURCE, FD_SIGNATURE = 3, 4, 5, 6, 7, 8
SYNTAX, NO_ENTRY, LOAD, ARITY, EXCEPTION, TYPE, MEMORY, EXIT = range(1, 9)
MADV_POPULATE_READ = 22  # Linux 5.14; maps the pages for reading without copying one
PAGE = 4096
PACKAGES = {"python": ["NumPy"], "pandas": ["NumPy", "pandas"]}  # beside the standard library


class OurFailure(Exception):
    pass


# --- before ready: nothing of the candidate is there ---------------------------------------------


def environment(name):
    return posix.environ.get(name.encode(), b"").decode("utf-8", "surrogateescape")


def read_fd(fd):
    size = posix.fstat(fd).st_size
    parts = []
    offset = 0
    while offset < size:
        part = posix.pread(fd, size - offset, offset)
        if not part:
            break
        parts.append(part)
        offset += len(part)
    return b"".join(parts)


def parse_json(raw):
    """json.loads without the 3 ms that importing json costs: its C scanner does the work."""
    text = raw.decode().strip()
    try:
        from _json import make_scanner
    except ImportError:
        import json
        return json.loads(text)

    class Context:
        strict = True
        object_hook = object_pairs_hook = None
        parse_float, parse_int, parse_constant = float, int, float
        memo = {}

    value, end = make_scanner(Context)(text, 0)
    if end != len(text):
        raise OurFailure("the signature is not one JSON value")
    return value


def import_numpy(flavour):
    sys.path += [path for path in environment("MLJUDGE_PATH").split(":") if path and path not in sys.path]
    if flavour == "pypure":
        return None
    import numpy
    return numpy


def import_pandas(flavour):
    if flavour != "pandas":
        return None
    import pandas
    return pandas


def check_single():
    """No library may have started threads: what they do would be charged to nobody."""
    try:
        n_threads = len(posix.listdir("/proc/self/task"))
    except OSError:
        return  # a box without /proc
    if n_threads != 1:
        raise OurFailure("%d threads before the first line of the solution" % n_threads)


def map_args():
    """The frame, mapped private and writable, every page present."""
    size = posix.fstat(FD_ARGS).st_size
    area = mmap.mmap(FD_ARGS, size, access=mmap.ACCESS_COPY)
    try:
        area.madvise(MADV_POPULATE_READ)
    except (OSError, ValueError):
        area[::PAGE]
    posix.close(FD_ARGS)
    return area


def frames(fd):
    """The frames of a file of frames, each padded to 64 bytes: for the hosts of generators and checkers."""
    view = memoryview(mmap.mmap(fd, posix.fstat(fd).st_size, access=mmap.ACCESS_COPY))
    start = 0
    while start < len(view):
        size = frame.HEADER.unpack_from(view, start)[5]
        yield view[start:start + size]
        start += (size + 63) // 64 * 64


def own_module(name):
    """One of ours, which is needed by few problems only."""
    sys.path.insert(0, __file__.rpartition("/")[0] or ".")
    module = __import__(name)
    del sys.path[0]
    return module


def prepare_flavour(flavour):
    """A fork server's start-up: all that Call() imports whatever the test."""
    np, pd = import_numpy(flavour), import_pandas(flavour)
    if pd is not None:
        own_module("coerce_pandas")
        own_module("frame_pandas")
    return np


class Call:
    """One test: what was decoded, waiting for go."""

    def __init__(self):
        signature = parse_json(read_fd(FD_SIGNATURE))
        posix.close(FD_SIGNATURE)
        self.entry = signature["entry"]
        self.flavour = signature["flavour"]
        self.file = environment("MLJUDGE_FILE") or "solution.py"
        self.fields = [frame.Field(f) for f in signature["args"]]
        self.returns = [frame.Field(f) for f in signature["returns"]]
        self.methods = [frame.Method(m) for m in signature.get("methods", ())]
        if self.methods:
            global class_calls
            class_calls = own_module("class_calls")
        gc.disable()
        np, pd = import_numpy(self.flavour), import_pandas(self.flavour)
        self.encoder = coerce.Encoder(np)
        maker = None
        if pd is not None or "pandas" in environment("MLJUDGE_PACKAGES").split():
            own_module("coerce_pandas")
        if pd is not None:
            self.encoder.adopt(pd)
            maker = own_module("frame_pandas").Maker(np, pd)
            check_single()
        if self.methods:
            self.args = frame.decode_calls(map_args(), self.methods, np, maker)
        else:
            self.args = frame.decode(map_args(), self.fields, np, maker)
        gc.freeze()
        gc.enable()


def barrier():
    posix.write(FD_READY, b"\1")
    if len(posix.read(FD_GO, 1)) != 1:
        raise OurFailure("no go")
    posix.close(FD_READY)
    posix.close(FD_GO)


# --- after go --------------------------------------------------------------------------------------


class Fault(BaseException):
    def __init__(self, code, kind, message, line=0):
        self.code = code
        self.kind = kind
        self.message = message
        self.line = line


class Source:
    """Gives tracebacks the candidate's lines when they are wanted (linecache asks __loader__)."""

    def __init__(self, raw):
        self.raw = raw

    def get_source(self, name):
        return self.raw.decode("utf-8-sig", "replace")


def cut(text, limit=400):
    return text if len(text) <= limit else text[:limit] + "..."


def exception_text(exc):
    try:
        return cut(str(exc))
    except BaseException:
        return "(its str() raised an exception)"


def builtin_class(cls):
    """The nearest class that Python itself defines."""
    import builtins
    for base in type.__dict__["__mro__"].__get__(cls, type):
        if base.__module__ == "builtins" and getattr(builtins, base.__name__, None) is base:
            return base.__name__
    return "BaseException"


def print_traceback(exc, tb):
    """To stderr, the candidate's frames only.  Never fails."""
    try:
        import traceback
        traceback.print_exception(type(exc), exc, tb)
    except BaseException:
        pass


def line_of(tb, file):
    line = 0
    while tb is not None:
        if tb.tb_frame.f_code.co_filename == file:
            line = tb.tb_lineno
        tb = tb.tb_next
    return line


def compile_source(raw, file):
    try:
        return compile(raw, file, "exec", dont_inherit=True)
    except SyntaxError as exc:
        print_traceback(exc, None)
        raise Fault(SYNTAX, type(exc).__name__, cut(exc.msg or "does not parse"), exc.lineno or 0) from None
    except (ValueError, MemoryError, RecursionError, OverflowError) as exc:
        raise Fault(SYNTAX, "SyntaxError", "does not parse: " + exception_text(exc)) from None


def missing_module(exc, flavour):
    name = exc.name
    top = name.partition(".")[0] if type(name) is str else ""
    if not top or top in sys.modules:
        return exception_text(exc)
    there = ["the standard library"] + PACKAGES.get(flavour, []) + environment("MLJUDGE_PACKAGES").split()
    text = " and ".join(filter(None, [", ".join(there[:-1]), there[-1]]))
    return "'%s' is not available in flavour '%s' (%s %s)" % (
        cut(top, 80), flavour, text, "is" if len(there) == 1 else "are")


def exception_fault(exc, tb, call):
    """`tb` begins at the candidate's first frame."""
    print_traceback(exc, tb)
    line = line_of(tb, call.file)
    if isinstance(exc, SystemExit):
        return Fault(EXIT, "SystemExit", "the solution left the process: sys.exit(%s)"
                     % cut(exception_text(exc), 80), line)
    if isinstance(exc, MemoryError):
        return Fault(MEMORY, "MemoryError", exception_text(exc), line)
    if isinstance(exc, ModuleNotFoundError):
        return Fault(EXCEPTION, "ModuleNotFoundError", missing_module(exc, call.flavour), line)
    kind = builtin_class(type(exc))
    message = exception_text(exc)
    name = coerce.class_name(type(exc))
    if name != kind:
        message = cut(name, 100) + (": " + message if message else "")
    return Fault(EXCEPTION, kind, message, line)


def load(call, raw):
    code = compile_source(raw, call.file)
    module = type(sys)("solution")
    module.__file__ = call.file
    module.__loader__ = Source(raw)
    sys.modules["solution"] = module
    sys.argv[:] = [call.file]
    names = module.__dict__
    try:
        exec(code, names)
    except BaseException as exc:
        raise exception_fault(exc, exc.__traceback__.tb_next, call) from None
    what = "class" if call.methods else "function"
    if call.entry not in names:
        raise Fault(NO_ENTRY, "NameError", "no %s %s%s" % (what, call.entry, defined_instead(names, what)))
    entry = names[call.entry]
    if not callable(entry):
        raise Fault(NO_ENTRY, "NameError", "%s is not a %s: %s"
                    % (call.entry, what, call.encoder.describe(entry)))
    return entry


def defined_instead(names, what):
    kind = type if what == "class" else type(defined_instead)
    found = [name for name, value in names.items() if type(value) is kind]
    if not found:
        return ": the file defines no %s" % what
    return ": the file defines " + ", ".join(cut(name, 40) for name in found[:5])


def invoke_one(entry, args, name, fields, call):
    try:
        return entry(*args)
    except BaseException as exc:
        tb = exc.__traceback__.tb_next
        is_function = type(entry) is type(invoke)
        if tb is None and isinstance(exc, TypeError) and (is_function or "argument" in exception_text(exc)):
            said = exception_text(exc).replace(name + "()", name, 1)
            raise Fault(ARITY, "TypeError", "%s; it is called as %s(%s)"
                        % (said, name, ", ".join(f.name for f in fields)),
                        entry.__code__.co_firstlineno if is_function else 0) from None
        raise exception_fault(exc, tb, call) from None


def invoke(entry, call):
    args, call.args = call.args, None
    return invoke_one(entry, args, call.entry, call.fields, call)


def find_method(made, method, call):
    try:
        found = getattr(made, method.name, None)
    except BaseException as exc:
        raise exception_fault(exc, exc.__traceback__.tb_next, call) from None
    if not callable(found):
        raise Fault(NO_ENTRY, "AttributeError", "class %s has no method %s" % (call.entry, method.name))
    return found


def invoke_calls(entry, call):
    """All calls of a class, on one object -> the items of the result."""
    calls, call.args = call.args, None
    results = class_calls.Results(call.encoder, call.methods)
    made = None
    for k in range(len(calls)):
        m, args = calls[k]
        calls[k] = None  # what the candidate lets go of is gone
        method = call.methods[m]
        try:
            if k:
                results.add(k, m, invoke_one(find_method(made, method, call), args, method.name, method.fields, call))
            else:
                made = invoke_one(entry, args, call.entry, method.fields, call)
        except coerce.Mismatch as exc:
            raise Fault(TYPE, "TypeError", str(exc)) from None
        except Fault as fault:
            fault.message = "call %d, %s(): %s" % (k, method.name, fault.message)
            raise
        if not k:
            for other in call.methods[1:]:
                find_method(made, other, call)
    return results


def flush(streams):
    """What the candidate printed; it may have put other streams in place of ours."""
    for stream in (getattr(sys, "stdout", None), getattr(sys, "stderr", None)) + streams:
        try:
            stream.flush()
        except BaseException:
            pass


def write_result(call, value):
    try:
        items = value.items() if call.methods else call.encoder.returned(value, call.returns)
    except coerce.Mismatch as exc:
        raise Fault(TYPE, "TypeError", str(exc)) from None
    try:
        end = frame.write(FD_RESULT, frame.RESULT, items)
        posix.ftruncate(FD_RESULT, end)
    except OSError:
        raise Fault(TYPE, "OverflowError", "the returned value is larger than the limit on results") from None


def work(call):
    """From go to the exit status of the process."""
    streams = (sys.stdout, sys.stderr)
    raw = read_fd(FD_SOURCE)
    posix.close(FD_SOURCE)
    try:
        value = (invoke_calls if call.methods else invoke)(load(call, raw), call)
        flush(streams)
        write_result(call, value)
    except Fault as fault:
        found = fault
    except MemoryError:
        found = Fault(MEMORY, "MemoryError", "no memory was left to encode the result")
    except BaseException as exc:
        found = Fault(EXCEPTION, "RuntimeError", "the result could not be encoded: " + exception_text(exc))
    else:
        return 0
    flush(streams)
    posix.ftruncate(FD_RESULT, 0)
    posix.ftruncate(FD_RESULT, frame.write_fault(FD_RESULT, found.code, found.kind, found.message, found.line))
    return 1


def main():
    try:
        call = Call()
        barrier()
    except BaseException as exc:
        posix.write(2, ("harness: %s: %s\n" % (type(exc).__name__, exc)).encode("utf-8", "replace"))
        posix._exit(70)
    posix._exit(work(call))
