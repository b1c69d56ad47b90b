"""Packages that the benchmarks judge, and the inputs of their generated tests."""
import hashlib
import hmac
import json
import os

from bench_common import write_package

PUBLIC_SEED = b"mljudge-public-1"

NEAR = "import numpy as np\n\n\ndef near(x, q):\n    return ((q[:, None, :] - x[None, :, :]) ** 2).sum(-1).argmin(1)\n"
NEAR_GENERATOR = ("def generate(rng, group, index):\n    return {'x': rng.rand(60, 3), 'q': rng.rand(12, 3)}\n\n"
                  "def validate(args):\n    pass\n")
TOTALS = ("def totals(t):\n    out = t.groupby('city', as_index=False)['amount'].sum()\n"
          "    return out.rename(columns={'amount': 'total'})\n")
TOTALS_GENERATOR = ("def generate(rng, group, index):\n"
                    "    return {'t': {'city': ['abcdefgh'[i] for i in rng.randint(0, 8, 200)], 'amount': list(rng.rand(200))}}\n\n"
                    "def validate(args):\n    pass\n")
WORK_GENERATOR = """import time

def generate(rng, group, index):
    until = time.process_time() + {make_ms} / 1000
    while time.process_time() < until:
        pass
    return {{'k': int(rng.randint(1, 1000))}}

def validate(args):
    pass
"""
COMPUTE_C = """#include "work.h"
int64_t work(int64_t k)
{
    volatile double sum = 0;
    double x = 1;
    for (int i = 0; i < 12000000; i++)
        x = x * 0.999999 + 1e-9;
    sum = x;
    return sum < 2 ? k : 0;
}
"""
MEMORY_C = """#include "work.h"
#include <stdlib.h>
#include <string.h>
int64_t work(int64_t k)
{
    size_t n = 32 << 20;
    char *a = malloc(n), *b = malloc(n);
    memset(a, (int)k, n);
    for (int i = 0; i < 6; i++)
        memcpy(i % 2 ? a : b, i % 2 ? b : a, n);
    int64_t same = a[n / 2] == (char)k ? k : 0;
    free(a);
    free(b);
    return same;
}
"""
TRIVIAL_C = '#include "work.h"\nint64_t work(int64_t k)\n{\n    return k;\n}\n'


def problem(entry, args, returns, languages, groups, comparator="exact", reference=None, **limits):
    return json.dumps({"version": 1, "title": f"Bench: {entry}", "entry": {"kind": "function", "name": entry},
                       "signature": {"args": args, "returns": returns}, "languages": languages,
                       "limits": {name: {"cpu_ms": 10000, "memory_mib": 256, **limits} for name in languages},
                       "groups": groups, "comparator": comparator, "reference": reference})


def generated(n, most=1000):
    """Groups that have n generated tests together; the first one has the points."""
    sizes = [most] * (n // most) + ([n % most] if n % most else [])
    return [{"name": f"g{i}", "points": 100 if i == 0 else 0, "generated": size} for i, size in enumerate(sizes)]


def near(folder, n=50):
    write_package(folder, {"problem.json": problem("near", {"x": "float[n,d]", "q": "float[m,d]"}, "int[m]", ["python"], generated(n),
                                                   reference="solutions/accepted/near.py"),
                           "generator.py": NEAR_GENERATOR, "solutions/accepted/near.py": NEAR})
    return os.path.join(folder, "solutions/accepted/near.py")


def totals(folder, n=30):
    write_package(folder, {"problem.json": problem("totals", {"t": "table{city:str, amount:float}"}, "table{city:str, total:float}",
                                                   ["pandas"], generated(n), reference="solutions/accepted/totals.py",
                                                   comparator={"name": "rows", "ordered": False, "columns": {"total": "close"}}),
                           "generator.py": TOTALS_GENERATOR, "solutions/accepted/totals.py": TOTALS})
    return os.path.join(folder, "solutions/accepted/totals.py")


def work(folder, n, make_ms=0):
    """{name: path of a submission}; make_ms: CPU time of generating a test."""
    write_package(folder, {"problem.json": problem("work", {"k": "int"}, "int", ["c"], generated(n), reference="solutions/accepted/work.c"),
                           "generator.py": WORK_GENERATOR.format(make_ms=make_ms), "solutions/accepted/work.c": TRIVIAL_C,
                           "mine/compute.c": COMPUTE_C, "mine/memory.c": MEMORY_C, "mine/trivial.c": TRIVIAL_C + "/* mine */\n"})
    return {name: os.path.join(folder, "mine", f"{name}.c") for name in ("compute", "memory", "trivial")}


def ends(folder, n_floats):
    """One test whose input has so many float64."""
    c = '#include "ends.h"\ndouble ends(const double *x, size_t n)\n{\n    return x[0] + x[n - 1];\n}\n'
    write_package(folder, {"problem.json": problem("ends", {"x": "float[n]"}, "float", ["c"], generated(1), reference="solutions/accepted/ends.c"),
                           "generator.py": f"def generate(rng, group, index):\n    return {{'x': rng.rand({n_floats})}}\n\n"
                                           "def validate(args):\n    pass\n",
                           "solutions/accepted/ends.c": c})
    return os.path.join(folder, "solutions/accepted/ends.c")


def test_key(slug, group, index, version=1):
    """judge/seed.c: what a generator's random numbers are made of, under the public seed."""
    text = b"\0".join((b"mljudge-test-1", slug.encode(), str(version).encode(), group.encode(), str(index).encode()))
    return hmac.new(PUBLIC_SEED, text, hashlib.sha256).digest()


# The same function on the same inputs as `near`, in one pytest process; and by fork of a warm interpreter.
INPUTS = """import hashlib, hmac, sys
import numpy as np
sys.path[:0] = [{package!r}, {solution!r}]
import generator
from near import near
KEYS = {keys!r}
ARGS = [generator.generate(np.random.RandomState(np.frombuffer(bytes.fromhex(key), dtype="<u4")), "g0", i) for i, key in enumerate(KEYS)]
"""
PYTEST = INPUTS + """import pytest
WANTED = [((a["q"][:, None, :] - a["x"][None, :, :]) ** 2).sum(-1).argmin(1) for a in ARGS]

@pytest.mark.parametrize("i", range(len(ARGS)))
def test_near(i):
    assert np.array_equal(near(**ARGS[i]), WANTED[i])
"""
FORKED = """import gc, json, os, time
gc.collect(); gc.freeze()
def once(call):
    began = time.perf_counter_ns()
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(theirs, bytes(call()))
        os._exit(0)
    os.close(theirs)
    os.read(ours, 1 << 16)
    os.close(ours)
    os.waitpid(pid, 0)
    return (time.perf_counter_ns() - began) / 1e6
times = []
for call in CALLS:
    time.sleep(QUIET_MS / 1000)
    times.append(once(call))
print(json.dumps(sorted(times)[len(times) // 2]))
"""
FORKED_NEAR = INPUTS + "CALLS = [lambda a=a: near(**a).tobytes() for a in ARGS]\nQUIET_MS = {quiet_ms}\n" + FORKED
FORKED_TOTALS = """import sys
import numpy as np, pandas as pd
sys.path[:0] = [{solution!r}]
from totals import totals
R = np.random.RandomState(1)
CALLS = [lambda t=pd.DataFrame({{"city": ["abcdefgh"[i] for i in R.randint(0, 8, 200)], "amount": R.rand(200)}}): totals(t)["total"].to_numpy().tobytes()
         for _ in range(30)]
QUIET_MS = {quiet_ms}
""" + FORKED.replace("{", "{{").replace("}", "}}")


def inputs_of_near(package, n=50):
    return {"package": package, "solution": os.path.join(package, "solutions/accepted"),
            "keys": [test_key(os.path.basename(package), "g0", i).hex() for i in range(n)]}
