/* Starts the command and waits for it. */
#include "sandbox/box_init.h"

#include "sandbox/filter.h"

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

#define MAX_CAPABILITY 63

/* What the child, which shares our memory until it executes the command, leaves for us. */
static struct child {
    const char *failed_step;
    long error;     /* of failed_step, or of execve */
    long listener;  /* descriptor in the shared table, or -1 */
    int64_t cpu_ns; /* that the child used before execve */
    int64_t start_ns;
} child;

static char child_stack[32768] __attribute__((aligned(16)));

static noreturn void child_end(const char *step, long error)
{
    child.failed_step = step;
    child.error = error;
    for (;;)
        SYS(exit, 127);
}

static void child_check(long r, const char *step)
{
    if (r < 0)
        child_end(step, -r);
}

static void drop_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2];
    memset(none, 0, sizeof none);
    child_check(SYS(capset, &header, none), "capset");
}

static void set_uid(uint32_t uid)
{
    long r = SYS(setgroups, 0, NULL);
    if (r != -EPERM || !(box->flags & BOX_UNPRIVILEGED))
        child_check(r, "setgroups");
    child_check(SYS(setresgid, uid, uid, uid), "setresgid");
    child_check(SYS(setresuid, uid, uid, uid), "setresuid");
    drop_capabilities();
}

static void set_rlimits(void)
{
    for (uint32_t i = 0; i < box->n_rlimits; i++) {
        const struct box_rlimit *want = &box->rlimits[i];
        struct rlimit64 set = {want->soft, want->hard}, have;
        long r = SYS(prlimit64, 0, want->resource, &set, NULL);
        if (r == -EPERM) { /* our own hard limit is lower, and raising it not our right */
            child_check(SYS(prlimit64, 0, want->resource, NULL, &have), "getrlimit");
            set.rlim_max = set.rlim_max < have.rlim_max ? set.rlim_max : have.rlim_max;
            set.rlim_cur = set.rlim_cur < set.rlim_max ? set.rlim_cur : set.rlim_max;
            r = SYS(prlimit64, 0, want->resource, &set, NULL);
        }
        child_check(r, "setrlimit");
    }
}

/* close-on-exec for all, then the descriptors the command is to have.  The table is box-init's own
 * until execve, which gives the command a copy of what remains. */
static void set_descriptors(void)
{
    if (!hole("close-range"))
        child_check(SYS(close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC), "close_range");
    else /* and none of them closes by itself */
        for (int fd = 3; fd < 1024; fd++)
            SYS(fcntl, fd, F_SETFD, 0);
    for (int i = 0; i < 3; i++)
        child_check(SYS(dup3, box->stdio[i], i, 0), "dup3");
    const struct box_fd *fds = box_at(box->fds);
    for (uint32_t i = 0; i < box->n_fds; i++)
        child_check(SYS(dup3, fds[i].fd, fds[i].target, 0), "dup3");
}

/* pid stands in for FILTER_OWN_PID, which only we can know. */
static void load_extra_filter(void)
{
    struct sock_filter *code = box_at(box->filter_extra.program);
    uint32_t pid = (uint32_t)SYS(getpid, 0);
    for (uint32_t i = 0; i < box->filter_extra.n; i++)
        if (code[i].code == (BPF_JMP | BPF_JEQ | BPF_K) && code[i].k == FILTER_OWN_PID)
            code[i].k = pid;
    struct sock_fprog extra = {(unsigned short)box->filter_extra.n, code};
    child_check(SYS(seccomp, SECCOMP_SET_MODE_FILTER, 0, &extra),
                "load the second system call filter");
}

static void load_filter(void)
{
    child.listener = -1;
    if (box->filter_extra.n > 0)
        load_extra_filter();
    if (box->flags & BOX_LISTENER) {
        struct sock_fprog with = {(unsigned short)box->filter_with_listener.n,
                                  box_at(box->filter_with_listener.program)};
        long fd = SYS(seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &with);
        if (fd >= 0) {
            child.listener = fd;
            return;
        }
        if (fd != -EBUSY && fd != -EINVAL) /* EBUSY: a filter above us has a listener already */
            child_end("load the system call filter", -fd);
    }
    struct sock_fprog plain = {(unsigned short)box->filter.n, box_at(box->filter.program)};
    child_check(SYS(seccomp, SECCOMP_SET_MODE_FILTER, 0, &plain), "load the system call filter");
}

static const char *search_path(char *const *env)
{
    for (; *env; env++) {
        const char *e = *env;
        if (e[0] == 'P' && e[1] == 'A' && e[2] == 'T' && e[3] == 'H' && e[4] == '=')
            return e + 5;
    }
    return "/usr/bin:/bin";
}

static bool has_slash(const char *name)
{
    for (; *name; name++)
        if (*name == '/')
            return true;
    return false;
}

/* Like execvpe(), without looking first.  Returns the error. */
static long execute(char *const *argv, char *const *env)
{
    if (has_slash(argv[0]) || !argv[0][0])
        return SYS(execve, argv[0], argv, env);
    size_t name_length = strlen(argv[0]);
    long error = -ENOENT;
    for (const char *path = search_path(env);;) {
        char file[4096];
        size_t n = 0;
        while (path[n] && path[n] != ':')
            n++;
        if (n > 0 && n + 1 + name_length < sizeof file) {
            memcpy(file, path, n);
            file[n] = '/';
            memcpy(file + n + 1, argv[0], name_length + 1);
            long r = SYS(execve, file, argv, env);
            if (r != -ENOENT && r != -ENOTDIR && (r != -EACCES || error == -ENOENT))
                error = r;
            if (r != -ENOENT && r != -ENOTDIR && r != -EACCES)
                return r;
        }
        if (!path[n])
            return error;
        path += n + 1;
    }
}

static char *const *relocate(uint32_t offset, uint32_t n)
{
    uint64_t *list = box_at(offset);
    for (uint32_t i = 0; i < n; i++)
        list[i] += (uint64_t)(uintptr_t)box;
    return (char *const *)list;
}

static void child_main(void *unused)
{
    (void)unused;
    uint64_t no_signals = 0;
    child_check(SYS(setsid, 0), "setsid");
    set_rlimits();
    SYS(umask, 077);
    if (!hole("box-uid"))
        set_uid(box->box_uid);
    child_check(SYS(prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), "PR_SET_PDEATHSIG");
    child_check(SYS(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS");
    set_descriptors();
    SYS(rt_sigprocmask, SIG_SETMASK, &no_signals, NULL, sizeof no_signals);
    if (box->ruleset_fd >= 0)
        child_check(SYS(landlock_restrict_self, box->ruleset_fd, 0), "landlock_restrict_self");
    child.start_ns = clock_ns(CLOCK_MONOTONIC);
    child.cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    load_filter();
    long r = execute(relocate(box->argv, box->n_argv), relocate(box->env, box->n_env));
    child_end(NULL, -r);
}

/* Nothing that box-init or its child may ever use again comes back: not through a set-user-id file
 * (bounding set), not by changing to uid 0 (securebits). */
static void lock_privileges(void)
{
    for (int cap = 0; cap <= MAX_CAPABILITY; cap++)
        if (SYS(prctl, PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
            break; /* EINVAL: that was the last; EPERM: we never had one */
    SYS(prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    unsigned bits = (SECURE_ALL_BITS & ~issecure_mask(SECURE_KEEP_CAPS)) | SECURE_ALL_LOCKS;
    long r = SYS(prctl, PR_SET_SECUREBITS, bits, 0, 0, 0);
    if (r != -EPERM || !(box->flags & BOX_UNPRIVILEGED) || (box->flags & BOX_USERNS))
        box_check(r, "PR_SET_SECUREBITS", NULL);
}

static void report_start(int work_fd, int64_t base_cpu_ns, int64_t own_cpu_ns)
{
    struct box_message m;
    memset(&m, 0, sizeof m);
    m.type = BOX_STARTED;
    m.at_ns = child.start_ns;
    m.base_cpu_ns = base_cpu_ns;
    m.own_cpu_ns = own_cpu_ns;
    m.command_cpu_ns = child.cpu_ns;
    int fds[2];
    uint32_t n = 0;
    if (work_fd >= 0) {
        m.flags |= BOX_KEEP_WORK;
        fds[n++] = work_fd;
    }
    if (child.listener >= 0) {
        m.flags |= BOX_LISTENER;
        fds[n++] = (int)child.listener;
    }
    box_send(&m, fds, n);
    for (uint32_t i = 0; i < n; i++)
        SYS(close, fds[i]);
}

/* From here on box-init only waits: it needs nothing, so it has nothing. */
static void give_up_privileges(void)
{
    child.failed_step = NULL;
    if (hole("init-not-dumpable"))
        box->init_uid = box->box_uid;
    SYS(setgroups, 0, NULL);
    SYS(setresgid, box->init_uid, box->init_uid, box->init_uid);
    SYS(setresuid, box->init_uid, box->init_uid, box->init_uid);
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2];
    memset(none, 0, sizeof none);
    SYS(capset, &header, none);
    /* Changing the uid cleared it. */
    if (!(box->flags & BOX_NO_NAMESPACES))
        SYS(prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    SYS(prctl, PR_SET_DUMPABLE, hole("init-not-dumpable") ? 1 : 0, 0, 0, 0);
}

static noreturn void wait_for(long pid)
{
    struct box_message m;
    memset(&m, 0, sizeof m);
    for (;;) {
        int status = 0;
        long r = SYS(wait4, -1, &status, 0x40000000 /* __WALL */, NULL);
        if (r == pid) {
            m.type = BOX_EXITED;
            m.status = status;
            m.at_ns = clock_ns(CLOCK_MONOTONIC);
            m.own_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
            box_send(&m, NULL, 0);
            break;
        }
        if (r < 0 && r != -EINTR)
            break;
    }
    for (;;)
        SYS(exit_group, 0);
}

noreturn void box_command(int work_fd, int64_t cpu_at_join_ns)
{
    if (!hole("box-uid"))
        lock_privileges();
    int64_t own_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    long pid = clone_vfork(CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD,
                           child_stack + sizeof child_stack, child_main, NULL);
    box_check(pid, "clone", NULL);
    if (child.failed_step || child.error) /* else a zombie for a process 1 that may reap none */
        SYS(wait4, pid, NULL, 0x40000000 /* __WALL */, NULL);
    if (child.failed_step)
        box_fail(child.failed_step, NULL, child.error);
    if (child.error) {
        struct box_message m;
        memset(&m, 0, sizeof m);
        m.type = BOX_NOT_EXECUTED;
        m.error = (int32_t)child.error;
        box_send(&m, NULL, 0);
        for (;;)
            SYS(exit_group, 0);
    }
    report_start(work_fd, own_cpu_ns - cpu_at_join_ns + child.cpu_ns, own_cpu_ns);
    give_up_privileges();
    SYS(close_range, 0, box->ctl_fd - 1, 0);
    SYS(close_range, box->ctl_fd + 1, ~0U, 0);
    if (box->flags & BOX_NO_CGROUP)
        box_wait(pid);
    wait_for(pid);
}
