/* Starts the command and waits for it. */
#include "sandbox/box_init.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>

#include "sandbox/box_become.h"
#include "sandbox/clone_call.h"

/* What the child, which shares our memory until it executes the command, leaves for us. */
static struct child {
    struct become became;
    long exec_error; /* of execve; positive errno */
} child;

static char child_stack[32768] __attribute__((aligned(16)));

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

static int child_main(void *unused)
{
    (void)unused;
    if (box_become(&child.became, false, -1))
        child.exec_error =
            -execute(relocate(box->argv, box->n_argv), relocate(box->env, box->n_env));
    return 127;
}

/* With our memory, on child_stack; we wait until it has executed something or ended.  Its pid. */
static long start_child(uint64_t flags, int (*fn)(void *))
{
    uint64_t top = (uint64_t)(uintptr_t)(child_stack + sizeof child_stack);
    return box_check(
        clone_call(SYS_clone, flags | CLONE_VM | CLONE_VFORK | SIGCHLD, top, 0, 0, fn, NULL),
        "clone", NULL);
}

static void report_start(int work_fd, int64_t base_cpu_ns, int64_t own_cpu_ns)
{
    struct box_message m;
    memset(&m, 0, sizeof m);
    m.type = BOX_STARTED;
    m.at_ns = child.became.start_ns;
    m.base_cpu_ns = base_cpu_ns;
    m.own_cpu_ns = own_cpu_ns;
    m.command_cpu_ns = child.became.cpu_ns;
    int fds[2];
    uint32_t n = 0;
    if (work_fd >= 0) {
        m.flags |= BOX_KEEP_WORK;
        fds[n++] = work_fd;
    }
    if (child.became.listener >= 0) {
        m.flags |= BOX_LISTENER;
        fds[n++] = (int)child.became.listener;
    }
    box_send(&m, fds, n);
    for (uint32_t i = 0; i < n; i++)
        SYS(close, fds[i]);
}

/* From here on box-init only waits: it needs nothing, so it has nothing. */
static void give_up_privileges(void)
{
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

static noreturn void not_executed(long error)
{
    struct box_message m;
    memset(&m, 0, sizeof m);
    m.type = BOX_NOT_EXECUTED;
    m.error = (int32_t)error;
    box_send(&m, NULL, 0);
    for (;;)
        SYS(exit_group, 0);
}

/* Returns the pid of the command. */
static long execute_command(void)
{
    long pid = start_child(CLONE_FILES, child_main);
    if (child.became.failed_step || child.exec_error)
        /* else a zombie for a process 1 that may reap none */
        SYS(wait4, pid, NULL, 0x40000000 /* __WALL */, NULL);
    if (child.became.failed_step)
        box_fail(child.became.failed_step, NULL, child.became.error);
    if (child.exec_error)
        not_executed(child.exec_error);
    return pid;
}

/* A fork server needs its privileges for the boxes it makes. */
static noreturn int serve(void *unused)
{
    (void)unused;
    struct become b = {.listener = -1};
    uint64_t no_signals = 0;
    box_check(SYS(setsid, 0), "setsid", NULL);
    SYS(umask, 077);
    if (!box_set_rlimits(&b) || !box_set_descriptors(&b, false, -1))
        box_fail(b.failed_step, NULL, b.error);
    SYS(rt_sigprocmask, SIG_SETMASK, &no_signals, NULL, sizeof no_signals);
    not_executed(-execute(relocate(box->argv, box->n_argv), relocate(box->env, box->n_env)));
}

/* The box-init of each of its boxes will take the listener out of the command's process.  Containers and yama may
 * refuse that: tried once, on a process that stands in for a command. */
static long try_to_take(void)
{
    long pid = SYS(clone, SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) {
        if (!(box->flags & BOX_UNPRIVILEGED))
            SYS(setresuid, BOX_PROBE_UID, BOX_PROBE_UID, BOX_PROBE_UID);
        SYS(prctl, PR_SET_DUMPABLE, 1, 0, 0, 0); /* as a command is, and we are not */
        SYS(kill, SYS(getpid, 0), SIGSTOP);
        for (;;)
            SYS(exit_group, 0);
    }
    if (pid < 0)
        return pid;
    SYS(wait4, pid, NULL, 2 /* WUNTRACED */, NULL);
    long process = SYS(pidfd_open, pid, 0);
    long fd = process < 0 ? process : SYS(pidfd_getfd, process, box->ctl_fd, 0);
    SYS(kill, pid, SIGKILL);
    SYS(wait4, pid, NULL, 0, NULL);
    if (process >= 0)
        SYS(close, process);
    if (fd >= 0)
        SYS(close, fd);
    return fd;
}

noreturn void box_serve(void)
{
    struct box_message m;
    memset(&m, 0, sizeof m);
    m.type = BOX_SERVING;
    if (box->flags & BOX_LISTENER)
        box_check(try_to_take(), "pidfd_getfd of a command's process", NULL);
    box_send(&m, NULL, 0);
    if (!(box->flags & BOX_USERNS))
        serve(NULL);
    /* In a pid namespace of its own: its boxes are our children, as it is. */
    start_child(0, serve);
    SYS(close_range, 0, ~0U, 0);
    while (SYS(wait4, -1, NULL, 0x40000000 /* __WALL */, NULL) != -ECHILD)
        ;
    for (;;)
        SYS(exit_group, 0);
}

/* The listener of a process that its filter does not allow to send it. */
static long take_listener(const struct box_entered *m)
{
    long process = box_check(SYS(pidfd_open, m->pid, 0), "pidfd_open of the command", NULL);
    long fd = box_check(SYS(pidfd_getfd, process, m->listener, 0), "pidfd_getfd", NULL);
    SYS(close, process);
    return fd;
}

/* The command is our child already, forked by a fork server: it waits until the box is complete, then becomes the
 * command and tells so.  Returns its pid. */
static long admit_command(void)
{
    struct box_entered m;
    memset(&m, 0, sizeof m);
    SYS(close, box->enter_fd[1]); /* else its end would not be an end of file */
    int fd = box->enter_fd[0];
    long r = box_pass_order(fd);
    if (r == 1)
        r = SYS(read, fd, &m, sizeof m);
    if (r >= 0 && r != (long)sizeof m)
        r = -ECHILD;
    box_check(r, "the fork server's child is gone", NULL);
    m.what[sizeof m.what - 1] = 0;
    if (m.error)
        box_fail(m.what, NULL, m.error);
    child.became = (struct become){
        .listener = m.listener < 0 ? -1 : take_listener(&m),
        .cpu_ns = m.cpu_ns,
        .start_ns = m.start_ns,
    };
    box_check(SYS(write, fd, "g", 1), "the fork server's child is gone", NULL);
    return m.pid;
}

noreturn void box_command(int work_fd, int64_t cpu_at_join_ns)
{
    if (!hole("box-uid"))
        box_check(box_lock_privileges(), "PR_SET_SECUREBITS", NULL);
    int64_t own_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    long pid = box->flags & BOX_FORKED ? admit_command() : execute_command();
    report_start(work_fd, own_cpu_ns - cpu_at_join_ns + child.became.cpu_ns, own_cpu_ns);
    give_up_privileges();
    SYS(close_range, 0, box->ctl_fd - 1, 0);
    SYS(close_range, box->ctl_fd + 1, ~0U, 0);
    if (box->flags & BOX_NO_CGROUP)
        box_wait(pid);
    wait_for(pid);
}
