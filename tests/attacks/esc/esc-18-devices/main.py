"""What is in /dev, and whether more can be made.  Opens nothing that is not meant to be opened."""
import os
import stat

WANTED = {"null": 3, "zero": 5, "full": 7, "random": 8, "urandom": 9}
LINKS = {"shm", "fd", "stdin", "stdout", "stderr"}
found = []

try:
    names = os.listdir("/dev")
except PermissionError:
    names = []
    for name in ("mem", "kmsg", "kvm", "fuse", "net/tun", "loop0", "loop-control", "ptmx", "tty", "vda", "sda", "vsock"):
        try:
            os.close(os.open("/dev/" + name, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY))
            found.append(f"/dev/{name}")
        except OSError:
            pass
for name in names:
    state = os.lstat("/dev/" + name)
    if name in LINKS and stat.S_ISLNK(state.st_mode):
        continue
    if not stat.S_ISCHR(state.st_mode) or state.st_rdev != os.makedev(1, WANTED.get(name, 255)):
        found.append(f"/dev/{name}")
    elif os.access("/dev", os.W_OK):
        found.append("/dev is writable")
for where in ("attack-node", "/tmp/attack-node", "/dev/shm/attack-node", "/dev/attack-node"):
    for mode, device in ((stat.S_IFCHR, os.makedev(1, 1)), (stat.S_IFCHR, os.makedev(1, 3)),
                         (stat.S_IFBLK, os.makedev(7, 0))):
        try:
            os.mknod(where, mode | 0o666, device)
            found.append(f"made {where}")
            os.unlink(where)
        except OSError:
            pass
print("ESCAPED " + ", ".join(found[:8]) if found else "blocked")
