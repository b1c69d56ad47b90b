"""What every part of the runner uses."""
import binascii
import os

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(os.path.dirname(HERE))
CANARY = "MLJCANARY"


class Problem(Exception):
    """A finding: the defence did not hold, or the attack itself is broken."""


def canary():
    return CANARY + binascii.hexlify(os.urandom(32)).decode()


def read(path, mode="r"):
    with open(path, mode, **({} if "b" in mode else {"encoding": "utf-8", "errors": "replace"})) as file:
        return file.read()


def write(path, content):
    with open(path, "w", encoding="utf-8") as file:
        file.write(content)
    return path
