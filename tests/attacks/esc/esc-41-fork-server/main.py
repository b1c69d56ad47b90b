"""Looks for the process of which this one may be a copy, and for a way back into it."""
import ctypes
import os
import signal
import socket
import stat

VARIANT = "@VARIANT@"
LIBC = ctypes.CDLL(None, use_errno=True)
NEIGHBOURS = 300  # pids around our own, as the host counts or as the box does


def candidates():
    own = os.getpid()
    return [pid for pid in range(max(1, own - NEIGHBOURS), own + NEIGHBOURS) if pid != own]


def processes():
    """Of /proc, where there is one, only what is in the box."""
    try:
        seen = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return
    for pid in seen:
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            words = file.read()
        if pid != os.getpid() and b"server.py" in words:
            raise RuntimeError("ESCAPED a server is process %d" % pid)
        for name in ("mem", "environ", "fd"):
            if pid == os.getpid():
                continue
            try:
                os.close(os.open("/proc/%d/%s" % (pid, name), os.O_RDONLY))
            except OSError:
                continue
            raise RuntimeError("ESCAPED into %s of %d" % (name, pid))


def signals():
    parent = os.getppid()
    for pid in [*candidates(), parent, -1, 0, -parent]:
        try:
            os.kill(pid, signal.SIGCONT)
        except OSError:
            continue
        raise RuntimeError("ESCAPED a signal to %d" % pid)


def descriptors():
    """Nothing that leads out: no socket, no directory; no more than the harness says it has."""
    for fd in range(1024):
        try:
            mode = os.fstat(fd).st_mode
        except OSError:
            continue
        if stat.S_ISSOCK(mode) or stat.S_ISDIR(mode) or fd > 8:
            raise RuntimeError("ESCAPED descriptor %d, mode %o" % (fd, mode))


def library():
    """The server's own library may still be mapped: it answers nobody."""
    try:
        serve = ctypes.CDLL("./mljudge-fork.so").mljudge_fork_serve
    except OSError:
        return
    for _ in range(3):
        if serve() > 0:
            raise RuntimeError("ESCAPED served")


def view():
    """What a box sees is its own, not the place of the server."""
    if any(not name.startswith(".") for name in os.listdir(".")):
        raise RuntimeError("ESCAPED the working directory holds %r" % os.listdir("."))
    for path in ("/harness/x", "/x", "/usr/x", "/.empty/x"):
        try:
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        except OSError:
            continue
        raise RuntimeError("ESCAPED wrote " + path)


def sockets():
    for family, address in ((socket.AF_UNIX, "\0mljudge"), (socket.AF_UNIX, "/box/socket"), (socket.AF_INET, ("127.0.0.1", 22))):
        try:
            made = socket.socket(family, socket.SOCK_STREAM)
        except OSError:
            continue
        made.connect(address)
        raise RuntimeError("ESCAPED connected")


def memory():
    for pid in candidates():
        LIBC.process_vm_readv(pid, None, 0, None, 0, 0)


def trace():
    for pid in candidates():
        if LIBC.ptrace(16, pid, 0, 0) == 0:  # PTRACE_ATTACH
            raise RuntimeError("ESCAPED attached to %d" % pid)


def twice_and_one(x):
    globals()[VARIANT]()
    return 2 * x + 1
