/* Control groups: which version, where, may we make groups there, and what do they count? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "sandbox/cgroup.h"
#include "sandbox/probe.h"
#include "sandbox/util.h"

#define BOX SANDBOX_AREA_BOX

static bool is_in_path(const char *program)
{
    const char *path = getenv("PATH");
    for (const char *at = path ? path : "/usr/bin:/bin"; *at;) {
        size_t n = strcspn(at, ":");
        char file[512];
        if (n > 0 &&
            snprintf(file, sizeof file, "%.*s/%s", (int)n, at, program) < (int)sizeof file &&
            access(file, X_OK) == 0)
            return true;
        at += n + (at[n] == ':');
    }
    return false;
}

static bool has_user_manager(void)
{
    char path[300];
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    if (runtime && snprintf(path, sizeof path, "%s/systemd", runtime) < (int)sizeof path &&
        access(path, X_OK) == 0)
        return true;
    snprintf(path, sizeof path, "/run/user/%u/systemd", (unsigned)geteuid());
    return access(path, X_OK) == 0;
}

/* Memory is counted by one version only; /proc/self/cgroup names it if it is the first. */
static bool is_version_1(void)
{
    auto_free char *line = NULL;
    size_t size = 0;
    bool found = false;
    FILE *f = fopen("/proc/self/cgroup", "re");
    while (f && !found && getline(&line, &size, f) > 0)
        found = strstr(line, ":memory:") || strstr(line, ":memory,") || strstr(line, ",memory");
    if (f)
        fclose(f);
    return found;
}

/* Containers show it so: no root inside can do anything about it. */
static bool is_read_only(void)
{
    static const char *const paths[] = {"/sys/fs/cgroup/memory", "/sys/fs/cgroup"};
    struct statvfs fs;
    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        if (statvfs(paths[i], &fs) == 0)
            return fs.f_flag & ST_RDONLY;
    return false;
}

/* Root of the first user namespace has all uids. */
static bool is_real_root(void)
{
    char line[64]; /* "INSIDE OUTSIDE COUNT" */
    if (!probe_line("/proc/self/uid_map", line, sizeof line))
        return true;
    const char *count = strrchr(line, ' ');
    return !count || strtoul(count, NULL, 10) == UINT32_MAX;
}

static const char *advice(const struct probe *p)
{
    static const char by_hand_1[] =
        "in your shell: for c in memory cpuacct pids; do d=/sys/fs/cgroup/$c/mljudge; su -c "
        "\"mkdir -p $d; chown -R $(id -u) $d; echo $$ >$d/cgroup.procs\"; done";
    static const char by_hand_2[] =
        "in your shell: su -c \"cd /sys/fs/cgroup && echo +memory +pids +cpu "
        ">cgroup.subtree_control "
        "&& mkdir -p mljudge/shell && echo +memory +pids +cpu >mljudge/cgroup.subtree_control && "
        "chown -R $(id -u) mljudge && echo $$ >mljudge/shell/cgroup.procs\"";
    if (is_read_only())
        return "docker run --privileged --cgroupns=host ... (the cgroup file system is read-only)";
    if (p->is_root && !is_real_root())
        return "run outside of the user namespace around us: its root owns no control groups";
    if (p->is_root)
        return "mount -t cgroup2 none /sys/fs/cgroup (or mount it writable)";
    bool is_1 = is_version_1();
    if (!is_1 && has_user_manager() && is_in_path("systemd-run"))
        return "systemd-run --user --scope -p Delegate=yes mljudge ...";
    if (is_in_path("sudo"))
        return "sudo mljudge ...";
    return is_1 ? by_hand_1 : by_hand_2;
}

static void probe_counters(struct probe *p, struct cgroup_root *root, const struct cgroup *group)
{
    bool resets = cgroup_reset_peak(group);
    probe_add(p, BOX, "cgroup memory", SANDBOX_FEATURE_OK, "", "limit and peak: %s",
              cgroup_memory_source(root, resets));
    probe_add(p, BOX, "cgroup pids", SANDBOX_FEATURE_OK, "", "pids.max");
    probe_add(p, BOX, "cgroup cpu", SANDBOX_FEATURE_OK, "", "%s", cgroup_cpu_source(root));
    probe_add(p, BOX, "memory peak reset", resets ? SANDBOX_FEATURE_OK : SANDBOX_FEATURE_WARN,
              "a kernel of 6.12 or later can", "%s",
              resets ? "yes"
                     : "no: memory is the whole box's peak minus what was charged at ready");
    probe_add(p, BOX, "swap limit",
              root->has_swap_limit ? SANDBOX_FEATURE_OK : SANDBOX_FEATURE_WARN,
              "swapoff -a, or boot with swapaccount=1", "%s",
              root->has_swap_limit ? "swap counts as memory" : "swap is not limited");
}

void probe_cgroup(struct probe *p)
{
    struct cgroup_root root;
    struct cgroup group;
    struct error err = ERROR_INIT;
    if (cgroup_root_open(&root, &err) < 0) {
        probe_add(p, BOX, "cgroup", SANDBOX_FEATURE_MISSING, advice(p), "%.250s", err.text);
        return;
    }
    int r = cgroup_make(&group, &root, 64 << 20, 4, &err);
    if (r < 0) {
        probe_add(p, BOX, "cgroup", SANDBOX_FEATURE_MISSING, advice(p), "version %d at %.160s: %s",
                  root.version, root.paths[root.memory], strerror(-r));
        cgroup_root_close(&root);
        return;
    }
    probe_add(p, BOX, "cgroup", SANDBOX_FEATURE_OK, "", "version %d at %.180s%s", root.version,
              root.paths[root.memory], p->is_root ? "" : ", delegated to us");
    probe_brief(p, "cgroup v%d%s", root.version, p->is_root ? "" : " (delegated)");
    probe_counters(p, &root, &group);
    cgroup_remove(&group);
    cgroup_root_close(&root);
}
