"""The standard library as solutions use it."""
import sys

VARIANT = "@VARIANT@"


def imports():
    import array, ast, base64, bisect, calendar, cmath, collections, configparser, contextlib, copy, csv, ctypes
    import dataclasses, datetime, decimal, difflib, email, enum, fractions, functools, gzip, hashlib, heapq, html
    import http.client, inspect, io, ipaddress, itertools, json, locale, logging, lzma, bz2, math, numbers, operator
    import pathlib, pickle, platform, pprint, queue, random, re, secrets, select, shlex, shutil, signal, socket, ssl
    import statistics, string, struct, subprocess, tempfile, textwrap, threading, timeit, traceback, types, typing
    import unicodedata, unittest, urllib.request, uuid, warnings, weakref, xml.etree.ElementTree, zipfile, zlib, zoneinfo
    assert decimal.Decimal(2).sqrt() > 1 and hashlib.sha256(b"").hexdigest()
    assert statistics.stdev([1, 2, 3]) == 1 and platform.python_version() and random.SystemRandom().random() < 1
    assert zlib.decompress(zlib.compress(b"x" * 1000)) and uuid.uuid4() and secrets.token_hex(4)


def concurrency():
    import queue, threading
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda n: n * n, range(100))) == 328350
    box, event = queue.Queue(), threading.Event()
    thread = threading.Thread(target=lambda: (event.wait(), box.put(1)))
    thread.start()
    event.set()
    assert box.get(timeout=5) == 1
    thread.join()
    timer = threading.Timer(0.001, event.clear)
    timer.start()
    timer.join()
    assert threading.Barrier(1).wait() == 0


def multi():
    import multiprocessing
    import multiprocessing.pool
    assert multiprocessing.cpu_count() > 0 and multiprocessing.current_process().name == "MainProcess"


def thread_pool():
    import multiprocessing.pool
    with multiprocessing.pool.ThreadPool(2) as pool:
        assert pool.map(abs, [-1, 2]) == [1, 2]


def files():
    import os, pathlib, shutil, tempfile
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "a", "b")
        path.mkdir(parents=True)
        path.joinpath("c.txt").write_text("x" * 100000)
        shutil.move(str(path / "c.txt"), str(path / "d.txt"))
        assert [len(names) for _, _, names in os.walk(folder)] == [0, 0, 1]
    with tempfile.NamedTemporaryFile() as file, tempfile.SpooledTemporaryFile() as other:
        file.write(b"1")
        other.write(b"2")
    with open("legal.txt", "w+") as file:
        file.write("here")
        file.seek(0)
        assert file.read() == "here"


def sqlite():
    try:
        import sqlite3
    except ImportError:
        return
    with sqlite3.connect(":memory:") as memory:
        memory.execute("create table t(a, b)")
        memory.executemany("insert into t values (?, ?)", [(i % 7, i) for i in range(10000)])
        rows = memory.execute("select a, sum(b) over (partition by a order by b) from t").fetchall()
        assert len(rows) == 10000


def asynchronous():
    import asyncio

    async def main():
        return sum(await asyncio.gather(*(asyncio.sleep(0.001, n) for n in range(5))))

    assert asyncio.run(main()) == 10


def times():
    import datetime, time
    time.sleep(0.001)
    assert time.perf_counter() > 0 and time.process_time() >= 0 and time.localtime().tm_year > 2000
    assert datetime.datetime.now().year > 2000 and datetime.datetime(2024, 2, 29).strftime("%A") == "Thursday"


def twice_and_one(x):
    sys.setrecursionlimit(5000)
    {"imports": imports, "concurrency": concurrency, "multiprocessing": multi, "thread-pool": thread_pool, "files": files, "sqlite": sqlite,
     "asyncio": asynchronous, "time": times}[VARIANT]()
    return 2 * x + 1
