"""A control group of our own: what a failing judge leaves is found beneath it, and a bomb that gets out hits its limits."""
import os
import signal
import time

from common import read, write

MEMORY = 3 << 30
PROCESSES = 512


class Outer:
    """A control group of our own in every hierarchy we are in, so that whatever a failing judge leaves is
    found beneath it, and a bomb that gets out hits its limits."""

    def __init__(self):
        self.groups = []  # (folder, the folder we came from, process file)
        self.name = f"attacks-{os.getpid()}"
        self.why_not = ""
        mounts = {}
        for line in read("/proc/self/mountinfo").splitlines():
            left, right = line.split(" - ", 1)
            kind, _, options = right.split(" ", 2)
            point, root = left.split(" ")[4], left.split(" ")[3]
            if kind == "cgroup2":
                mounts[""] = (point, root)
            elif kind == "cgroup":
                for option in options.split(","):
                    mounts[option] = (point, root)
        for line in read("/proc/self/cgroup").splitlines():
            _, names, path = line.split(":", 2)
            for name in names.split(","):
                if name in mounts:
                    try:
                        self.enter(name, *mounts[name], path)
                    except OSError as error:
                        self.why_not += f"{name or 'cgroup2'}: {error.strerror}; "
                    break

    def enter(self, controller, point, root, path):
        own = point + (path[len(root):] if root != "/" and path.startswith(root) else path).rstrip("/")
        if controller == "":
            # v2: no processes beside children with controllers; so a sibling, where ours are on already.
            controllers = read(own + "/cgroup.controllers").split()
            parent = own if own == point else os.path.dirname(own)
            folder = os.path.join(parent, self.name)
            os.mkdir(folder)
            tasks = "cgroup.procs"
            limits = {"memory.max": MEMORY, "pids.max": PROCESSES} if controllers else {}
        else:
            folder = os.path.join(own, self.name)
            tasks = "tasks"
            limits = {"memory": {"memory.limit_in_bytes": MEMORY}, "pids": {"pids.max": PROCESSES}
                      }.get(controller, {})
            if controller == "cpuset":
                limits = {name: read(f"{own}/{name}") for name in ("cpuset.cpus", "cpuset.mems")}
            os.mkdir(folder)
        try:
            for name, value in limits.items():
                if os.path.exists(f"{folder}/{name}"):
                    write(f"{folder}/{name}", str(value))
            write(f"{folder}/{tasks}", "0")
        except OSError:
            os.rmdir(folder)
            raise
        self.groups.append((folder, own, tasks))

    def processes(self):
        """Of the whole subtree, without ourselves."""
        found = set()
        for folder, _, _ in self.groups:
            for where, _, _ in os.walk(folder):
                try:
                    found.update(int(pid) for pid in read(f"{where}/cgroup.procs").split())
                except OSError:
                    pass  # removed meanwhile
        return found - {os.getpid(), 0}

    def children(self):
        return [os.path.join(folder, name) for folder, _, _ in self.groups
                for name in os.listdir(folder) if os.path.isdir(os.path.join(folder, name))]

    def kill_all(self):
        """Also those who outrun a single round of kills: no more forks, then until nobody is left."""
        limits = [f"{folder}/pids.max" for folder, _, _ in self.groups if os.path.exists(f"{folder}/pids.max")]
        for path in limits:
            write(path, "1")
        deadline = time.monotonic() + 30
        while (pids := self.processes()) and time.monotonic() < deadline:
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.005)
        for path in limits:
            # The dead count until the machine's init has waited for them.
            current = path.replace("pids.max", "pids.current")
            while int(read(current)) > 1 and time.monotonic() < deadline:
                time.sleep(0.01)
            write(path, str(PROCESSES))

    def leave(self):
        self.kill_all()
        for folder, own, tasks in self.groups:
            try:
                write(f"{own}/{tasks}", "0")
            except OSError as error:
                print(f"# cannot leave {folder}: {error.strerror}")
            for where, _, _ in os.walk(folder, topdown=False):
                for _ in range(50):
                    try:
                        os.rmdir(where)
                        break
                    except OSError:
                        time.sleep(0.02)
                else:
                    print(f"# cannot remove {where}")
