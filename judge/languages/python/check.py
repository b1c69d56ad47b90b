"""Does the source on descriptor 7 parse?  Exit 0, or one diagnostic on stderr and exit 1.

Only compiled: nothing of it is executed.  MLJUDGE_FILE is the name to show."""

import posix
import sys
import warnings

warnings.simplefilter("ignore")  # what a compiler merely dislikes is no diagnostic


LINE_MAX = 160  # characters of a line that is quoted


def quoted(raw, exc):
    """The line at fault as gcc would quote it, with a caret below; nothing if it cannot be told."""
    lines = raw.decode("utf-8", "replace").splitlines()
    if not exc.lineno or not exc.offset or not 0 < exc.lineno <= len(lines):
        return ""
    line = lines[exc.lineno - 1].replace("\t", " ")
    if not 0 < exc.offset <= min(len(line) + 1, LINE_MAX):
        return ""
    number = "%5d" % exc.lineno
    return "%s | %s\n%s | %s^\n" % (number, line[:LINE_MAX], " " * len(number), " " * (exc.offset - 1))


def main():
    file = posix.environ.get(b"MLJUDGE_FILE", b"solution.py").decode("utf-8", "replace")
    size = posix.fstat(7).st_size
    raw = b""
    while len(raw) < size:
        part = posix.pread(7, size - len(raw), len(raw))
        if not part:
            break
        raw += part
    where = ""
    try:
        compile(raw, file, "exec", dont_inherit=True)
        return 0
    except SyntaxError as exc:
        said = "%s:%d:%d: %s: %s" % (file, exc.lineno or 0, exc.offset or 0, type(exc).__name__, exc.msg)
        where = quoted(raw, exc)
    except (ValueError, MemoryError, RecursionError, OverflowError) as exc:
        said = "%s: SyntaxError: does not parse: %s" % (file, exc)
    sys.stderr.buffer.write((said.replace("\n", " ") + "\n" + where).encode("utf-8", "replace"))
    return 1


if __name__ == "__main__":
    sys.exit(main())
