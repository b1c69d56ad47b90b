"""Looks for expected answers in the process that calls it: frames, every object, modules, raw memory, a tracer.

Returns "none" (a wrong answer) if there is none but its own input, which it must find: that proves the search."""
import gc
import re
import sys

SECRET = re.compile(r"MLJCANARY([0-9a-f]{64})")
found = set()
seen = {}  # keeps what was looked at alive: an id is good for a living object only


def look(value, depth=0):
    if isinstance(value, (bytes, bytearray)):
        value = bytes(value).decode("latin-1")
    if isinstance(value, str):
        found.update(SECRET.findall(value))
    if depth > 6 or id(value) in seen or value is found or value is seen:
        return
    seen[id(value)] = value
    if isinstance(value, dict):
        for key, item in list(value.items()):
            look(key, depth + 1)
            look(item, depth + 1)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in list(value):
            look(item, depth + 1)
    elif hasattr(value, "__dict__"):
        try:
            look(dict(vars(value)), depth + 1)
        except Exception:
            pass
    if hasattr(value, "__slots__"):
        for name in value.__slots__ if isinstance(value.__slots__, (list, tuple)) else ():
            try:
                look(getattr(value, name), depth + 1)
            except Exception:
                pass


def frames():
    frame = sys._getframe()
    while frame:
        look(dict(frame.f_locals))
        look(dict(frame.f_globals))
        look(frame.f_code.co_consts)
        frame = frame.f_back


def objects():
    for value in gc.get_objects():
        look(value, 5)


def memory():
    import ctypes
    import io
    with open("/proc/self/maps", encoding="ascii") as file:
        lines = file.read().splitlines()
    for line in lines:
        span, mode = line.split()[:2]
        if mode.startswith("rw") and "[v" not in line:
            low, high = (int(word, 16) for word in span.split("-"))
            try:
                look(ctypes.string_at(low, min(high - low, 1 << 26)))
            except (OSError, ValueError):
                pass
    return io


def search(x):
    variant = "@VARIANT@"
    if variant == "objects":
        objects()
    elif variant == "modules":
        for name in list(sys.modules):
            look(sys.modules[name])
        frames()
    elif variant == "ctypes":
        memory()
    elif variant == "trace":
        sys.settrace(lambda frame, event, argument: look(frame.f_locals) or look(argument))
        sys.setprofile(lambda frame, event, argument: look(frame.f_locals) or look(argument))
        frames()
    else:
        frames()
    own = x[9:]
    if own not in found and variant not in ("objects",):
        raise RuntimeError("the search itself does not work")
    if found - {own}:
        raise RuntimeError("ESCAPED a foreign secret")
    return "none"
