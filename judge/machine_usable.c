/* How many boxes can have a core of their own: affinity and CPU quota. */
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judge/machine.h"
#include "sandbox/util.h"

/* ---- quota: cpu.max (v2) or cpu.cfs_quota_us (v1) of our group and those above it ---- */

static bool read_line(const char *path, char *ret, int size)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool got = fgets(ret, size, file) != NULL;
    fclose(file);
    return got;
}

/* Cores' worth of time that one folder allows; 0: no limit, or no such file. */
static double quota_of(const char *folder)
{
    char path[PATH_MAX + 32], text[64];
    snprintf(path, sizeof path, "%s/cpu.max", folder);
    if (read_line(path, text, sizeof text)) { /* "max 100000", "150000 100000" */
        char *rest;
        double quota = strtod(text, &rest);
        double period = strtod(rest, NULL);
        return rest != text && period > 0 ? quota / period : 0;
    }
    snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", folder);
    double quota = read_line(path, text, sizeof text) ? strtod(text, NULL) : 0;
    snprintf(path, sizeof path, "%s/cpu.cfs_period_us", folder);
    double period = read_line(path, text, sizeof text) ? strtod(text, NULL) : 0;
    return quota > 0 && period > 0 ? quota / period : 0;
}

/* The least of a group and all above it, up to the mount. */
static double quota_upwards(const char *mount, const char *group)
{
    char folder[PATH_MAX];
    double least = 0;
    if (snprintf(folder, sizeof folder, "%s%s", mount, group) >= (int)sizeof folder)
        return 0;
    for (size_t n = strlen(folder); n >= strlen(mount);) {
        double quota = quota_of(folder);
        if (quota > 0 && (least == 0 || quota < least))
            least = quota;
        char *slash = strrchr(folder, '/');
        if (!slash)
            break;
        *slash = '\0';
        n = (size_t)(slash - folder);
    }
    return least;
}

static bool names_cpu(const char *controllers)
{
    for (const char *at = controllers; *at;) {
        size_t n = strcspn(at, ",");
        if (n == 3 && memcmp(at, "cpu", 3) == 0)
            return true;
        at += n + (at[n] == ',');
    }
    return false;
}

/* Of /proc/self/cgroup's "0::/path" (v2) and "3:cpu,cpuacct:/path" (v1). */
static double own_quota(void)
{
    char line[PATH_MAX];
    double least = 0;
    FILE *file = fopen("/proc/self/cgroup", "re");
    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        char *controllers = strchr(line, ':');
        char *group = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!group)
            continue;
        *controllers++ = *group++ = '\0';
        if (strstr(group, "/.."))
            continue; /* above what we see */
        double quota = controllers[0] == '\0'   ? quota_upwards("/sys/fs/cgroup", group)
                       : names_cpu(controllers) ? quota_upwards("/sys/fs/cgroup/cpu", group)
                                                : 0;
        if (quota > 0 && (least == 0 || quota < least))
            least = quota;
    }
    if (file)
        fclose(file);
    return least;
}

int machine_usable_cores(int *cores, int max)
{
    cpu_set_t set;
    int n = 0;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) < 0)
        CPU_SET(0, &set);
    double quota = own_quota();
    int paid =
        quota > 0 && quota < max ? (int)quota : max; /* a part of a core is no core of one's own */
    for (int core = 0; core < CPU_SETSIZE && n < max && (n < paid || n == 0); core++)
        if (CPU_ISSET((size_t)core, &set))
            cores[n++] = core;
    return n > 0 ? n : 1;
}
