"""Looks for secrets of the judge in every file, descriptor and page of memory that it can read.

Returns "none" (a wrong answer) if there is none but its own input, which it must find in its memory: that
proves the search.  Anything else raises."""
import os
import re
import stat
import time

SECRET = re.compile(rb"MLJCANARY([0-9a-f]{32})")
CHUNK = 1 << 22
NEW = time.time() - 7200  # secrets are made for each run: a file that is older holds none


class Search:
    def __init__(self, own):
        self.own = own[9:41].encode()
        self.n_own = self.n_files = self.n_bytes = 0
        self.foreign = []

    def look(self, data, where):
        self.n_bytes += len(data)
        for match in SECRET.finditer(data):
            if match[1] == self.own:
                self.n_own += 1
            else:
                self.foreign.append(where)

    def descriptor(self, fd, where):
        offset, before = 0, b""
        while offset < 1 << 28:
            data = os.pread(fd, CHUNK, offset)
            if not data:
                break
            self.look(before + data, where)
            before = data[-80:]
            offset += len(data)

    def file(self, path):
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError:
            return
        try:
            self.n_files += 1
            self.descriptor(fd, path)
        except OSError:
            pass
        finally:
            os.close(fd)

    def files(self):
        for where, folders, names in os.walk("/"):
            if where == "/":
                folders[:] = [name for name in folders if name not in ("proc", "sys", "dev")]
            for name in names + folders:
                if "CANARY" in name:
                    self.foreign.append(where)
            for name in names:
                path = os.path.join(where, name)
                state = os.lstat(path)
                if stat.S_ISREG(state.st_mode) and state.st_ctime > NEW:
                    self.file(path)
        for pid in ("self", "1", "thread-self"):
            for name in ("environ", "cmdline", "maps", "mountinfo", "cgroup", "status", "auxv"):
                self.file(f"/proc/{pid}/{name}")

    def descriptors(self):
        for fd in range(64):
            try:
                self.descriptor(fd, f"descriptor {fd}")
            except OSError:
                pass

    def memory(self):
        try:
            with open("/proc/self/maps", encoding="ascii") as file:
                lines = file.read().splitlines()
            memory = os.open("/proc/self/mem", os.O_RDONLY)
        except OSError:
            return self.memory_by_probing()
        for line in lines:
            span, mode = line.split()[:2]
            low, high = (int(word, 16) for word in span.split("-"))
            if "r" not in mode or low >= 1 << 47:
                continue
            before = b""
            for offset in range(low, high, CHUNK):
                try:
                    data = os.pread(memory, min(CHUNK, high - offset), offset)
                except OSError:
                    break
                self.look(before + data, "memory")
                before = data[-80:]
        os.close(memory)

    def memory_by_probing(self):
        """Without /proc: a write from an address that is not mapped fails with EFAULT."""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        libc.sbrk.restype = ctypes.c_void_p
        read_end, write_end = os.pipe()
        anchors = {id(self), id(os), id(SECRET), id(0), libc.sbrk(0) - 4096,
                   ctypes.cast(libc.write, ctypes.c_void_p).value, ctypes.addressof(ctypes.c_int())}
        seen = set()
        for anchor in anchors:
            first = anchor >> 12
            for page in range(first - 16384, first + 16384):
                if page in seen or page <= 0:
                    continue
                seen.add(page)
                if libc.write(write_end, ctypes.c_void_p(page << 12), 4096) == 4096:
                    self.look(os.read(read_end, 4096), "memory")


def search(x):
    found = Search(x)
    found.memory()
    found.descriptors()
    found.files()
    for name, value in os.environ.items():
        found.look(f"{name}={value}".encode(), "environment")
    if found.foreign:
        raise RuntimeError("ESCAPED " + ", ".join(sorted(set(found.foreign))[:5]))
    if found.n_own == 0:
        raise RuntimeError(f"the search itself does not work: {found.n_files} files, {found.n_bytes} bytes")
    return "none"
