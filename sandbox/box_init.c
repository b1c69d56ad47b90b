/* box-init: the first process of every box, a small static program carried inside libsandbox.
 *
 * The supervisor starts it in new namespaces.  It joins the control group, builds the box's root,
 * gives up what it does not need, starts the command as its child, reports how that ended, and ends;
 * with it the kernel kills whatever is left in the pid namespace.  The command never shares memory
 * with the supervisor: this program has only what box_config.h lists.
 *
 * The same program is the guard (box_guard.c), which cleans up if the supervisor is killed. */
#include "sandbox/box_init.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    void *ret = to;
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
    return ret;
}

void *memset(void *to, int byte, size_t n)
{
    void *ret = to;
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(byte) : "memory");
    return ret;
}

size_t strlen(const char *text)
{
    size_t n = 0;
    while (text[n])
        n++;
    return n;
}

void box_send(struct box_message *message, const int *fds, uint32_t n_fds)
{
    union {
        char bytes[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec iov = {message, sizeof *message};
    struct msghdr header = {.msg_iov = &iov, .msg_iovlen = 1};
    if (n_fds > 0) {
        header.msg_control = control.bytes;
        header.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
        struct cmsghdr *c = CMSG_FIRSTHDR(&header);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
        memcpy(CMSG_DATA(c), fds, n_fds * sizeof(int));
    }
    /* If nobody listens any more, nobody is interested. */
    SYS(sendmsg, box->ctl_fd, &header, MSG_NOSIGNAL);
}

void box_kill_listed(long fd)
{
    char text[4096];
    long n, pid = 0;
    while ((n = SYS(read, fd, text, sizeof text)) > 0) {
        for (long i = 0; i < n; i++) {
            if (text[i] >= '0' && text[i] <= '9') {
                pid = pid * 10 + (text[i] - '0');
            } else {
                if (pid > 1)
                    SYS(kill, pid, SIGKILL);
                pid = 0;
            }
        }
    }
}

static size_t append(char *text, size_t used, size_t size, const char *more)
{
    for (; *more && used + 1 < size; more++)
        text[used++] = *more;
    text[used] = 0;
    return used;
}

noreturn void box_fail(const char *step, const char *detail, long error)
{
    struct box_message m;
    memset(&m, 0, sizeof m);
    m.type = BOX_FAILED;
    m.error = (int32_t)error;
    size_t n = append(m.what, 0, sizeof m.what, step);
    if (detail) {
        n = append(m.what, n, sizeof m.what, " '");
        n = append(m.what, n, sizeof m.what, detail);
        append(m.what, n, sizeof m.what, "'");
    }
    box_send(&m, NULL, 0);
    for (;;)
        SYS(exit_group, 1);
}

static bool read_config(void)
{
    size_t size = 0;
    if (box_map_config(0, &size) < 0)
        return false;
    SYS(close, 0);
    return true;
}

/* Version 1: a single-threaded process writing 0 to its own `tasks` moves itself in microseconds;
 * cgroup.procs takes a lock and a grace period of many milliseconds. */
static void join_cgroups(void)
{
    for (uint32_t i = 0; i < box->n_tasks; i++) {
        box_check(SYS(write, box->tasks[i], "0", 1), "join the control group (tasks)", NULL);
        SYS(close, box->tasks[i]);
    }
}

/* The box dies with the supervisor. */
static void bind_to_supervisor(void)
{
    /* Without a pid namespace box-init must outlive it long enough to kill what it watches.  A fork server watches
     * nothing. */
    if (!(box->flags & BOX_NO_NAMESPACES) || box->mode == BOX_MODE_SERVER)
        box_check(SYS(prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), "PR_SET_PDEATHSIG", NULL);
    struct pollfd peer = {.fd = box->ctl_fd, .events = POLLIN};
    if (SYS(poll, &peer, 1, 0) > 0 && (peer.revents & (POLLHUP | POLLERR)))
        SYS(exit_group, 1);
}

/* What the caller ignores stays ignored across clone3 and execve; a box starts from the default.
 * (An ignored SIGCHLD would also take our child's status away.) */
static void reset_signals(void)
{
    uint64_t default_action[4] = {
        0}; /* the kernel's struct sigaction: handler, flags, restorer, mask */
    for (int signal = 1; signal <= 64; signal++)
        SYS(rt_sigaction, signal, default_action, NULL, sizeof(uint64_t));
}

/* First victim when memory is short.  Only a preference: no /proc is no reason to stop. */
static void prefer_as_oom_victim(void)
{
    long fd = SYS(open, "/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        SYS(write, fd, "1000", 4);
        SYS(close, fd);
    }
}

/* So far the uid is one that the namespace does not know; files could not even be made. */
static void become_somebody(void)
{
    SYS(setgroups, 0, NULL); /* an ordinary user may not: its groups stay */
    box_check(SYS(setresgid, box->init_uid, box->init_uid, box->init_uid), "setresgid", NULL);
    box_check(SYS(setresuid, box->init_uid, box->init_uid, box->init_uid), "setresuid", NULL);
}

/* Without mounts: the working directory is one of the host's, made for this box.  What loses its parent becomes
 * our child, so that we can end it. */
static void enter_directory(void)
{
    box_check(SYS(prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "PR_SET_CHILD_SUBREAPER", NULL);
    box_check(SYS(chdir, box_at(box->work_path)), "chdir", box_at(box->work_path));
}

noreturn void box_main(void);
noreturn void box_main(void)
{
    if (!read_config())
        for (;;)
            SYS(exit_group, 1);
    if (box->mode == BOX_MODE_GUARD)
        box_guard();
    join_cgroups();
    if (!hole("oom-score"))
        prefer_as_oom_victim(); /* before anything takes /proc/self from us */
    if (box->flags & BOX_USERNS)
        become_somebody();
    /* A fork server's child joined before it became us. */
    bool joins_late = box->n_tasks > 0 && !(box->flags & BOX_FORKED);
    int64_t cpu_at_join_ns = joins_late ? clock_ns(CLOCK_PROCESS_CPUTIME_ID) : 0;
    bind_to_supervisor();
    reset_signals();
    if (!hole("init-not-dumpable"))
        SYS(prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
    SYS(umask, 0);
    if (box->flags & BOX_NO_NAMESPACES) {
        enter_directory();
        if (box->mode == BOX_MODE_SERVER)
            box_serve();
        box_command(-1, cpu_at_join_ns);
    }
    if (box->mode != BOX_MODE_SERVER && !hole("cgroup-namespace"))
        box_check(SYS(unshare, CLONE_NEWCGROUP), "unshare the cgroup namespace", NULL);
    int work_fd = box_mounts();
    if (!hole("uts-namespace"))
        box_check(SYS(sethostname, "box", 3), "sethostname", NULL);
    if (box->mode == BOX_MODE_SERVER)
        box_serve();
    if ((box->flags & BOX_SPARE) && box_take_order(box->ctl_fd) <= 0)
        for (;;) /* nobody needs it any more */
            SYS(exit_group, 0);
    box_command(work_fd, cpu_at_join_ns);
}

__asm__(".globl _start\n"
        "_start:\n"
        "    xor %ebp, %ebp\n"
        "    and $-16, %rsp\n"
        "    call box_main\n"
        "    hlt\n");
