/* Starting box-init: clone3, user namespace maps, execve.
 *
 * The new process shares our memory only until it has executed box-init (CLONE_VM, as posix_spawn does): a copy
 * of this address space, with what the judge knows, is never made, and a big judge launches as fast as a small
 * one. */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/ambient.h"
#include "sandbox/clone_call.h"
#include "sandbox/internal.h"
#include "sandbox/launch_parts.h"
#include "sandbox/util.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

/* Without libc: a failing call of its would write to the errno of our thread. */
static long raw(long nr, long a, long b, long c, long d, long e)
{
    long ret;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    __asm__ volatile("syscall"
                     : "=a"(ret)
                     : "0"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return ret;
}

/* Runs in our memory, on its own stack.  For a box our thread is suspended meanwhile, for the guard
 * it is not. */
int child_main(void *data)
{
    struct launch_child *c = data;
    static char *const argv[] = {(char *)"box-init", NULL};
    static char *const env[] = {NULL};
    long r = raw(SYS_close_range, 3, (long)~0U, CLOSE_RANGE_CLOEXEC, 0, 0);
    for (size_t i = 0; i < c->n_keep && r >= 0; i++)
        r = raw(SYS_fcntl, c->keep[i], F_SETFD, 0, 0, 0);
    if (r >= 0)
        r = raw(SYS_dup2, c->config_fd, 0, 0, 0, 0);
    raw(SYS_close, 1, 0, 0, 0, 0);
    raw(SYS_close, 2, 0, 0, 0, 0);
    if (r >= 0)
        r = raw(SYS_execveat, c->init_fd, (long)"", (long)argv, (long)env, AT_EMPTY_PATH);
    c->error = (int)-r;
    return 127;
}

/* The old clone(): for filters that hide clone3 (plain Docker).  No control group, handlers kept. */
static long clone_old(const struct clone_args *args, int (*fn)(void *), void *data)
{
    uint64_t flags = args->flags & ~(uint64_t)CLONE_CLEAR_SIGHAND;
    /* pidfd and parent_tid are one argument here; nobody asks for both */
    uint64_t told = args->flags & CLONE_PIDFD ? args->pidfd : args->parent_tid;
    return clone_call(SYS_clone, flags, args->stack + args->stack_size, told, args->child_tid, fn,
                      data);
}

long clone_to(struct clone_args *args, int (*fn)(void *), void *data)
{
    long ret = clone_call(SYS_clone3, (uint64_t)(uintptr_t)args, sizeof *args, 0, 0, fn, data);
    if (ret == -ENOSYS && !(args->flags & CLONE_INTO_CGROUP))
        return clone_old(args, fn, data);
    return ret;
}

/* ---- a user namespace: we write its maps before the child may go on ---- */

static int write_file(const char *path, const char *text)
{
    auto_fd int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    return write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

/* An ordinary user may map itself only: any number inside, its own outside. */
int launch_write_maps(pid_t pid, const char *lines, bool deny_setgroups)
{
    char path[64], gids[64];
    int r = 0;
    if (deny_setgroups) {
        unsigned inside, outside, n;
        snprintf(path, sizeof path, "/proc/%d/setgroups", pid);
        r = write_file(path, "deny");
        if (sscanf(lines, "%u %u %u", &inside, &outside, &n) != 3)
            return -EINVAL;
        snprintf(gids, sizeof gids, "%u %u %u\n", inside, (unsigned)getegid(), n);
    }
    snprintf(path, sizeof path, "/proc/%d/gid_map", pid);
    if (r == 0)
        r = write_file(path, deny_setgroups ? gids : lines);
    snprintf(path, sizeof path, "/proc/%d/uid_map", pid);
    return r == 0 ? write_file(path, lines) : r;
}

struct mapped {
    struct launch_child child;
    int gate[2];
    volatile int tid; /* 0 as soon as the child has left our memory */
    char stack[32768] __attribute__((aligned(16)));
};

static int mapped_main(void *data)
{
    struct mapped *m = data;
    char byte;
    raw(SYS_close, m->gate[1], 0, 0, 0, 0); /* our descriptors are a copy */
    if (raw(SYS_read, m->gate[0], (long)&byte, 1, 0, 0) != 1)
        return 126;
    long r = ambient_keep();
    if (r < 0) {
        m->child.error = (int)-r;
        return 126;
    }
    return child_main(&m->child);
}

static void wait_for_exec(struct mapped *m)
{
    for (int tid; (tid = __atomic_load_n(&m->tid, __ATOMIC_ACQUIRE)) != 0;)
        syscall(SYS_futex, &m->tid, FUTEX_WAIT, tid, NULL);
}

/* Like spawn(), in a user namespace with these maps. */
long spawn_mapped(struct launch_child *child, uint64_t flags, int cgroup_fd, const char *maps,
                  bool deny_setgroups, int *ret_pidfd)
{
    struct mapped *m = calloc(1, sizeof *m);
    if (!m)
        return -ENOMEM;
    m->child = *child;
    if (pipe2(m->gate, O_CLOEXEC) < 0) {
        free(m);
        return -errno;
    }
    int pidfd = -1;
    struct clone_args args = {
        .flags = flags | CLONE_NEWUSER | CLONE_VM | CLONE_PIDFD | CLONE_CLEAR_SIGHAND |
                 CLONE_CHILD_CLEARTID,
        .pidfd = (uint64_t)(uintptr_t)&pidfd,
        .child_tid = (uint64_t)(uintptr_t)&m->tid,
        .stack = (uint64_t)(uintptr_t)m->stack,
        .stack_size = sizeof m->stack,
    };
    if (cgroup_fd >= 0) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (unsigned)cgroup_fd;
    }
    m->tid = 1; /* until the kernel clears it: at the child's execve or end */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    long pid = clone_to(&args, mapped_main, m);
    int r = 0;
    if (pid > 0) {
        r = launch_write_maps((pid_t)pid, maps, deny_setgroups);
        if (r == 0 && write(m->gate[1], "g", 1) != 1)
            r = -errno;
    }
    close(m->gate[0]);
    close(m->gate[1]); /* without a byte the child ends */
    if (pid > 0)
        wait_for_exec(m);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pid > 0 && (r < 0 || m->child.error)) {
        siginfo_t info;
        waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | __WALL);
        close(pidfd);
        pid = r < 0 ? r : -m->child.error;
    } else if (pid > 0) {
        *ret_pidfd = pidfd;
    }
    free(m);
    return pid;
}

/* Returns the pid, or -errno.  flags: namespaces and the like. */
long spawn(struct launch_child *child, uint64_t flags, int cgroup_fd, int *ret_pidfd)
{
    static _Thread_local char stack[32768] __attribute__((aligned(16)));
    int pidfd = -1;
    struct clone_args args = {
        .flags = flags | CLONE_VM | CLONE_VFORK | CLONE_PIDFD | CLONE_CLEAR_SIGHAND,
        .pidfd = (uint64_t)(uintptr_t)&pidfd,
        .stack = (uint64_t)(uintptr_t)stack,
        .stack_size = sizeof stack,
    };
    if (cgroup_fd >= 0) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (unsigned)cgroup_fd;
    }
    /* No handler of the caller may run in the child, which shares our memory. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    long pid = clone_to(&args, child_main, child);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pid < 0)
        return pid;
    if (child->error) {
        siginfo_t info;
        waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | __WALL);
        close(pidfd);
        return -child->error;
    }
    *ret_pidfd = pidfd;
    return pid;
}
