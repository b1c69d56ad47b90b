"""Recursion without end, in Python and in the interpreter's own C code: the harness may die, the judge not."""
import pickle
import sys

VARIANT = "@VARIANT@"


def deep(n=300000):
    value = []
    for _ in range(n):
        value = [value]
    return value


def call(x):
    return call(x) + 1


def twice_and_one(x):
    if VARIANT == "call":
        return call(x)
    sys.setrecursionlimit(10**9)
    if VARIANT == "limitless":
        return call(x)
    if VARIANT == "pickle":
        return len(pickle.dumps(deep()))
    if VARIANT == "compare":
        return int(deep() == deep())
    if VARIANT == "deallocate":
        deep()
    if VARIANT == "compile":
        return eval("-" * 1000000 + "1")
    if VARIANT == "returned":
        return deep()
    return 2 * x + 1
