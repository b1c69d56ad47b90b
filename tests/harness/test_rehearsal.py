"""The rehearsal of the fork server: it comes to its end, whatever numbers are free, and leaves an answer."""
import subprocess

from test_python import HARNESS, PYTHON

SCRIPT = '''
import os, posix, sys
sys.path.insert(0, sys.argv[1])
posix.environ[b"MLJUDGE_FLAVOUR"] = sys.argv[2].encode()
for fd in range(3, 3 + int(sys.argv[3])):
    os.dup2(0, fd)
import rehearsal, runner
rehearsal.perform(runner.prepare_flavour(sys.argv[2]))
print("answered", os.fstat(runner.FD_RESULT).st_size > 64, os.fstat(0).st_rdev == os.stat("/dev/null").st_rdev)
'''


def run(tests):
    for flavour in ("python", "pypure", "pandas"):
        for taken in (0, 1, 3, 9):
            done = subprocess.run([PYTHON, "-I", "-B", "-X", "utf8", "-c", SCRIPT, HARNESS, flavour, str(taken)],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True)
            tests.check(f"rehearsal of {flavour}, {taken} descriptors open", done.stdout == "answered True True\n",
                        done.stdout + done.stderr[-600:])
