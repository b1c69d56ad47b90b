"""Calls the runner's own listening socket, by name, by address and by every local address it can find."""
import socket
import sys

port = int(sys.argv[1])
found = []
for host in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "::ffff:127.0.0.1"):
    try:
        socket.create_connection((host, port), timeout=1).close()
        found.append(host)
    except OSError:
        pass
try:
    with open("/proc/net/dev", encoding="ascii") as file:
        devices = [line.split(":")[0].strip() for line in file if ":" in line]
    found += ["device " + name for name in devices if name not in ("lo", "tunl0", "sit0", "ip6tnl0", "erspan0",
                                                                   "gre0", "gretap0", "ip_vti0", "ip6_vti0", "ip6gre0")]
except OSError:
    pass
print("ESCAPED " + ", ".join(found) if found else "blocked")
