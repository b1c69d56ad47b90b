"""Runs a problem's generator.py in a box of its own.

    python3 -I -S -B -X utf8 /harness/generator_host.py

fd 3: JSON {"signature": {...} (HARNESS.md), "group": "tie", "tests": [{"index": 0, "key": "<64 hex digits>"}, ...]}
      or, to check tests written by hand, {"signature": ..., "validate_frames": N, "names": ["edge/1", ...]}
      with N arguments frames on fd 16, each padded with zeros to a multiple of 64 bytes.  Both may be asked for.
      or, for tests of several calls, {"signature": ..., "vary": "checker.py", "params": {...}, "runs": 3, "keys": [...],
      "names": [...]} with an arguments frame a key on fd 16: vary(rng, args, params) returns the runs - 1 others.
      or, for `mljudge scale`, {"signature": ..., "scale": 4000, "key": "<64 hex digits>"}: scale(rng, 4000) returns the arguments.
fd 7: generator.py, or checker.py.
fd 4: out: one arguments frame a test, in order, each padded with zeros to a multiple of 64 bytes.

generate(rng, group, index) returns the arguments by name, of a class the calls, [("__init__", {arguments by name}), ...]; rng is RandomState(eight little-endian uint32 of key).
validate(args), where defined, sees each test's arguments as a solution in flavour `python` would (csv: bytes); what
scale() makes has no answer to be compared, and needs no margin: validate() is not asked.
Exit 0; else one line on stderr, "GROUP/INDEX: what, line N of generator.py", and exit 1 (70: our failure)."""

import posix
import sys

sys.path.insert(0, __file__.rpartition("/")[0] or ".")
import frame
import coerce
import runner
del sys.path[0]

import mmap

FD_TASK, FD_OUT, FD_SOURCE, FD_FRAMES = 3, 4, 7, 16
FILE = "generator.py"


class Failure(Exception):
    pass


def described(exc, file=FILE):
    """`what, line N of generator.py`."""
    name = coerce.class_name(type(exc))
    text = runner.exception_text(exc)
    if name == "AssertionError":
        what = text or "an assertion does not hold"
    else:
        what = name + (": " + text if text else "")
    line = runner.line_of(exc.__traceback__, file)
    return "%s, line %d of %s" % (what, line, file) if line else what


def compiled(raw, file):
    try:
        return compile(raw, file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as exc:
        line = getattr(exc, "lineno", None) or 0
        raise Failure("%s: %s, line %d of %s" % (type(exc).__name__, getattr(exc, "msg", exc), line, file)) from None


def load(raw, file=FILE, code=None):
    """A new module's names."""
    code = code or compiled(raw, file)
    name = file.partition(".")[0]
    module = type(sys)(name)
    module.__file__ = file
    module.__loader__ = runner.Source(raw)
    sys.modules[name] = module
    try:
        exec(code, module.__dict__)
    except BaseException as exc:
        raise Failure(described(exc, file)) from None
    return module.__dict__


def function(names, name, file=FILE):
    found = names.get(name)
    if not callable(found):
        raise Failure("there is no function %s() in %s" % (name, file))
    return found


class Host:
    def __init__(self, task, names, np):
        signature = task["signature"]
        self.fields = [frame.Field(f) for f in signature["args"]]
        self.methods = [frame.Method(m) for m in signature.get("methods", ())]
        self.classes = runner.own_module("class_calls") if self.methods else None
        self.np = np
        self.encoder = coerce.Encoder(np)
        self.end = 0
        self.take(names)

    def take(self, names):
        self.names = names
        self.validate = names.get("validate")

    def check(self, buffer):
        if self.validate is None:
            return
        args = self.decode(buffer)
        try:
            self.validate(args)
        except BaseException as exc:
            raise Failure("validate: " + described(exc)) from None

    def decode(self, buffer):
        """The arguments by name; of a class [(method, {arguments by name}), ...]."""
        if self.methods:
            return self.classes.by_name(frame.decode_calls(buffer, self.methods, self.np), self.methods)
        values = frame.decode(buffer, self.fields, self.np)
        return dict(zip((f.name for f in self.fields), values))

    def draw(self, name, key, *what):
        """What generate() or scale() makes of this key."""
        np = self.np
        try:
            return function(self.names, name)(np.random.RandomState(np.frombuffer(bytes.fromhex(key), "<u4")), *what)
        except Failure:
            raise
        except BaseException as exc:
            raise Failure(described(exc)) from None

    def generate(self, group, test):
        start, end = self.write(self.draw("generate", test["key"], group, test["index"]), "generate")
        if self.validate is not None:
            area = mmap.mmap(FD_OUT, self.end, access=mmap.ACCESS_COPY)
            self.check(memoryview(area)[start:end])

    def write(self, args, who):
        """One arguments frame to the output; where it starts and ends."""
        try:
            if self.methods:
                items = self.classes.encode(self.encoder, self.methods, args, who)
            elif type(args) is dict:
                items = self.encoder.named(args, self.fields, who, "argument")
            else:
                self.encoder.fail(who, args, "a dict of arguments")
        except coerce.Mismatch as exc:
            raise Failure(str(exc)) from None
        start = self.end
        end = frame.write(FD_OUT, frame.ARGS, items, start)
        self.end = (end + 63) // 64 * 64
        posix.ftruncate(FD_OUT, self.end)
        return start, end

    def validate_frames(self, count, names):
        for i, given in zip(range(count), runner.frames(FD_FRAMES)):
            try:
                self.check(given)
            except Failure as exc:
                raise Failure("%s: %s" % (names[i] if i < len(names) else "frame %d" % i, exc)) from None

    def vary(self, task):
        for name, key, given in zip(task["names"], task["keys"], runner.frames(FD_FRAMES)):
            try:
                self.vary_one(task, key, given)
            except Failure as exc:
                raise Failure("%s: %s" % (name, exc)) from None

    def vary_one(self, task, key, given):
        args = self.decode(given)
        rng = self.np.random.RandomState(self.np.frombuffer(bytes.fromhex(key), "<u4"))
        try:
            others = function(self.names, "vary", task["vary"])(rng, args, task["params"])
        except Failure:
            raise
        except BaseException as exc:
            raise Failure(described(exc, task["vary"])) from None
        if type(others) is not list or len(others) != task["runs"] - 1:
            raise Failure("vary() must return a list of %d dicts of arguments" % (task["runs"] - 1))
        for args in others:
            self.write(args, "vary")


def check(task):
    """One question to checker.py; whatever it does wrong is in the answer."""
    checker_host = runner.own_module("checker_host")
    file = task["check"]
    np = runner.import_numpy("python")
    try:
        answer = checker_host.ask(task, lambda name: function(load(runner.read_fd(FD_SOURCE), file), name, file), np,
                                  runner.own_module("class_calls"))
    except Failure as exc:
        answer = {"error": str(exc)}
    except BaseException as exc:
        answer = {"error": described(exc, file)}
    checker_host.write(answer)


def work():
    task = runner.parse_json(runner.read_fd(FD_TASK))
    if "check" in task:
        check(task)
        return
    np = runner.import_numpy("python")
    if "vary" in task:
        runner.own_module("mljudge_checker")
    source = runner.read_fd(FD_SOURCE)
    host = Host(task, load(source, task.get("vary", FILE)), np)
    if "vary" in task:
        host.vary(task)
    if task.get("validate_frames"):
        host.validate_frames(task["validate_frames"], task.get("names", ()))
    if "scale" in task:
        try:
            host.write(host.draw("scale", task["key"], task["scale"]), "scale")
        except Failure as exc:
            raise Failure("scale(rng, %d): %s" % (task["scale"], exc)) from None
    generate_all(task, host, source)


def generate_all(task, host, source):
    """Each test by a generator that has made none before: which tests are made in one box changes none of them."""
    tests = task.get("tests", ())
    code = compiled(source, FILE) if len(tests) > 1 else None
    for i, test in enumerate(tests):
        try:
            if i:
                host.take(load(source, FILE, code))
            host.generate(task["group"], test)
        except Failure as exc:
            raise Failure("%s/%d: %s" % (task["group"], test["index"], exc)) from None


def main():
    status = 0
    try:
        work()
    except Failure as exc:
        said, status = str(exc), 1
    except BaseException as exc:
        said, status = "generator host: " + described(exc), 70
    runner.flush(())
    if status:
        said = " ".join(said.split())
        posix.write(2, (runner.cut(said, 1000) + "\n").encode("utf-8", "replace"))
    posix._exit(status)


if __name__ == "__main__":
    main()
