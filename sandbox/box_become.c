#include "sandbox/box_become.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

#include "sandbox/box_init.h"
#include "sandbox/filter.h"

#define MAX_CAPABILITY 63

/* True if r is no error; else the step is noted. */
static bool went(struct become *b, long r, const char *step)
{
    if (r >= 0)
        return true;
    b->failed_step = step;
    b->error = -r;
    return false;
}

static bool set_uid(struct become *b, uint32_t uid)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2];
    long r = SYS(setgroups, 0, NULL);
    if (r == -EPERM && (box->flags & BOX_UNPRIVILEGED))
        r = 0;
    memset(none, 0, sizeof none);
    return went(b, r, "setgroups") && went(b, SYS(setresgid, uid, uid, uid), "setresgid") &&
           went(b, SYS(setresuid, uid, uid, uid), "setresuid") &&
           went(b, SYS(capset, &header, none), "capset");
}

bool box_set_rlimits(struct become *b)
{
    for (uint32_t i = 0; i < box->n_rlimits; i++) {
        const struct box_rlimit *want = &box->rlimits[i];
        struct rlimit64 set = {want->soft, want->hard}, have;
        long r = SYS(prlimit64, 0, want->resource, &set, NULL);
        if (r == -EPERM) { /* our own hard limit is lower, and raising it not our right */
            if (!went(b, SYS(prlimit64, 0, want->resource, NULL, &have), "getrlimit"))
                return false;
            set.rlim_max = set.rlim_max < have.rlim_max ? set.rlim_max : have.rlim_max;
            set.rlim_cur = set.rlim_cur < set.rlim_max ? set.rlim_cur : set.rlim_max;
            r = SYS(prlimit64, 0, want->resource, &set, NULL);
        }
        if (!went(b, r, "setrlimit"))
            return false;
    }
    return true;
}

/* Before an execve: close-on-exec for all.  The table is box-init's own until then, the command gets a copy of what
 * remains.  In a process that is the command already: what is below BOX_MIN_FD is the fork server's. */
static long clear_descriptors(bool is_forked)
{
    if (!hole("close-range"))
        return is_forked ? SYS(close_range, 3, BOX_MIN_FD - 1, 0)
                         : SYS(close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC);
    for (int fd = 3; fd < 1024; fd++) /* and none of them closes by itself */
        SYS(fcntl, fd, F_SETFD, 0);
    return 0;
}

bool box_set_descriptors(struct become *b, bool is_forked, int kept_fd)
{
    if (!went(b, clear_descriptors(is_forked), "close_range"))
        return false;
    for (int i = 0; i < 3; i++)
        if (!went(b, SYS(dup3, box->stdio[i], i, 0), "dup3"))
            return false;
    const struct box_fd *fds = box_at(box->fds);
    for (uint32_t i = 0; i < box->n_fds; i++)
        if (!went(b, SYS(dup3, fds[i].fd, fds[i].target, 0), "dup3"))
            return false;
    if (!is_forked || hole("close-range"))
        return true;
    long r = kept_fd > BOX_MIN_FD ? SYS(close_range, BOX_MIN_FD, kept_fd - 1, 0) : 0;
    return went(b, r, "close_range") &&
           went(b, SYS(close_range, kept_fd + 1, ~0U, 0), "close_range");
}

/* pid stands in for FILTER_OWN_PID, which only we can know. */
static bool load_extra_filter(struct become *b)
{
    struct sock_filter *code = box_at(box->filter_extra.program);
    uint32_t pid = (uint32_t)SYS(getpid, 0);
    for (uint32_t i = 0; i < box->filter_extra.n; i++)
        if (code[i].code == (BPF_JMP | BPF_JEQ | BPF_K) && code[i].k == FILTER_OWN_PID)
            code[i].k = pid;
    struct sock_fprog extra = {(unsigned short)box->filter_extra.n, code};
    return went(b, SYS(seccomp, SECCOMP_SET_MODE_FILTER, 0, &extra),
                "load the second system call filter");
}

static bool load_filter(struct become *b)
{
    if (box->filter_extra.n > 0 && !load_extra_filter(b))
        return false;
    if (box->flags & BOX_LISTENER) {
        struct sock_fprog with = {(unsigned short)box->filter_with_listener.n,
                                  box_at(box->filter_with_listener.program)};
        b->listener =
            SYS(seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &with);
        if (b->listener >= 0)
            return true;
        long r = b->listener;
        b->listener = -1;
        if (r != -EBUSY && r != -EINVAL) /* EBUSY: a filter above us has a listener already */
            return went(b, r, "load the system call filter");
    }
    struct sock_fprog plain = {(unsigned short)box->filter.n, box_at(box->filter.program)};
    return went(b, SYS(seccomp, SECCOMP_SET_MODE_FILTER, 0, &plain), "load the system call filter");
}

/* Whatever core a fork server or box-init is on.  Where this one cannot be had the command runs wherever it may. */
static void move_to_core(void)
{
    uint64_t cores[SANDBOX_CORES_MAX / 64] = {0};
    if (box->core < 0)
        return;
    cores[box->core / 64] = (uint64_t)1 << (box->core % 64);
    SYS(sched_setaffinity, 0, sizeof cores, cores);
}

bool box_become(struct become *b, bool is_forked, int kept_fd)
{
    uint64_t no_signals = 0;
    b->listener = -1;
    move_to_core();
    if (!went(b, SYS(setsid, 0), "setsid") || !box_set_rlimits(b))
        return false;
    SYS(umask, 077);
    if (!hole("box-uid") && !set_uid(b, box->box_uid))
        return false;
    if (is_forked) /* as after an execve; changing the uid cleared it */
        SYS(prctl, PR_SET_DUMPABLE, 1, 0, 0, 0);
    if (!went(b, SYS(prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), "PR_SET_PDEATHSIG") ||
        !went(b, SYS(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS"))
        return false;
    if (box->ruleset_fd >= 0 &&
        !went(b, SYS(landlock_restrict_self, box->ruleset_fd, 0), "landlock_restrict_self"))
        return false;
    if (!box_set_descriptors(b, is_forked, kept_fd))
        return false;
    SYS(rt_sigprocmask, SIG_SETMASK, &no_signals, NULL, sizeof no_signals);
    b->start_ns = clock_ns(CLOCK_MONOTONIC);
    b->cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    return load_filter(b);
}

long box_lock_privileges(void)
{
    for (int cap = 0; cap <= MAX_CAPABILITY; cap++)
        if (SYS(prctl, PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
            break; /* EINVAL: that was the last; EPERM: we never had one */
    SYS(prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    unsigned bits = (SECURE_ALL_BITS & ~issecure_mask(SECURE_KEEP_CAPS)) | SECURE_ALL_LOCKS;
    long r = SYS(prctl, PR_SET_SECUREBITS, bits, 0, 0, 0);
    return r == -EPERM && (box->flags & BOX_UNPRIVILEGED) && !(box->flags & BOX_USERNS) ? 0 : r;
}
