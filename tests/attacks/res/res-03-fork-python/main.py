"""Every way Python has to start a process fails with an exception; a thread starts.  (In C: esc-33.)"""
import os
import subprocess
import threading


def twice_and_one(x):
    ways = {
        "fork": os.fork,
        "posix_spawn": lambda: os.posix_spawn("/usr/bin/true", ["true"], {}),
        "spawnv": lambda: os.spawnv(os.P_NOWAIT, "/usr/bin/true", ["true"]),
        "run": lambda: subprocess.run(["/usr/bin/true"], check=False),
        "shell": lambda: subprocess.run("true", shell=True, check=False),
        "popen": lambda: os.popen("true"),
        "forkpty": os.forkpty,
    }
    for name, way in ways.items():
        try:
            way()
        except OSError:
            continue
        raise RuntimeError("ESCAPED " + name)
    if os.system("true") == 0:
        raise RuntimeError("ESCAPED system")
    done = []
    thread = threading.Thread(target=lambda: done.append(2 * x + 1))
    thread.start()
    thread.join()
    return done[0]
