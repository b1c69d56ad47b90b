/* What makes times vary from run to run. */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include "sandbox/probe.h"
#include "sandbox/util.h"

#define NOISE         SANDBOX_AREA_NOISE
#define STEAL_PERCENT 1.0 /* of all time since boot: from here on it is worth a word */
#define MAX_CPUS      1024

static enum sandbox_feature_state warn_if(bool bad)
{
    return bad ? SANDBOX_FEATURE_WARN : SANDBOX_FEATURE_OK;
}

double probe_steal_percent(const char *text)
{
    /* "cpu user nice system idle iowait irq softirq steal ...": guest times are in user already */
    double sum = 0, steal = -1;
    if (strncmp(text, "cpu ", 4) != 0)
        return -1;
    char *at = (char *)(uintptr_t)text + 4;
    for (int i = 0; i < 8; i++) {
        char *end;
        double n = strtod(at, &end);
        if (end == at || *at == '\n')
            return -1;
        at = end;
        sum += n;
        if (i == 7)
            steal = n;
    }
    return sum > 0 ? 100.0 * steal / sum : -1;
}

long probe_swap_kib(const char *text)
{
    long used =
        -1; /* a heading, then "FILE TYPE SIZE USED PRIORITY" a line; blanks in FILE are \040 */
    for (const char *line = strchr(text, '\n'); line && line[1]; line = strchr(line + 1, '\n')) {
        const char *at = line + 1;
        for (int word = 0; word < 3; word++) {
            at += strcspn(at, " \t\n");
            at += strspn(at, " \t");
        }
        if (*at >= '0' && *at <= '9')
            used = (used < 0 ? 0 : used) + strtol(at, NULL, 10);
    }
    return used;
}

static bool read_text(const char *path, char *text, size_t size)
{
    auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
    text[n < 0 ? 0 : n] = 0;
    return n > 0;
}

static void probe_cores(struct probe *p)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    int n = sched_getaffinity(0, sizeof set, &set) < 0 ? 1 : CPU_COUNT(&set);
    probe_add(p, NOISE, "cores", warn_if(n == 1), "", "%d%s", n,
              n == 1 ? ": the judge and its boxes share it" : "");
    probe_brief(p, "%d cores", n);
    double load = 0;
    char text[64];
    if (probe_line("/proc/loadavg", text, sizeof text))
        load = strtod(text, NULL);
    probe_add(p, NOISE, "load", warn_if(load > n), "", "%.1f over the last minute%s", load,
              load > n ? ": others are busy" : "");
    probe_brief(p, "load %.1f", load);
    bool smt = probe_number("/sys/devices/system/cpu/smt/active") == 1;
    probe_add(p, NOISE, "SMT", warn_if(smt),
              "echo off | sudo tee /sys/devices/system/cpu/smt/control", "%s",
              smt ? "on: siblings share a core" : "off");
    probe_brief(p, "SMT off");
}

static void probe_frequency(struct probe *p)
{
    char found[64] = "";
    int n_slow = 0;
    for (int cpu = 0; cpu < MAX_CPUS; cpu++) {
        char path[96], text[64];
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor", cpu);
        if (!probe_line(path, text, sizeof text))
            break;
        if (!found[0] || (strcmp(text, "performance") != 0 && n_slow++ == 0))
            snprintf(found, sizeof found, "%s", text);
    }
    probe_add(p, NOISE, "governor", warn_if(n_slow > 0),
              "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor",
              "%s", found[0] ? found : "none to choose");
    probe_brief(p, "%s governor", found[0] ? found : "no");
    static const char *const switches[] = {"/sys/devices/system/cpu/intel_pstate/no_turbo",
                                           "/sys/devices/system/cpu/cpufreq/boost"};
    long no_turbo = probe_number(switches[0]), boost = probe_number(switches[1]);
    bool turbo = no_turbo == 0 || boost == 1;
    char advice[120];
    snprintf(advice, sizeof advice, "echo %d | sudo tee %s", no_turbo == 0 ? 1 : 0,
             switches[no_turbo == 0 ? 0 : 1]);
    probe_add(p, NOISE, "turbo", warn_if(turbo), advice, "%s",
              turbo                       ? "on: speed depends on heat and neighbours"
              : no_turbo < 0 && boost < 0 ? "no switch here"
                                          : "off");
    probe_brief(p, "%s", no_turbo < 0 && boost < 0 ? "no turbo switch" : "turbo off");
}

/* "KVM", "TCG", ... or "" on bare metal. */
static void hypervisor(char name[13])
{
    name[0] = 0;
#if defined(__x86_64__) || defined(__i386__)
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 31 & 1))
        return;
    __cpuid(0x40000000, a, b, c, d);
    const unsigned words[] = {b, c, d};
    memcpy(name, words, 12);
    name[12] = 0;
    for (char *at = name; *at; at++)
        if (*at < ' ' || *at > '~')
            *at = '?';
    if (!name[0])
        snprintf(name, 13, "unnamed");
#endif
}

static void probe_virtual(struct probe *p)
{
    char name[13], text[512];
    hypervisor(name);
    double steal = read_text("/proc/stat", text, sizeof text) ? probe_steal_percent(text) : -1;
    char found[80];
    snprintf(found, sizeof found, "%s%s", name[0] ? "yes, " : "no", name);
    if (steal >= 0)
        probe_add(p, NOISE, "virtual machine", warn_if(steal >= STEAL_PERCENT), "",
                  "%s; others took %.1f %% of the time since boot", found, steal);
    else
        probe_add(p, NOISE, "virtual machine", SANDBOX_FEATURE_OK, "", "%s", found);
    probe_brief(p, "%s, steal %.1f %%", name[0] ? "virtual machine" : "no virtual machine",
                steal < 0 ? 0 : steal);
}

static void probe_swap(struct probe *p)
{
    char text[4096];
    long kib = read_text("/proc/swaps", text, sizeof text) ? probe_swap_kib(text) : -1;
    if (kib > 0)
        probe_add(p, NOISE, "swap", SANDBOX_FEATURE_WARN, "sudo swapoff -a (while timing matters)",
                  "%ld MiB in use", (kib + 1023) / 1024);
    else
        probe_add(p, NOISE, "swap", SANDBOX_FEATURE_OK, "", "%s", kib < 0 ? "off" : "unused");
    if (kib <= 0)
        probe_brief(p, "swap %s", kib < 0 ? "off" : "unused");
}

void probe_noise(struct probe *p)
{
    probe_cores(p);
    probe_frequency(p);
    probe_swap(p);
    probe_virtual(p);
}
