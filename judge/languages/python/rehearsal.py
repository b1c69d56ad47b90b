"""One made-up test, run by the harness as every test is, but outside of any box: server.py says what for."""

import posix

import coerce
import frame
import runner

ARGUMENTS = [{"name": "x", "kind": "array", "elem": "float", "nullable": False, "dims": ["n"]},
             {"name": "how", "kind": "scalar", "elem": "str", "nullable": False, "dims": []}]
RETURNS = [{"name": "", "kind": "array", "elem": "float", "nullable": False, "dims": ["n"]}]
VALUES = ([float(i * 7 % 11) for i in range(32)], "mean")

PLAIN = """
import math
from collections import defaultdict
def solve(x, how):
    groups = defaultdict(list)
    for i, value in enumerate(x):
        groups["%s %d" % (how, i % 3)].append(math.sqrt(value))
    totals = {name: sum(sorted(values)) / len(values) for name, values in groups.items()}
    return [totals["%s %d" % (how, i % 3)] for i in range(len(x))]
"""
NUMPY = """
import numpy as np
def solve(x, how):
    a = np.stack([x, x[::-1]]).astype(np.float64)
    d = ((a[:, None, :] - a[None, :, :]) ** 2).sum(axis=2)
    order = np.argsort(d @ d, axis=1, kind="stable")[:, :3]
    scaled = (a - a.mean(axis=0)) / np.maximum(a.std(axis=0), 1)
    counts = np.bincount(order.ravel(), minlength=len(x))
    values, places, many = np.unique(x, return_index=True, return_counts=True)
    chosen = np.zeros(len(x), dtype=np.int64)
    chosen[places] = many
    top = np.argpartition(d.ravel(), 3)[:3]
    inside = (x > np.median(x)) & ~np.isnan(x) | np.isin(x, values[:2])
    ranks = np.lexsort((x, chosen)) + np.searchsorted(values, x)
    total = np.einsum("ij,kj->ik", a, a).trace() + np.linalg.norm(x) + np.exp(-np.abs(x)).max() + x.min()
    rows = np.concatenate([a, a[::-1]]).reshape(-1, 2).tolist()
    text = ["%s %.2f" % (how, total + inside.sum() + top[0] + ranks[-1]) for _ in rows]
    {word: len(word) for word in text}
    return np.where(counts > 0, np.abs(scaled[0]), np.cumsum(np.sqrt(x)))
"""


def take_low_numbers():
    """What is made from now on lies beyond the numbers that a test's descriptors get."""
    while posix.memfd_create("rehearsal") <= max(runner.FD_ARGS, runner.FD_SIGNATURE):
        pass


def memory_file(target, raw=b""):
    fd = posix.memfd_create("rehearsal")
    posix.write(fd, raw)
    posix.dup2(fd, target)
    posix.close(fd)


def through_pipe(target, their_end, raw=b""):
    ends = posix.pipe()
    posix.write(ends[1], raw)
    posix.dup2(ends[their_end], target)


def perform(np):
    flavour = runner.environment("MLJUDGE_FLAVOUR")
    quoted = repr(ARGUMENTS), repr(RETURNS)
    args, returns = [text.replace("'", '"').replace("False", "false") for text in quoted]
    signature = '{"entry": "solve", "flavour": "%s", "args": %s, "returns": %s}' % (flavour, args, returns)
    take_low_numbers()
    memory_file(runner.FD_SIGNATURE, signature.encode())
    memory_file(runner.FD_SOURCE, (NUMPY if np else PLAIN).encode())
    memory_file(runner.FD_RESULT)
    memory_file(runner.FD_ARGS)
    encoder = coerce.Encoder(np)
    items = encoder.returned(VALUES, [frame.Field(f) for f in ARGUMENTS])
    posix.ftruncate(runner.FD_ARGS, frame.write(runner.FD_ARGS, frame.ARGS, items))
    through_pipe(runner.FD_READY, 1)
    through_pipe(runner.FD_GO, 0, b"g")
    call = runner.Call()
    runner.barrier()
    return runner.work(call)
