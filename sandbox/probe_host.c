/* What the host offers to attackers.  Boxes cannot reach any of it: their filter, their uid and their lack of a
 * terminal are in the way; a second wall does no harm. */
#include "sandbox/probe.h"

#define HOST SANDBOX_AREA_HOST

void probe_host(struct probe *p)
{
    char text[200];
    bool pipes = probe_line("/proc/sys/kernel/core_pattern", text, sizeof text) && text[0] == '|';
    probe_add(p, HOST, "core_pattern", pipes ? SANDBOX_FEATURE_WARN : SANDBOX_FEATURE_OK,
              "sudo sysctl -w kernel.core_pattern=core", "%s",
              pipes ? "starts a program; boxes dump no core" : "starts no program");
    probe_brief(p, "core_pattern %s", pipes ? "pipes" : "plain");
    bool uring = probe_number("/proc/sys/kernel/io_uring_disabled") == 0;
    probe_add(p, HOST, "io_uring", uring ? SANDBOX_FEATURE_WARN : SANDBOX_FEATURE_OK,
              "sudo sysctl -w kernel.io_uring_disabled=2", "%s", uring ? "on" : "off");
    probe_brief(p, "io_uring %s", uring ? "on" : "off");
    long yama = probe_number("/proc/sys/kernel/yama/ptrace_scope");
    probe_add(p, HOST, "yama", yama == 0 ? SANDBOX_FEATURE_WARN : SANDBOX_FEATURE_OK,
              "sudo sysctl -w kernel.yama.ptrace_scope=1", "%s",
              yama == 0  ? "ptrace_scope is 0"
              : yama < 0 ? "not in this kernel; boxes cannot ptrace"
                         : "on");
    probe_brief(p, "%s", yama < 0 ? "no Yama" : "Yama on");
    bool tiocsti = probe_number("/proc/sys/dev/tty/legacy_tiocsti") > 0;
    probe_add(p, HOST, "legacy TIOCSTI", tiocsti ? SANDBOX_FEATURE_WARN : SANDBOX_FEATURE_OK,
              "sudo sysctl -w dev.tty.legacy_tiocsti=0", "%s", tiocsti ? "on" : "off");
    probe_brief(p, "TIOCSTI off");
}
