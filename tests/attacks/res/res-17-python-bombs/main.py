"""One line of Python that takes all the time or memory there is."""
import re
import signal
import sys

signal.alarm(20)
BOMBS = {
    "power": lambda: 9**9**9,
    "string": lambda: len("a" * (256 << 20)),
    "list": lambda: len([[0] * 1000 for _ in range(30000)]),
    "regex": lambda: re.match(r"(a|aa)+$", "a" * 60 + "b"),
    "digits": lambda: (sys.set_int_max_str_digits(0), len(str(1 << 40_000_000))),
}
BOMBS[sys.argv[1]]()
print("ESCAPED", sys.argv[1])
