/* What this machine offers, for `mljudge doctor`: every feature is tried, in a child where trying
 * changes the process, and each comes with the command that mends it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/filter.h"
#include "sandbox/internal.h"
#include "sandbox/util.h"

#define MAX_FEATURES 32

struct probe {
    struct sandbox_feature *features;
    size_t n;
    bool is_root;
};

static void add(struct probe *p, const char *name, enum sandbox_feature_state state,
                const char *advice, const char *format, ...) __attribute__((format(printf, 5, 6)));

static void add(struct probe *p, const char *name, enum sandbox_feature_state state,
                const char *advice, const char *format, ...)
{
    if (p->n == MAX_FEATURES)
        return;
    struct sandbox_feature *f = &p->features[p->n++];
    f->state = state;
    snprintf(f->name, sizeof f->name, "%s", name);
    snprintf(f->advice, sizeof f->advice, "%s", state == SANDBOX_FEATURE_OK ? "" : advice);
    va_list args;
    va_start(args, format);
    vsnprintf(f->detail, sizeof f->detail, format, args);
    va_end(args);
}

/* Runs fn in a child; returns 0 or the errno it exits with. */
static int try_in_child(int (*fn)(void))
{
    pid_t pid = fork();
    if (pid < 0)
        return errno;
    if (pid == 0)
        _exit(fn() & 0xff);
    int status;
    pid_t r;
    while ((r = waitpid(pid, &status, 0)) < 0 && errno == EINTR)
        ;
    if (r < 0)
        return errno;
    return WIFEXITED(status) ? WEXITSTATUS(status) : ENOSYS; /* a signal: some filter killed it */
}

static bool read_line(const char *path, char *text, size_t size)
{
    auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
    text[n < 0 ? 0 : n] = 0;
    text[strcspn(text, "\n")] = 0;
    return n >= 0;
}

static long read_setting(const char *path)
{
    char text[32];
    return read_line(path, text, sizeof text) && *text ? strtol(text, NULL, 10) : -1;
}

/* ---- control groups ---- */

static void probe_cgroup(struct probe *p)
{
    struct cgroup_root root;
    struct error err = ERROR_INIT;
    if (cgroup_root_open(&root, &err) < 0) {
        add(p, "cgroup", SANDBOX_FEATURE_MISSING,
            p->is_root ? "mount the cgroup file systems writable (in Docker: --privileged "
                         "--cgroupns=host, or systemd-run --scope -p Delegate=yes)"
                       : "run as root: sudo mljudge ...",
            "%.250s", err.text);
        return;
    }
    struct cgroup group;
    if (cgroup_make(&group, &root, 64 << 20, 4, &err) < 0) {
        add(p, "cgroup", SANDBOX_FEATURE_MISSING,
            p->is_root ? "the cgroup file system is read-only here: in Docker use --privileged"
                       : "run as root: sudo mljudge ...",
            "version %d: %.220s", root.version, err.text);
        cgroup_root_close(&root);
        return;
    }
    add(p, "cgroup", SANDBOX_FEATURE_OK, "", "version %d at %.200s", root.version,
        root.paths[root.memory]);
    add(p, "cgroup memory", SANDBOX_FEATURE_OK, "", "limit and peak: %s",
        cgroup_memory_source(&root, true));
    add(p, "cgroup pids", SANDBOX_FEATURE_OK, "", "pids.max");
    add(p, "cgroup cpu", SANDBOX_FEATURE_OK, "", "%s", cgroup_cpu_source(&root));
    bool resets = cgroup_reset_peak(&group);
    add(p, "memory peak reset", resets ? SANDBOX_FEATURE_OK : SANDBOX_FEATURE_WARN,
        "a kernel of 6.12 or later can", "%s",
        resets ? "yes" : "no: memory is the whole box's peak minus what was charged at ready");
    add(p, "swap limit", root.has_swap_limit ? SANDBOX_FEATURE_OK : SANDBOX_FEATURE_WARN,
        "swapoff -a, or boot with swapaccount=1", "%s",
        root.has_swap_limit ? "swap counts as memory" : "swap is not limited");
    cgroup_remove(&group);
    cgroup_root_close(&root);
}

/* ---- namespaces and mounts ---- */

static int try_namespaces(void)
{
    int all =
        CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
    return unshare(all) < 0 ? errno : 0;
}

static int try_mounts(void)
{
    if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return errno;
    long fs = syscall(SYS_fsopen, "tmpfs", 1U);
    if (fs < 0 || syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
        return errno;
    long tree = syscall(SYS_fsmount, fs, 1U, 0U);
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY};
    if (tree < 0 || syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attr, sizeof attr) < 0)
        return errno;
    return 0;
}

static int try_user_namespace(void)
{
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
        return errno;
    /* AppArmor lets one be made and then takes its capabilities: so really mount something. */
    return mount("none", "/proc", "tmpfs", 0, NULL) < 0 ? errno : 0;
}

static void probe_namespaces(struct probe *p)
{
    int e = try_in_child(try_namespaces);
    add(p, "namespaces", e ? SANDBOX_FEATURE_MISSING : SANDBOX_FEATURE_OK,
        p->is_root ? "in Docker: docker run --privileged" : "run as root: sudo mljudge ...",
        "pid, mount, net, ipc, uts, cgroup: %s", e ? strerror(e) : "yes");
    e = try_in_child(try_mounts);
    add(p, "mount API", e ? SANDBOX_FEATURE_MISSING : SANDBOX_FEATURE_OK,
        e == ENOSYS ? "needs kernel 5.12 or later, and no filter that hides the calls"
                    : "run as root: sudo mljudge ...",
        "fsopen, open_tree, mount_setattr: %s", e ? strerror(e) : "yes");
    e = try_in_child(try_user_namespace);
    add(p, "user namespaces", e ? SANDBOX_FEATURE_WARN : SANDBOX_FEATURE_OK,
        "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu), or "
        "sysctl -w user.max_user_namespaces=15000",
        "%s", e ? strerror(e) : "yes (not needed by the full tier as root)");
}

/* ---- seccomp, Landlock, and the machine ---- */

static int try_filter(void)
{
    struct sock_filter program[FILTER_MAX];
    size_t n = filter_build(SANDBOX_PROFILE_PROCESSES, false, program);
    struct sock_fprog prog = {(unsigned short)n, program};
    if (syscall(SYS_prctl, 38 /* PR_SET_NO_NEW_PRIVS */, 1, 0, 0, 0) < 0)
        return errno;
    return syscall(SYS_seccomp, 1 /* SECCOMP_SET_MODE_FILTER */, 0, &prog) < 0 ? errno : 0;
}

static int try_listener(void)
{
    struct sock_filter program[FILTER_MAX];
    size_t n = filter_build(SANDBOX_PROFILE_PROCESSES, true, program);
    struct sock_fprog prog = {(unsigned short)n, program};
    if (syscall(SYS_prctl, 38, 1, 0, 0, 0) < 0)
        return errno;
    return syscall(SYS_seccomp, 1, 1U << 3 /* NEW_LISTENER */, &prog) < 0 ? errno : 0;
}

static void probe_seccomp(struct probe *p)
{
    int e = try_in_child(try_filter);
    add(p, "seccomp filter", e ? SANDBOX_FEATURE_MISSING : SANDBOX_FEATURE_OK,
        "the kernel needs CONFIG_SECCOMP_FILTER", "%s", e ? strerror(e) : "yes");
    e = try_in_child(try_listener);
    add(p, "seccomp filters made with", SANDBOX_FEATURE_OK, "", "%s", filter_made_with());
    add(p, "seccomp user notification", e ? SANDBOX_FEATURE_WARN : SANDBOX_FEATURE_OK,
        e == EBUSY ? "a filter around us has a listener already (a container that watches calls)"
                   : "needs kernel 5.5 or later",
        "%s", e ? strerror(e) : "yes");
}

static void probe_landlock(struct probe *p)
{
    long abi = syscall(444 /* landlock_create_ruleset */, NULL, 0, 1U /* version */);
    add(p, "landlock", abi > 0 ? SANDBOX_FEATURE_OK : SANDBOX_FEATURE_WARN,
        "boot with lsm=landlock,... (only lower tiers will need it)",
        abi > 0 ? "ABI %ld" : "none (%ld)", abi);
}

static void probe_machine(struct probe *p)
{
    char text[200] = "";
    bool have = read_line("/proc/sys/kernel/core_pattern", text, sizeof text);
    add(p, "core_pattern", have && text[0] == '|' ? SANDBOX_FEATURE_WARN : SANDBOX_FEATURE_OK,
        "sysctl -w kernel.core_pattern=core", "%s",
        have && text[0] == '|' ? "pipes to a program; boxes set RLIMIT_CORE to 1 against it"
                               : "no handler");
    long uring = read_setting("/proc/sys/kernel/io_uring_disabled");
    add(p, "io_uring", uring == 0 ? SANDBOX_FEATURE_WARN : SANDBOX_FEATURE_OK,
        "sysctl -w kernel.io_uring_disabled=2 (boxes cannot reach it either way)", "%s",
        uring == 0 ? "enabled on the host" : "disabled or not there");
    long yama = read_setting("/proc/sys/kernel/yama/ptrace_scope");
    add(p, "yama", yama >= 1 ? SANDBOX_FEATURE_OK : SANDBOX_FEATURE_WARN,
        "sysctl -w kernel.yama.ptrace_scope=1 (boxes cannot ptrace either way)", "%s",
        yama >= 1   ? "on"
        : yama == 0 ? "ptrace_scope is 0"
                    : "not in this kernel");
    long tiocsti = read_setting("/proc/sys/dev/tty/legacy_tiocsti");
    add(p, "legacy TIOCSTI", tiocsti > 0 ? SANDBOX_FEATURE_WARN : SANDBOX_FEATURE_OK,
        "sysctl -w dev.tty.legacy_tiocsti=0 (boxes get no terminal either way)", "%s",
        tiocsti > 0 ? "enabled on the host" : "off or not there");
    have = read_line("/proc/swaps", text, sizeof text);
    auto_fd int swaps = open("/proc/swaps", O_RDONLY | O_CLOEXEC);
    ssize_t n = swaps < 0 ? 0 : read(swaps, text, sizeof text - 1);
    text[n > 0 ? n : 0] = 0;
    const char *second = strchr(text, '\n');
    bool swap = have && second && second[1];
    add(p, "swap", swap ? SANDBOX_FEATURE_WARN : SANDBOX_FEATURE_OK,
        "swapoff -a while timing matters", "%s", swap ? "in use: times can vary" : "off");
}

int sandbox_probe(struct sandbox_feature **ret_features, size_t *ret_n, enum sandbox_tier *ret_best,
                  struct error *err)
{
    struct probe p = {.is_root = geteuid() == 0};
    p.features = calloc(MAX_FEATURES, sizeof p.features[0]);
    if (!p.features)
        return error_oom(err);
    add(&p, "root", p.is_root ? SANDBOX_FEATURE_OK : SANDBOX_FEATURE_MISSING,
        "run as root: sudo mljudge ...", "%s",
        p.is_root ? "yes" : "no: only root can make boxes so far");
    probe_cgroup(&p);
    probe_namespaces(&p);
    probe_seccomp(&p);
    probe_landlock(&p);
    probe_machine(&p);
    *ret_best = SANDBOX_TIER_FULL;
    for (size_t i = 0; i < p.n; i++)
        if (p.features[i].state == SANDBOX_FEATURE_MISSING)
            *ret_best = SANDBOX_TIER_NONE;
    *ret_features = p.features;
    *ret_n = p.n;
    return 0;
}
