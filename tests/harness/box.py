"""Runs a harness as HARNESS.md says, without a sandbox, and reads what it wrote.

The frame code here is a second, independent implementation of FRAME.md: strict where a reader can be."""
import fcntl
import json
import os
import resource
import select
import signal
import struct
import time

KINDS = {"scalar": 0, "array": 1, "ragged": 2, "table": 3, "csv": 4}
ELEMS = {"int": 1, "float": 2, "bool": 3, "str": 4}
FAULTS = {1: "SYNTAX", 2: "NO_ENTRY", 3: "LOAD", 4: "ARITY", 5: "EXCEPTION", 6: "TYPE", 7: "MEMORY", 8: "EXIT"}
NAN = float("nan")


# --- the type notation of problem.json ----------------------------------------------------------


def parse_type(text, name=""):
    """'float?[n,d]' and so on -> a field of the signature JSON."""
    text = text.replace(" ", "")
    if text == "csv":
        return {"name": name, "kind": "csv", "elem": None, "nullable": False, "dims": []}
    if text.startswith("table{"):
        columns = [c.split(":") for c in text[6:-1].split(",")]
        return {"name": name, "kind": "table", "elem": None, "nullable": False, "dims": ["*"],
                "columns": [parse_type(t + "[*]", n) for n, t in columns]}
    elem, _, rest = text.partition("[")
    field = {"name": name, "elem": elem.rstrip("?"), "nullable": elem.endswith("?"), "dims": []}
    if not rest:
        field["kind"] = "scalar"
        return field
    ragged = "][" in rest
    field["kind"] = "ragged" if ragged else "array"
    sizes = rest.rstrip("]").replace("][", ",").split(",")
    field["dims"] = [int(s) if s.isdigit() else s for s in sizes]
    return field


def make_signature(entry, flavour, args, returns):
    """args: {name: type}; returns: a type, or {name: type}."""
    if isinstance(returns, str):
        returns = [parse_type(returns)]
    else:
        returns = [parse_type(t, n) for n, t in returns.items()]
    return {"entry": entry, "flavour": flavour,
            "args": [parse_type(t, n) for n, t in args.items()], "returns": returns}


# --- frames ------------------------------------------------------------------------------------


def flatten(value, rank):
    dims = [len(value)]
    for _ in range(rank - 1):
        sizes = {len(row) for row in value} or {0}
        assert len(sizes) == 1, "ragged test data"
        dims.append(sizes.pop())
        value = [x for row in value for x in row]
    return value, dims


class Builder:
    def __init__(self):
        self.items = []  # (descriptor fields, [data, bytes, valid, rows])

    def add(self, field, value, external=None):
        kind, elem = field["kind"], ELEMS.get(field["elem"], 0)
        if kind == "table":
            n = len(next(iter(value.values())))
            self.items.append((KINDS[kind], 0, 0, 1, len(value), [n], 0, [b"", b"", b"", b""]))
            for column in field["columns"]:
                self.add(column, value[column["name"]])
            return
        if kind == "csv":
            if external is not None:
                self.items.append((4, 0, 2, 0, 0, [], 0, [external, b"", b"", b""]))
            else:
                self.items.append((4, 0, 0, 0, 0, [], 0, [b"", value, b"", b""]))
            return
        rows, dims = b"", []
        if kind == "scalar":
            flat = [value]
        elif kind == "array":
            flat, dims = flatten(value, len(field["dims"])) if value != [] else ([], [0])
        else:
            offsets = [0]
            for row in value:
                offsets.append(offsets[-1] + len(row))
            flat, dims = [x for row in value for x in row], [len(value)]
            rows = struct.pack("<%dq" % len(offsets), *offsets)
        valid = bytes(x is not None for x in flat) if field["nullable"] else b""
        text = b""
        if elem == 1:
            data = struct.pack("<%dq" % len(flat), *[x or 0 for x in flat])
        elif elem == 2:
            data = struct.pack("<%dd" % len(flat), *[NAN if x is None else x for x in flat])
        elif elem == 3:
            data = bytes(bool(x) for x in flat)
        else:
            encoded = [(x or "").encode() for x in flat]
            offsets = [0]
            for x in encoded:
                offsets.append(offsets[-1] + len(x))
            data, text = struct.pack("<%dq" % len(offsets), *offsets), b"".join(encoded)
        self.items.append((KINDS[kind], elem, int(field["nullable"]), len(dims), 0, dims, len(flat),
                           [data, text, valid, rows]))

    def build(self, kind=1):
        end = 32 + 96 * len(self.items)
        head, body = b"", b""
        base = end
        for k, elem, flags, rank, columns, dims, n, blocks in self.items:
            places = []
            for block in blocks:
                if isinstance(block, int):
                    places.append(block)
                    continue
                if not block:
                    places.append(0)
                    continue
                start = (end + 63) // 64 * 64
                body += bytes(start - base - len(body)) + block
                end = start + len(block)
                places.append(start)
            data, text, valid, rowoff = places
            head += struct.pack("<4BI4qq6Q", k, elem, flags, rank, columns, *(dims + [0] * 4)[:4], n,
                                data, text, 0 if isinstance(blocks[1], int) else len(blocks[1]), valid, rowoff, 0)
        return struct.pack("<4sHHIIQQ", b"MLJF", 1, kind, len(self.items), 0, end, 0) + head + body


def build_args(fields, values, csv_fds=()):
    builder = Builder()
    fds = iter(csv_fds)
    for field, value in zip(fields, values):
        builder.add(field, value, next(fds) if field["kind"] == "csv" and csv_fds else None)
    return builder.build()


def parse(raw):
    """(kind, items): each item a dict with dims, values (None = NULL) and for tables columns.  Strict."""
    magic, version, kind, n_items, zero, total, zero2 = struct.unpack_from("<4sHHIIQQ", raw)
    assert magic == b"MLJF" and version == 1 and zero == 0 and zero2 == 0, "header"
    assert total == len(raw), f"total_bytes {total}, file of {len(raw)}"
    end = 32 + 96 * n_items
    items = []

    def block(off, size):
        nonlocal end
        if off == 0:
            assert size == 0, "block missing"
            return b""
        assert off % 64 == 0 and off >= end and off + size <= len(raw), f"block at {off}, behind {end}"
        assert not any(raw[end:off]), "bytes between blocks"
        end = off + size
        return raw[off:off + size]

    for i in range(n_items):
        k, elem, flags, rank, columns, *rest = struct.unpack_from("<4BI4qq6Q", raw, 32 + 96 * i)
        dims, (n, data, text, text_len, valid, rows, reserved) = rest[:4], rest[4:]
        assert reserved == 0 and not any(dims[rank:]), "reserved"
        dims = dims[:rank]
        item = {"kind": k, "elem": elem, "dims": dims, "n_columns": columns, "flags": flags}
        items.append(item)
        if k in (3, 4):
            item["bytes"] = block(text, text_len)
            continue
        product = 1
        for size in dims:
            product *= size
        assert k == 2 or n == (product if k else 1), f"n = {n}, dims {dims}"
        if elem == 4:
            offsets = struct.unpack("<%dq" % (n + 1), block(data, 8 * (n + 1)) if data or n else bytes(8))
            chars = block(text, text_len)
            assert offsets[0] == 0 and offsets[-1] == text_len
            flat = [chars[a:b].decode() for a, b in zip(offsets, offsets[1:])]
        else:
            assert text == 0 and text_len == 0
            raw_data = block(data, n * (1 if elem == 3 else 8))
            flat = list(struct.unpack("<%d%s" % (n, {1: "q", 2: "d", 3: "B"}[elem]), raw_data))
            if elem == 3:
                assert set(flat) <= {0, 1}
                flat = [bool(x) for x in flat]
        if flags & 1:
            present = block(valid, n)
            assert set(present) <= {0, 1}
            for j, there in enumerate(present):
                if not there:
                    assert flat[j] in (0, "", False) or flat[j] != flat[j], "an element under NULL"
                    flat[j] = None
        else:
            assert valid == 0
        if k == 2:
            offsets = struct.unpack("<%dq" % (dims[0] + 1), block(rows, 8 * (dims[0] + 1)))
            assert offsets[0] == 0 and offsets[-1] == n
            flat = [flat[a:b] for a, b in zip(offsets, offsets[1:])]
        else:
            assert rows == 0
        item["values"] = flat
    assert end == len(raw), f"{len(raw) - end} bytes behind the last block"
    return kind, items


def nest(flat, dims):
    for size in dims[:0:-1]:
        flat = [flat[i:i + size] for i in range(0, len(flat), size)] if size else []
    return flat


def simple(items):
    """The top level items as plain values: scalars, nested lists, {column: list}."""
    values = []
    i = 0
    while i < len(items):
        item = items[i]
        i += 1
        if item["kind"] == 3:
            columns = items[i:i + item["n_columns"]]
            i += len(columns)
            assert all(c["kind"] == 1 and c["dims"] == item["dims"] for c in columns)
            values.append([c["values"] for c in columns])
        elif item["kind"] == 0:
            values.append(item["values"][0])
        elif item["kind"] == 1:
            values.append(nest(item["values"], item["dims"]))
        else:
            values.append(item["values"])
    return values


# --- processes ---------------------------------------------------------------------------------


def memfd(content=b""):
    fd = os.memfd_create("test", os.MFD_CLOEXEC)
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view):]
    high = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 200)
    os.close(fd)
    return high


def high_pipe():
    r, w = os.pipe()
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 200) for fd in (r, w)]
    os.close(r)
    os.close(w)
    return high


class Ended:
    status = None     # exit code, negative: signal
    ready = False     # `ready` was said
    kind = None       # "result", "fault" or None
    values = None     # of a result
    items = None
    fault = None      # (code name, kind, message, line)
    stdout = b""
    stderr = b""
    raw = b""

    def __repr__(self):
        return f"<status {self.status} {self.kind} {self.fault or self.values!r} stderr {self.stderr[-300:]!r}>"


def read_all(fd):
    parts = []
    while part := os.read(fd, 1 << 16):
        parts.append(part)
    return b"".join(parts)


def spawn(argv, env, fds, timeout_s=60, before_go=None, barrier=True):
    """Runs argv with descriptors {number: fd}; 4 is read afterwards.  -> Ended"""
    out_r, out_w = high_pipe()
    err_r, err_w = high_pipe()
    actions = [(os.POSIX_SPAWN_DUP2, out_w, 1), (os.POSIX_SPAWN_DUP2, err_w, 2),
               (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0)]
    own = [out_w, err_w]
    fds = dict(fds)
    fds[4] = result = memfd()
    if barrier:
        ready_r, ready_w = high_pipe()
        go_r, go_w = high_pipe()
        fds[5], fds[6] = ready_w, go_r
        own += [ready_w, go_r]
    actions += [(os.POSIX_SPAWN_DUP2, fd, number) for number, fd in fds.items()]
    pid = os.posix_spawn(argv[0], argv, env, file_actions=actions, setsigmask=[],
                         setsigdef=[signal.SIGPIPE, signal.SIGXFSZ])
    for fd in own:
        os.close(fd)
    ended = Ended()
    if barrier:
        ended.ready = os.read(ready_r, 1) == b"\1"
        if ended.ready and before_go:
            before_go(pid)
        try:
            os.write(go_w, b"\1")
        except BrokenPipeError:
            pass
        os.close(go_w)
        os.close(ready_r)
    streams = {out_r: [], err_r: []}
    deadline = time.monotonic() + timeout_s
    while streams:
        readable, _, _ = select.select(list(streams), [], [], max(0, deadline - time.monotonic()))
        if not readable:
            os.kill(pid, signal.SIGKILL)
            break
        for fd in readable:
            part = os.read(fd, 1 << 16)
            if part:
                streams[fd].append(part)
                continue
            text = b"".join(streams.pop(fd))
            if fd == out_r:
                ended.stdout = text
            else:
                ended.stderr = text
    _, status = os.waitpid(pid, 0)
    ended.status = os.waitstatus_to_exitcode(status)
    os.close(out_r)
    os.close(err_r)
    size = os.fstat(result).st_size
    ended.raw = os.pread(result, size, 0) if size else b""
    for fd in fds.values():
        try:
            os.close(fd)
        except OSError:
            pass
    return ended


def read_result(ended):
    if not ended.raw:
        return ended
    kind, ended.items = parse(ended.raw)
    values = simple(ended.items)
    if kind == 2:
        ended.kind, ended.values = "result", values
    else:
        assert kind == 3 and len(values) == 4
        ended.kind = "fault"
        ended.fault = (FAULTS[values[0]], values[1], values[2], values[3])
    return ended


def run_harness(argv, env, signature, args, seventh, csv=(), **options):
    """One test: args by position; `seventh` are the bytes of descriptor 7; csv the files behind csv arguments."""
    numbers = list(range(16, 16 + len(csv)))
    fds = {3: memfd(build_args(signature["args"], args, numbers)),
           7: memfd(seventh),
           8: memfd(json.dumps(signature, separators=(",", ":"), ensure_ascii=False).encode())}
    for number, content in zip(numbers, csv):
        fds[number] = memfd(content)
    return read_result(spawn(argv, env, fds, **options))


# --- counting ----------------------------------------------------------------------------------


class Tests:
    passed = 0
    failed = 0
    skipped = 0

    def skip(self, what, reason):
        self.skipped += 1
        print(f"SKIP {what}: {reason}")

    def check(self, name, good, detail=""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"not ok - {name}: {detail}")
        return good

    def equal(self, name, got, want):
        return self.check(name, same(got, want), f"got {got!r}, want {want!r}")


def same(a, b):
    """Equal with exact types, NaN equal to NaN."""
    if type(a) is not type(b):
        return False
    if type(a) is float:
        return a == b or (a != a and b != b)
    if type(a) in (list, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if type(a) is dict:
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    return a == b
