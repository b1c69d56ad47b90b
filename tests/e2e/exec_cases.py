"""mljudge exec: any command in a box."""
import json
import os
import signal
import subprocess

from support import Settings, case, check, mljudge, source, start, tier, valid, write


@case("exec: exit codes, streams, arguments")
def _():
    mljudge("exec", "--", "/bin/true").expect(0)
    mljudge("exec", "--", "true").expect(0)
    mljudge("exec", "--", "/bin/false").expect(1)
    mljudge("exec", "--", "sh", "-c", "exit 77").expect(1)
    run = mljudge("exec", "--", "sh", "-c", "echo out; echo err >&2").expect(0)
    check(run.out == "out\n" and run.err == "err\n", "streams are mixed up", run)
    run = mljudge("exec", "--", "printf", "[%s]", "a b", "", "-x", "\n").expect(0)
    check(run.out == "[a b][][-x][\n]", "arguments changed", run)
    mljudge("exec", "true").expect(0)


@case("exec: a command that is not there, or cannot be run")
def _():
    mljudge("exec", "--", "/no/such/thing").expect(1, "No such file").one_line()
    mljudge("exec", "--", "no-such-thing").expect(1, "No such file").one_line()
    mljudge("exec", "--", "/usr").expect(1).one_line()
    mljudge("exec", "--file", source("not a program", "prog"), "--", "./prog").expect(1).one_line()


@case("exec --file: a copy in the working directory, executable if it was; bad ones are refused")
def _():
    path = source("#!/bin/sh\necho ran $0; ls; cat data*\n", "my prog.sh")
    os.chmod(path, 0o755)
    data = write(os.path.join(os.path.dirname(path), "data\n1"), "inside")
    run = mljudge("exec", "--file", path, "--file", data, "--", "./my prog.sh").expect(0, "ran ./my prog.sh", "inside")
    run = mljudge("exec", "--file", data, "--", "sh", "-c", "for f in data*; do echo x > \"$f\"; done").expect(1)
    check(open(data).read() == "inside", "the original changed", run)
    mljudge("exec", "--file", "/nowhere", "--", "true").expect(2, "/nowhere").one_line()
    mljudge("exec", "--file", "/usr", "--", "true").expect(2, "/usr").one_line()
    mljudge("exec", "--file", data, "--file", data, "--", "true").expect(2, "same name").one_line()
    fifo = os.path.join(os.path.dirname(path), "fifo")
    os.mkfifo(fifo)
    mljudge("exec", "--file", fifo, "--", "true", timeout=10).expect(2).one_line()


@case("exec: limits of CPU, wall, memory, output, processes")
def _():
    mljudge("exec", "--cpu-ms", "200", "--", "sh", "-c", "while :; do :; done").expect(1, stderr=["TLE", "CPU limit"])
    mljudge("exec", "--wall-ms", "300", "--", "sleep", "60", timeout=10).expect(1, stderr=["TLE", "idle"])
    exact = tier() == "full"  # elsewhere samples are taken, and the peak may lie above the limit
    run = mljudge("exec", "--memory-mib", "32", "--", "python3", "-c", "x = bytearray(1 << 28)")
    run.expect(1, stderr=["MLE", "memory limit, peak 3" if exact else "memory limit, peak "])
    if tier() != "landlock":
        mljudge("exec", "--memory-mib", "32", "--", "sh", "-c", "head -c 100000000 /dev/urandom >/tmp/a").expect(1, stderr=["MLE", "MiB in files"])
    run = mljudge("exec", "--output-kib", "64", "--", "yes").expect(1, stderr=["OLE"])
    check(len(run.out_bytes) <= 64 << 10, f"{len(run.out_bytes)} bytes came out", None)
    run = mljudge("exec", "--processes", "8", "--", "sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1 & done; wait")
    run.expect(1)


@case("exec: standard input is relayed: a pipe, a file, nothing, closed")
def _():
    data = os.urandom(1 << 20)
    run = mljudge("exec", "--", "cat", input=data).expect(0)
    check(run.out_bytes == data, "1 MiB through cat changed")
    path = source(data, "data")
    with open(path, "rb") as file:
        run = mljudge("exec", "--", "cat", stdin=file).expect(0)
    check(run.out_bytes == data, "a file through cat changed")
    run = mljudge("exec", "--", "sh", "-c", "head -c 10 >/dev/null; echo done", input=data).expect(0)
    check(run.out == "done\n", "a reader that stops early", run)
    run = mljudge("exec", "--", "cat").expect(0)
    check(run.out == "", "input out of nowhere")
    run = mljudge("exec", "--", "wc", "-c", input=b"").expect(0, "0")


@case("exec --json: one test object and the isolation")
def _():
    path = os.path.join(os.path.dirname(source("")), "out.json")
    mljudge("exec", "--json", path, "--", "sh", "-c", "exit 3").expect(1)
    report = valid(json.load(open(path)))
    check(report["verdict"] == "RTE" and report["exit_code"] == 3 and report["isolation"]["tier"] == tier(), str(report))
    check(report["cpu_ms"] is not None and report["memory_bytes"] > 0 and report["prepare_cpu_ms"] is None, str(report))
    mljudge("exec", "--json", path, "--", "sh", "-c", "kill -9 $$").expect(1)
    check(valid(json.load(open(path)))["signal"] == "SIGKILL", "signal")
    mljudge("exec", "--json", path, "--", "python3", "-c", "import socket\ntry:\n    socket.socket()\nexcept OSError:\n    pass").expect(0)
    check([call["name"] for call in valid(json.load(open(path)))["blocked_syscalls"]] == ["socket"], "the blocked call is not listed")
    mljudge("exec", "--json", "/nowhere/x", "--", "true").expect(3, "/nowhere/x")
    mljudge("exec", "--json", "/dev/full", "--", "true").expect(3, "/dev/full")


@case("exec: the box: no network, no host files, own processes, private /tmp, nothing inherited")
def _():
    script = ("import os, socket, sys\n"
              "bad = []\n"
              "try:\n    socket.create_connection(('127.0.0.1', 22)); bad.append('network')\nexcept OSError:\n    pass\n"
              "for path in ('/etc/passwd', '/etc/shadow', '/root', '/home', '/sys', '/var', '/run', '/proc/1/environ'):\n"
              "    try:\n        if os.path.isdir(path):\n            bad += [path] if os.listdir(path) else []\n"
              "        else:\n            open(path).read(); bad.append(path)\n    except OSError:\n        pass\n"
              "if 'LEAK' in os.environ or os.getuid() == 0: bad.append('who')\n"
              "def fails(fn, *args):\n    try:\n        fn(*args)\n    except OSError:\n        return True\n")
    namespaces = ("if len([p for p in os.listdir('/proc') if p.isdigit()]) > 3: bad.append('processes')\n"
                  "if sorted(os.listdir('/proc/self/fd'))[3:4] not in ([], ['3']): bad.append('descriptors')\n"
                  "if os.getcwd() != '/box': bad.append('where')\n"
                  "open('/tmp/x', 'w').write('x'); bad += [] if os.listdir('/tmp') == ['x'] else ['tmp']\n")
    landlock = ("bad += [d for d in ('/proc', '/proc/self/fd', '/tmp', '/', '..') if not fails(os.listdir, d)]\n"
                "bad += [f for f in ('/tmp/x', 'x', '/dev/shm/x') if not fails(open, f, 'w')]\n"
                "bad += [i for i in range(3, 1024) if not fails(os.fstat, i)]\n")
    script += (landlock if tier() == "landlock" else namespaces) + "print(bad); sys.exit(bool(bad))\n"
    run = mljudge("exec", "--", "/usr/bin/python3", "-c", script, env={**os.environ, "LEAK": "1"})
    run.expect(0, "[]")
    check(not os.path.exists("/tmp/x"), "/tmp is the host's")


@case("exec: signals are as a command expects them")
def _():
    status = "grep -E '^Sig(Blk|Ign)' /proc/self/status; " if tier() != "landlock" else ""
    run = mljudge("exec", "--", "sh", "-c", status + "yes | head -n 1").expect(0, "y\n")
    lines = dict(line.split(":\t") for line in run.out.splitlines() if line.startswith("Sig"))
    check(not status or int(lines["SigBlk"], 16) == 0 and int(lines["SigIgn"], 16) == 0, "signals are blocked or ignored", run)
    check("Broken pipe" not in run.err, "SIGPIPE is ignored", run)


@case("exec: the reader of our output goes away")
def _():
    process = start("exec", "--cpu-ms", "3000", "--", "yes")
    process.stdout.read(100)
    process.stdout.close()
    process.stderr.close()
    check(process.wait(timeout=20) in (1, 3), f"exit code {process.returncode}")
