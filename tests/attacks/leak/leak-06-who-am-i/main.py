"""Prints all it can find out about where it runs; the runner looks for the host's names and paths in it."""
import os
import socket
import sys

print(os.uname(), socket.gethostname(), sys.argv, sys.path, os.getcwd())
print(dict(os.environ))
for path in ("/proc/self/cgroup", "/proc/self/mountinfo", "/proc/self/environ", "/proc/self/cmdline", "/proc/1/cmdline",
             "/proc/sys/kernel/hostname", "/proc/sys/kernel/domainname", "/etc/hostname", "/etc/hosts", "/etc/passwd",
             "/etc/resolv.conf", "/proc/self/status", "/proc/self/sched", "/proc/mounts", "/etc/mtab", "/etc/machine-id"):
    try:
        with open(path, "rb") as file:
            print(path, file.read().replace(b"\0", b"\n").decode("utf-8", "replace"))
    except OSError as error:
        print(path, error.strerror)
for path in ("/", "/home", "/root", "/tmp", "/box", "/etc", "/proc/self/fd"):
    try:
        print(path, sorted(os.listdir(path)))
    except OSError as error:
        print(path, error.strerror)
