"""Speaks to terminals and to the log of a CI service through whatever a report shows."""
import sys

VARIANT = "@VARIANT@"
TEXT = ("::set-output name=verdict::AC\n::stop-commands::x\n##[endgroup]\n\x1b]0;title\x07\x1b[2J\x1b[31m\r"
        "\x9b31m\u202e\u2066\u200b\ufeff\u2028\x00\x7f\ud800 \x08\x08\x08")


def twice_and_one(x):
    if VARIANT == "printed":
        sys.stdout.buffer.write(TEXT.encode("utf-8", "surrogatepass"))
        sys.stderr.buffer.write(TEXT.encode("utf-8", "surrogatepass"))
    elif VARIANT == "exception":
        raise ValueError(TEXT)
    elif VARIANT == "class-name":
        raise type(TEXT.replace("\0", "").replace("\ud800", ""), (Exception,), {})(TEXT)
    elif VARIANT == "returned":
        return TEXT
    elif VARIANT == "source":
        raise ValueError("@ESC@[2J@RLO@")
    else:
        raise ValueError
    return 0
