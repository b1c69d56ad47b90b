/* Which tier this machine gives us, found by trying. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/filter.h"
#include "sandbox/internal.h"
#include "sandbox/util.h"

#define BOX_UID_BASE  2000000000U
#define UIDS_NEEDED   1100000000U /* box-init's are 500 million above, one a process and slot */
#define FALLBACK_UIDS 512U        /* at the end of what a container maps */
#define NAMESPACES_OF_A_BOX \
    (CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS)

static void add_missing(struct sandbox *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add_missing(struct sandbox *s, const char *format, ...)
{
    size_t n = 0;
    while (s->missing[n])
        n++;
    if (n == ARRAY_LEN(s->missing_text))
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(s->missing_text[n], sizeof s->missing_text[n], format, args);
    va_end(args);
    s->missing[n] = s->missing_text[n];
}

bool tier_has_capability(int capability)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    memset(data, 0, sizeof data);
    if (syscall(SYS_capget, &header, data) < 0)
        return false;
    return data[capability / 32].effective & (1U << (capability % 32));
}

/* ---- user namespaces ---- */

enum try_step { TRY_OK = 0, TRY_IDENTITY, TRY_PRIVATE, TRY_TMPFS, TRY_PROC, N_TRY_STEPS };

static const char *const try_steps[] = {
    "",
    "become somebody in the namespace",
    "make the mounts private",
    "mount a tmpfs",
    "mount /proc",
};

static long mount_fs(const char *type)
{
    long fs = syscall(SYS_fsopen, type, 1U);
    if (fs < 0 || syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
        return -1;
    return syscall(SYS_fsmount, fs, 1U, 0U);
}

/* In the namespaces: which step failed, and its errno. */
static void try_inside(int gate, int report)
{
    int said[2] = {TRY_OK, 0};
    char byte;
    if (read(gate, &byte, 1) != 1 || getuid() == 65534)
        said[0] = TRY_IDENTITY;
    else if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        said[0] = TRY_PRIVATE;
    else if (mount_fs("tmpfs") < 0)
        said[0] = TRY_TMPFS;
    else if (mount_fs("proc") < 0)
        said[0] = TRY_PROC;
    if (said[0])
        said[1] = errno ? errno : EPERM;
    _exit(write(report, said, sizeof said) == sizeof said ? 0 : 1);
}

int tier_try_userns(const char **ret_step)
{
    int gate[2] = {-1, -1}, report[2] = {-1, -1}, said[2] = {TRY_OK, 0};
    *ret_step = "make a pipe";
    if (pipe2(gate, O_CLOEXEC) < 0)
        return -errno;
    if (pipe2(report, O_CLOEXEC) < 0) {
        int r = -errno;
        close(gate[0]);
        close(gate[1]);
        return r;
    }
    *ret_step = "make a user namespace";
    long pid =
        syscall(SYS_clone, CLONE_NEWUSER | NAMESPACES_OF_A_BOX | SIGCHLD, NULL, NULL, NULL, 0);
    int r = pid < 0 ? -errno : 0;
    if (pid == 0) {
        close(gate[1]); /* else it would wait for ever when we are killed now */
        close(report[0]);
        try_inside(gate[0], report[1]);
    }
    close(gate[0]);
    close(report[1]);
    if (r == 0) {
        *ret_step = "write the namespace's uid map";
        char line[64];
        snprintf(line, sizeof line, "1000 %u 1\n", (unsigned)geteuid());
        r = launch_write_maps((pid_t)pid, line, geteuid() != 0);
        if (r == 0 && write(gate[1], "g", 1) == 1 &&
            read(report[0], said, sizeof said) == (ssize_t)sizeof said && said[0]) {
            *ret_step = said[0] < N_TRY_STEPS ? try_steps[said[0]] : "?";
            r = -said[1];
        }
        close(gate[1]);
        gate[1] = -1;
        while (waitpid((pid_t)pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    if (gate[1] >= 0)
        close(gate[1]);
    close(report[0]);
    return r;
}

/* ---- one tier each ---- */

static int try_namespaces(const struct sandbox *s, struct error *err)
{
    if (s->is_root && tier_has_capability(CAP_SYS_ADMIN))
        return 0;
    const char *step;
    int r = tier_try_userns(&step);
    return r < 0 ? error_set(err, r, "no user namespaces (%s: %s)", step, strerror(-r)) : 0;
}

/* That the place is there does not say that it is ours: makes a group and removes it.  The guard is there before,
 * should we be killed meanwhile. */
static int try_group(struct sandbox *s, struct error *err)
{
    struct cgroup group;
    int r = s->init_fd = launch_load_init(err);
    if (r >= 0) {
        s->tier = SANDBOX_TIER_FULL; /* what there is to guard */
        launch_guard(s, NULL);
        s->tier = SANDBOX_TIER_NONE;
        r = cgroup_make(&group, &s->cgroups, 64 << 20, 4, err);
    }
    if (r == 0) {
        cgroup_remove(&group);
        return 0;
    }
    cgroup_root_close(&s->cgroups);
    cleanup_fd(&s->guard_fd);
    cleanup_fd(&s->init_fd);
    s->guard_fd = s->init_fd = -1;
    launch_guard_done(s->guard);
    s->guard = NULL;
    return error_prefix(err, r, "no control group was handed over to us");
}

static int try_full(struct sandbox *s, struct error *err)
{
    int r = try_namespaces(s, err);
    if (r < 0)
        return r;
    r = cgroup_root_open(&s->cgroups, err);
    if (r < 0)
        return r;
    return s->is_root ? 0 : try_group(s, err);
}

static int try_userns(struct sandbox *s, struct error *err)
{
    const char *step;
    (void)s;
    int r = tier_try_userns(&step);
    return r < 0 ? error_set(err, r, "no user namespaces (%s: %s)", step, strerror(-r)) : 0;
}

static int try_landlock(struct sandbox *s, struct error *err)
{
    s->landlock_abi = landlock_abi();
    if (s->landlock_abi > 0)
        return 0;
    return error_set(err, -ENOTSUP, "no Landlock (%s)", strerror(-s->landlock_abi));
}

static const struct {
    enum sandbox_tier tier;
    int (*try)(struct sandbox *s, struct error *err);
} tiers[] = {
    {SANDBOX_TIER_FULL, try_full},
    {SANDBOX_TIER_USERNS, try_userns},
    {SANDBOX_TIER_LANDLOCK, try_landlock},
};

/* ---- who a box is ---- */

/* A private uid needs to exist in our user namespace: containers may map 65536 only. */
static void choose_uids(struct sandbox *s)
{
    s->is_root = geteuid() == 0;
    s->uid_base = BOX_UID_BASE;
    FILE *file = s->is_root ? fopen("/proc/self/uid_map", "re") : NULL;
    if (!file)
        return;
    unsigned inside, outside, n, end = 0;
    bool fits = false;
    while (fscanf(file, "%u %u %u", &inside, &outside, &n) == 3) {
        fits = fits || (inside <= BOX_UID_BASE && n >= UIDS_NEEDED);
        end = n > 0 && inside + (n - 1) > end ? inside + (n - 1) : end;
    }
    fclose(file);
    if (!fits && end > 2 * FALLBACK_UIDS)
        s->uid_base = end - FALLBACK_UIDS;
    else if (!fits) /* root of a namespace with one uid: an ordinary user */
        s->is_root = false;
}

/* ---- what is missing ---- */

/* On version 2 only a group tells what a group can: asked when the first one was made. */
void tier_note_group(struct sandbox *s)
{
    if (s->has_noted_group)
        return;
    s->has_noted_group = true;
    if (!s->cgroups.has_swap_limit)
        add_missing(s, "swap is not limited: boot with swapaccount=1, or swapoff -a");
    if (s->cgroups.version == 2 && !s->cgroups.can_reset_peak)
        add_missing(s, "memory.peak cannot be reset (kernel before 6.12): memory is the box's peak "
                       "minus what was charged at the start of the run");
}

static void missing_sampled(struct sandbox *s)
{
    add_missing(s, "no control group: memory is sampled every few milliseconds and limited by "
                   "RLIMIT_DATA; CPU comes from the processes' clocks and wait status");
    if (!s->is_root)
        add_missing(s, "boxes keep the supplementary groups of the user");
}

static void missing_landlock(struct sandbox *s)
{
    const char *texts[8];
    add_missing(s, "no namespaces: host paths, their sizes and running processes can be seen to "
                   "exist, not opened");
    add_missing(
        s, "what a compiler writes is limited file by file, not in sum, and it can replace its "
           "copies of the sources");
    if (!s->is_root)
        add_missing(s, "boxes run under the user's own uid: the number of processes is limited "
                       "together with the user's others");
    size_t n = landlock_missing(s->landlock_abi, texts, ARRAY_LEN(texts));
    for (size_t i = 0; i < n; i++)
        add_missing(s, "Landlock ABI %d: %s", s->landlock_abi, texts[i]);
}

static void list_missing(struct sandbox *s)
{
    if (s->tier != SANDBOX_TIER_FULL)
        missing_sampled(s);
    else if (!s->is_root)
        add_missing(s, "boxes keep the supplementary groups of the user");
    if (s->tier == SANDBOX_TIER_LANDLOCK)
        missing_landlock(s);
    if (!s->can_listen)
        add_missing(s,
                    "no seccomp user notification: loud calls are killed without their arguments");
}

int tier_choose(struct sandbox *s, const struct sandbox_options *options, struct error *err)
{
    char why_not[1200] = "";
    size_t used = 0;
    choose_uids(s);
    s->can_listen = filter_can_listen();
    for (size_t i = 0; i < ARRAY_LEN(tiers) && s->tier == SANDBOX_TIER_NONE; i++) {
        const char *name = sandbox_tier_name(tiers[i].tier);
        struct error why = ERROR_INIT;
        if (options->want != SANDBOX_TIER_NONE && options->want != tiers[i].tier) {
            if (tiers[i].tier > options->want)
                add_missing(s, "not `%s`: `%s` was asked for", name,
                            sandbox_tier_name(options->want));
            continue;
        }
        int r = tiers[i].try(s, &why);
        if (r == 0) {
            s->tier = tiers[i].tier;
            break;
        }
        if (error_is_shortage(r)) /* no reason for a lower one */
            return error_set(err, r, "tier `%s`: %s", name, why.text);
        add_missing(s, "not `%s`: %.220s", name, why.text);
        int n = snprintf(why_not + used, sizeof why_not - used, "%s`%s`: %.300s", used ? "; " : "",
                         name, why.text);
        used += n > 0 && (size_t)n < sizeof why_not - used ? (size_t)n : 0;
    }
    if (s->tier == SANDBOX_TIER_NONE && options->want != SANDBOX_TIER_NONE)
        return error_set(
            err, -ENOTSUP,
            "the tier asked for cannot be had here: %s. `mljudge doctor` tells what mends it",
            why_not);
    if (s->tier == SANDBOX_TIER_NONE)
        return error_set(err, -ENOTSUP,
                         "no isolation can be had here, and without there is none: %s. "
                         "`mljudge doctor` tells what mends it",
                         why_not);
    if (s->tier < options->need)
        return error_set(err, -ENOTSUP,
                         "tier `%s` is required, but only `%s` can be had here%s%s. "
                         "`mljudge doctor` tells what mends it",
                         sandbox_tier_name(options->need), sandbox_tier_name(s->tier),
                         used ? ": " : "", why_not);
    list_missing(s);
    return 0;
}
