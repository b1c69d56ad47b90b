"""What a box may leave behind, before and after a run."""
import hashlib
import os
import re
import time

from common import read

BOX_UID = 2_000_000_000  # uids of boxes begin here
PIDS = set()  # of every judge that was started
NAMES = ("attack-", "legal-")  # what our programs call their files
MARK = b"left-behind"  # what is in those that must have another name


def processes_of_boxes():
    """By uid: root's boxes have uids of their own, an ordinary user's have the user's."""
    found = set()
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            try:
                uid = os.stat("/proc/" + name).st_uid
                ours = uid >= BOX_UID if os.geteuid() == 0 else uid == os.geteuid()
                if ours and "State:\tZ" not in read(f"/proc/{name}/status"):
                    found.add(int(name))
            except OSError:
                pass
    return found


def remaining(before):
    """Boxes must be gone at once; an ordinary user's guard looks the same and has a second."""
    deadline = time.monotonic() + (0 if os.geteuid() == 0 else 1.5)
    while (found := processes_of_boxes() - before) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def describe(pids):
    out = []
    for pid in sorted(pids)[:5]:
        try:
            out.append(f"{pid} ({read(f'/proc/{pid}/comm').strip()})")
        except OSError:
            out.append(str(pid))
    return ", ".join(out) + (" ..." if len(pids) > 5 else "")


def suspicious_files():
    """Files in shared places that a box could have made: by owner, or by the name our programs use.
    Others may be at work on this machine: their files are none of our business."""
    found = set()
    for folder in ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/", "/root", "/run"):
        try:
            for entry in os.scandir(folder):
                owner = entry.stat(follow_symlinks=False).st_uid
                judge = re.match(r"mljudge\.(\d+)\.", entry.name)
                if judge and int(judge[1]) not in PIDS:
                    continue
                if owner >= BOX_UID or entry.name.startswith(NAMES):
                    found.add(entry.path)
        except OSError:
            pass
    return found


def is_ours(path):
    """Made by one of our programs, as it says itself."""
    if os.path.basename(path).startswith(NAMES):
        return True
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            return MARK in file.read(200)
    except OSError:
        return False


def sysv():
    """(kind, id) of objects of boxes' users, or with the key our programs use."""
    found = set()
    for kind, uid_column in (("shm", 7), ("sem", 4), ("msg", 7)):
        for line in read(f"/proc/sysvipc/{kind}").splitlines()[1:]:
            words = line.split()
            if int(words[uid_column]) >= BOX_UID or int(words[0]) == 0x6D6C6A:
                found.add((kind, words[1]))
    return found


def keys():
    """Keyrings of boxes' users."""
    try:
        return {line.split()[0] for line in read("/proc/keys").splitlines() if int(line.split()[5]) >= BOX_UID}
    except (OSError, ValueError, IndexError):
        return set()


class Snapshot:
    def __init__(self, run):
        self.mounts = sorted(read("/proc/self/mountinfo").splitlines())
        self.files = suspicious_files()
        self.sysv = sysv()
        self.keys = keys()
        self.box_processes = set() if run.outer.groups else processes_of_boxes()
        self.canary = {}
        for where, _, names in os.walk(run.canary_folder):
            for name in names:
                path = os.path.join(where, name)
                self.canary[path] = (hashlib.sha256(read(path, "rb")).hexdigest(), os.stat(path).st_mode)


def leftovers(run, before):
    """What is there now and was not before.  Processes of a box must be gone when mljudge returns; the
    guard and control groups have a second."""
    findings = []
    if run.outer.groups:
        boxed = set()
        for pid in run.outer.processes():
            try:
                if os.stat(f"/proc/{pid}").st_uid >= BOX_UID and "State:\tZ" not in read(f"/proc/{pid}/status"):
                    boxed.add(pid)
            except OSError:
                pass
    else:
        boxed = remaining(before.box_processes)
    if boxed:
        findings.append("processes of the box live on: " + describe(boxed))
    deadline = time.monotonic() + (10 if run.slow else 1)
    while run.outer.groups and time.monotonic() < deadline and (run.outer.processes() or run.outer.children()):
        time.sleep(0.01)
    if run.outer.processes():
        findings.append("processes are left after a second: " + describe(run.outer.processes()))
    if run.outer.groups and run.outer.children():
        findings.append("control groups are left: " + ", ".join(run.outer.children()[:3]))
    after = Snapshot(run)
    if after.mounts != before.mounts:
        new = [line.split(" ")[4] for line in after.mounts if line not in before.mounts]
        findings.append(f"mounts changed: {', '.join(new[:3]) or 'one is gone'}")
    if after.files - before.files:
        findings.append("files are left: " + ", ".join(sorted(after.files - before.files)[:3]))
    if after.sysv - before.sysv:
        findings.append(f"System V objects are left: {sorted(after.sysv - before.sysv)}")
    if after.keys - before.keys:
        findings.append(f"keys are left: {len(after.keys - before.keys)}")
    if after.canary != before.canary:
        findings.append("the canary was touched")
    if run.listener_was_called():
        findings.append("somebody connected to the runner's socket")
    return findings
