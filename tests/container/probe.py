#!/usr/bin/python3 -IS
"""Runs inside the container and prints as JSON what it finds there; judges nothing."""
import ctypes
import errno
import json
import os
import signal

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE = {"NEWNS": 0x20000, "NEWCGROUP": 0x2000000, "NEWUTS": 0x4000000, "NEWIPC": 0x8000000,
         "NEWUSER": 0x10000000, "NEWPID": 0x20000000, "NEWNET": 0x40000000}
X86_64 = {"clone": 56, "pivot_root": 155, "mount": 165, "umount2": 166, "swapon": 167, "reboot": 169,
          "init_module": 175, "add_key": 248, "request_key": 249, "keyctl": 250, "unshare": 272,
          "perf_event_open": 298, "open_by_handle_at": 304, "setns": 308, "kcmp": 312,
          "bpf": 321, "userfaultfd": 323, "open_tree": 428, "move_mount": 429, "fsopen": 430,
          "clone3": 435, "process_mrelease": 448, "personality": 135, "sethostname": 170, "quotactl": 179}
AARCH64 = {"clone": 220, "pivot_root": 41, "mount": 40, "umount2": 39, "swapon": 224, "reboot": 142,
           "init_module": 105, "add_key": 217, "request_key": 218, "keyctl": 219, "unshare": 97,
           "perf_event_open": 241, "open_by_handle_at": 265, "setns": 268, "kcmp": 272,
           "bpf": 280, "userfaultfd": 282, "open_tree": 428, "move_mount": 429, "fsopen": 430,
           "clone3": 435, "process_mrelease": 448, "personality": 92, "sethostname": 161, "quotactl": 60}
NUMBERS = X86_64 if os.uname().machine == "x86_64" else AARCH64
LANDLOCK = {"create_ruleset": 444, "add_rule": 445, "restrict_self": 446}


def call(number, *arguments):
    """"ok N" or the name of the errno."""
    ctypes.set_errno(0)
    result = LIBC.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    return f"ok {result}" if result >= 0 else errno.errorcode.get(ctypes.get_errno(), "?")


def clone(flags):
    """A fork with these flags, whose child ends at once."""
    ctypes.set_errno(0)
    pid = LIBC.syscall(ctypes.c_long(NUMBERS["clone"]), ctypes.c_long(flags | signal.SIGCHLD), 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    if pid < 0:
        return errno.errorcode.get(ctypes.get_errno(), "?")
    os.waitpid(pid, 0)
    return "ok"


def attempt(action):
    try:
        return action() or "ok"
    except OSError as error:
        return errno.errorcode.get(error.errno, "?")


def read(path, size=4096):
    with open(path, "rb") as file:
        return f"{len(file.read(size))} bytes"


def write(path):
    with open(path, "wb") as file:
        file.write(b"1")


def open_to_write(path):
    """What a read-only mount refuses; writing would move us elsewhere."""
    os.close(os.open(path, os.O_WRONLY))


def touch(folder):
    path = os.path.join(folder, "probe-canary")
    with open(path, "wb") as file:
        file.write(b"1")
    os.unlink(path)


def open_disk(folder):
    """A node of the host's first disk, as CAP_MKNOD allows, and a look at it."""
    path = os.path.join(folder, "probe-disk")
    disk = next((line.split()[:2] for line in open("/proc/partitions", encoding="ascii")
                 if line.strip() and line.split()[0].isdigit()), ["8", "0"])
    os.mknod(path, 0o60600, os.makedev(int(disk[0]), int(disk[1])))
    try:
        return read(path, 512)
    finally:
        os.unlink(path)


def status():
    fields = dict(line.rstrip("\n").split(":\t", 1)
                  for line in open("/proc/self/status", encoding="ascii") if ":\t" in line)
    return {key: fields[key] for key in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs",
                                         "Seccomp", "Uid", "Gid", "Groups")}


def masked(path):
    """"absent", "empty", or what is wrong with it."""
    if not os.path.lexists(path):
        return "absent"
    if os.path.isdir(path):
        return "empty" if not os.listdir(path) else "full"
    return "empty" if attempt(lambda: read(path)) == "0 bytes" else "readable"


MASKED = ["/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
          "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats",
          "/sys/devices/virtual/powercap", "/sys/firmware"]


def make_group(folder):
    """If it can be made (it must not), nothing is left: these are the machine's own groups."""
    path = os.path.join(folder, "container-probe")
    os.mkdir(path)
    os.rmdir(path)


# the mounts and what lies directly in them, none of the boxes of others
cgroups = [folder for folder, _, _ in os.walk("/sys/fs/cgroup")
           if folder.count("/") <= 4 and "/mljudge." not in folder]
print(json.dumps({
    "pid": os.getpid(),
    "status": status(),
    "processes": sorted(int(name) for name in os.listdir("/proc") if name.isdigit()),
    "namespaces": {name: os.readlink(f"/proc/self/ns/{name}")
                   for name in ("pid", "mnt", "net", "ipc", "uts", "cgroup", "user")},
    "environment": dict(os.environ),
    "unshare": {name: call(NUMBERS["unshare"], flag) for name, flag in CLONE.items()},
    "clone": {name: clone(flag) for name, flag in CLONE.items()},
    "plain clone": clone(0),
    "calls": {name: call(number, 0, 0, 0, 0, 0) for name, number in NUMBERS.items()
              if name not in ("clone", "unshare", "personality")},
    "personality": {"read": call(NUMBERS["personality"], 0xffffffff),
                    "no randomization": call(NUMBERS["personality"], 0x40000)},
    "newest call": call(999, 0),
    "landlock": {"abi": call(LANDLOCK["create_ruleset"], 0, 0, 1),
                 "add_rule": call(LANDLOCK["add_rule"], -1, 1, 0, 0),
                 "restrict_self": call(LANDLOCK["restrict_self"], -1, 0)},
    "chroot": attempt(lambda: os.chroot("/")),
    "chown": attempt(lambda: (open("/tmp/probe-owner", "w", encoding="ascii").close(),
                              os.chown("/tmp/probe-owner", 7, 7)) and None),
    "masked": {path: masked(path) for path in MASKED},
    "sysctl": attempt(lambda: open_to_write("/proc/sys/kernel/hostname")),
    "sysrq": attempt(lambda: open_to_write("/proc/sysrq-trigger")),
    "sys writable": attempt(lambda: touch("/sys/kernel")),
    "cgroup mkdir": {folder: attempt(lambda folder=folder: make_group(folder))
                     for folder in cgroups[:40]},
    "cgroup procs": {folder: attempt(lambda folder=folder: open_to_write(os.path.join(folder, "cgroup.procs")))
                     for folder in cgroups[:40] if os.path.exists(os.path.join(folder, "cgroup.procs"))},
    "own cgroups": sorted({line.rstrip("\n").split(":", 2)[2] for line in open("/proc/self/cgroup", encoding="utf-8")}),
    "disk": {folder: attempt(lambda folder=folder: open_disk(folder)) for folder in ("/tmp", "/dev", "/dev/shm")},
    "devices": sorted(os.listdir("/dev")),
    "null": attempt(lambda: write("/dev/null")),
    "random": attempt(lambda: read("/dev/urandom", 8)),
    "pty": attempt(lambda: os.openpty() and None),
    "writable": {folder: attempt(lambda folder=folder: touch(folder)) for folder in ("/tmp", "/dev/shm", "/usr/bin", ".")},
    "interfaces": sorted(os.listdir("/sys/class/net")),
    "tmp": sorted(os.listdir("/tmp")),
}))
