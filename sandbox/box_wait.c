/* The end of a box without a control group.
 *
 * The supervisor cannot know all of the box's processes, and a killed process tells its CPU only to a parent
 * that waits for it.  So box-init ends the box: when the command is over, when the supervisor asks, or when the
 * supervisor is gone it kills whatever is left, waits for all of it, and tells what it cost. */
#include "sandbox/box_init.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#define WAIT_ALL 0x40000000 /* __WALL */
#define PAUSE_NS 1000000

/* Our children, as /proc lists them: "12 15 18 ".  Each is killed; what they leave becomes our child and is in
 * the next list. */
static void kill_children(void)
{
    long fd = SYS(open, "/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    box_kill_listed(fd);
    SYS(close, fd);
}

/* In a pid namespace of ours, or under a uid of the box's own, everybody but us is the box. */
static void kill_all(long pid)
{
    bool alone = !(box->flags & BOX_NO_NAMESPACES) || !(box->flags & BOX_SHARED_UID);
    if (alone) {
        SYS(kill, -1, SIGKILL);
        return;
    }
    SYS(kill, pid, SIGKILL); /* not yet waited for, so it is still this process */
    kill_children();
}

struct end {
    int status;
    bool has_status;
    int64_t at_ns;
};

/* Returns false when there is no child left. */
static bool reap(long pid, int options, struct end *end)
{
    int status = 0;
    long r = SYS(wait4, -1, &status, options | WAIT_ALL, NULL);
    if (r == pid) {
        *end = (struct end){status, true, clock_ns(CLOCK_MONOTONIC)};
    }
    return r != -ECHILD;
}

/* The supervisor may not be allowed to: it needs a privilege for another uid's process, we have its uid. */
static void limit_data(long pid, uint64_t bytes)
{
    struct box_message m;
    struct rlimit64 limit = {bytes, bytes};
    memset(&m, 0, sizeof m);
    m.type = BOX_LIMITED;
    m.error = (int32_t)-SYS(prlimit64, pid, RLIMIT_DATA, &limit, NULL);
    box_send(&m, NULL, 0);
}

/* False: the box is to end, because the supervisor says so or is gone. */
static bool serve(long pid)
{
    struct box_request request;
    long n = SYS(recvfrom, box->ctl_fd, &request, sizeof request, MSG_DONTWAIT, NULL, NULL);
    if (n == -EAGAIN || n == -EINTR)
        return true;
    if (n != (long)sizeof request || request.type != BOX_LIMIT)
        return false;
    limit_data(pid, request.data_bytes);
    return true;
}

static void wait_for_command(long pid, struct end *end)
{
    uint64_t child_signal = 1ULL << (SIGCHLD - 1);
    for (;;) {
        struct pollfd supervisor = {.fd = box->ctl_fd, .events = POLLIN};
        if (SYS(poll, &supervisor, 1, 0) > 0 && !serve(pid))
            return;
        /* A child's end is a blocked signal, the supervisor's message a wake-up of ppoll: SIGCHLD is let in only
         * while we wait, so that none is missed. */
        struct timespec forever = {3600, 0};
        uint64_t mask = ~child_signal;
        SYS(ppoll, &supervisor, 1, &forever, &mask, sizeof mask);
        int status = 0;
        long r;
        while ((r = SYS(wait4, -1, &status, WNOHANG | WAIT_ALL, NULL)) > 0) {
            if (r != pid)
                continue;
            *end = (struct end){status, true, clock_ns(CLOCK_MONOTONIC)};
            return;
        }
        if (r == -ECHILD)
            return;
    }
}

static void on_child(int signal)
{
    (void)signal;
}

/* The kernel's struct sigaction, which libc hides; the handler returns through `restorer`. */
struct kernel_sigaction {
    void (*handler)(int);
    uint64_t flags;
    void (*restorer)(void);
    uint64_t mask;
};

void box_sigreturn(void);
__asm__(".globl box_sigreturn\n"
        "box_sigreturn:\n"
        "    mov $15, %eax\n" /* rt_sigreturn */
        "    syscall\n");

static void listen_for_children(void)
{
    struct kernel_sigaction action = {on_child, 0x04000000 /* SA_RESTORER */, box_sigreturn, 0};
    uint64_t all = ~0ULL;
    SYS(rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof all);
    SYS(rt_sigaction, SIGCHLD, &action, NULL, sizeof(uint64_t));
}

noreturn void box_wait(long pid)
{
    struct end end = {0};
    listen_for_children();
    wait_for_command(pid, &end);
    for (;;) {
        kill_all(pid);
        int64_t until = clock_ns(CLOCK_MONOTONIC) + PAUSE_NS;
        bool more = true;
        while (more && clock_ns(CLOCK_MONOTONIC) < until) {
            more = reap(pid, WNOHANG, &end);
            if (more)
                SYS(sched_yield, 0);
        }
        if (!more)
            break;
    }
    struct rusage used;
    memset(&used, 0, sizeof used);
    SYS(getrusage, RUSAGE_CHILDREN, &used);
    struct box_message m;
    memset(&m, 0, sizeof m);
    m.type = BOX_EXITED;
    m.status = end.status;
    m.at_ns = end.at_ns;
    m.own_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    m.children_cpu_ns = ((int64_t)used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000000 +
                        ((int64_t)used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000;
    m.children_peak_bytes = (int64_t)used.ru_maxrss * 1024;
    box_send(&m, NULL, 0);
    for (;;)
        SYS(exit_group, 0);
}
