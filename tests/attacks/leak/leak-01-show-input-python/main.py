"""Puts its hidden input into everything of which a report might show a part."""
import os
import sys
import threading
import warnings

VARIANT = "@VARIANT@"


def forged_fault(text):
    import frame
    os.ftruncate(4, frame.write_fault(4, 5, text[:60], text * 5, ord(text[10])))
    os._exit(1)


def search(x):
    if VARIANT == "print":
        print(x, file=sys.stderr)
        print(x)
    elif VARIANT == "exception":
        raise ValueError(x)
    elif VARIANT == "class-name":
        raise type(x, (ValueError,), {})(x)
    elif VARIANT == "builtin-name":
        raise type(x, (Exception,), {"__module__": "builtins", "__qualname__": x})(x)
    elif VARIANT == "exit":
        sys.exit(x)
    elif VARIANT == "exit-code":
        os._exit(ord(x[10]))
    elif VARIANT == "line":
        exec(compile("\n" * ord(x[10]) + "raise ValueError", __file__, "exec"))
    elif VARIANT == "file":
        exec(compile("raise ValueError", x, "exec"))
    elif VARIANT == "syntax":
        compile(x + " is not Python", x, "exec")
    elif VARIANT == "memory":
        raise MemoryError(x)
    elif VARIANT == "returned":
        return x + x
    elif VARIANT == "returned-class":
        return type(x, (), {"__repr__": lambda self: x})()
    elif VARIANT == "module":
        raise ImportError(x, name=x, path=x)
    elif VARIANT == "missing-module":
        __import__(x)
    elif VARIANT == "warning":
        warnings.warn(x)
        warnings.simplefilter("error")
        warnings.warn(x)
    elif VARIANT == "thread":
        thread = threading.Thread(target=lambda: {}[x], name=x)
        thread.start()
        thread.join()
    elif VARIANT == "assert":
        assert not x, x
    elif VARIANT == "keyword":
        search(**{x: x})
    elif VARIANT == "unraisable":
        sys.unraisablehook = None
        type("T", (), {"__del__": lambda self: {}[x]})()
    elif VARIANT == "group":
        raise ExceptionGroup(x, [ValueError(x)])
    elif VARIANT == "descriptors":
        for fd in range(64):
            try:
                os.write(fd, x.encode() * 3)
            except OSError:
                pass
    else:
        forged_fault(x)
    return "none"
