/* Starting the guard, off the critical path: see box_guard.c for what it does. */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/internal.h"
#include "sandbox/launch_parts.h"
#include "sandbox/util.h"

struct guard_launch {
    struct launch_child child;
    struct keep keep;
    volatile int tid; /* 0 as soon as the guard has left our memory */
    pid_t parent;     /* the process between; 0: reaped */
    char stack[16384] __attribute__((aligned(16)));
    char parent_stack[16384] __attribute__((aligned(16)));
};

/* A process between us and the guard, so that the guard is not our child: no zombie, and the caller's
 * wait() never sees it (nor this one: its exit signal is not SIGCHLD).  Nobody waits for either before
 * the box is launched. */
static int guard_parent(void *data)
{
    struct guard_launch *g = data;
    struct clone_args args = {
        .flags = CLONE_VM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID,
        .parent_tid = (uint64_t)(uintptr_t)&g->tid,
        .child_tid = (uint64_t)(uintptr_t)&g->tid,
        .stack = (uint64_t)(uintptr_t)g->stack,
        .stack_size = sizeof g->stack,
    };
    clone_to(&args, child_main, &g->child); /* if it fails the next supervisor cleans up */
    return 0;
}

static int spawn_guard(struct guard_launch *g, struct error *err)
{
    struct clone_args args = {
        .flags = CLONE_VM | CLONE_CLEAR_SIGHAND,
        .stack = (uint64_t)(uintptr_t)g->parent_stack,
        .stack_size = sizeof g->parent_stack,
    };
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    long pid = clone_to(&args, guard_parent, g);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pid < 0) {
        errno = (int)-pid;
        return error_errno(err, "start the guard");
    }
    g->parent = (pid_t)pid;
    return 0;
}

void launch_guard_reap(struct guard_launch *g)
{
    siginfo_t info;
    if (!g || g->parent == 0)
        return;
    while (waitid(P_PID, (id_t)g->parent, &info, WEXITED | __WALL) < 0 && errno == EINTR)
        ;
    g->parent = 0;
}

void launch_guard_done(struct guard_launch *g)
{
    if (!g)
        return;
    launch_guard_reap(g);
    for (int tid; (tid = __atomic_load_n(&g->tid, __ATOMIC_ACQUIRE)) != 0;)
        syscall(SYS_futex, &g->tid, FUTEX_WAIT, tid, NULL);
    free(g);
}

static int guard_groups(const struct sandbox *s, struct guard_launch *g, struct block *block,
                        struct box_guard *ret, struct error *err)
{
    ret->version = (uint32_t)s->cgroups.version;
    ret->prefix = block_text(block, s->cgroups.prefix);
    if (s->cgroups.leaf[0])
        ret->leaf = block_text(block, s->cgroups.leaf);
    if (s->cgroups.disable[0])
        ret->disable = block_text(block, s->cgroups.disable);
    int r = 0;
    for (int i = 0; i < s->cgroups.n_dirs && r >= 0; i++) {
        r = keep_borrowed(&g->keep, s->cgroups.parents[i], err);
        ret->parents[ret->n_parents++] = r;
    }
    return r;
}

/* The landlock tier's: those of this process; who lives holds a lock. */
static int guard_directories(struct guard_launch *g, struct block *block, struct box_guard *ret)
{
    char prefix[32];
    int places[LANDLOCK_MAX_PLACES];
    snprintf(prefix, sizeof prefix, "mljudge.%d.", getpid());
    ret->prefix = block_text(block, prefix);
    size_t n = landlock_open_places(places);
    for (size_t i = 0; i < n; i++) {
        ret->parents[ret->n_parents++] = keep_add(&g->keep, places[i]);
        g->keep.ours[g->keep.n_ours++] = places[i];
    }
    return 0;
}

int launch_guard(struct sandbox *s, struct error *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_errno(err, "pipe");
    auto_fd int write_end = ends[1];
    auto_fd int read_end = fd_raise(ends[0], err);
    if (read_end < 0)
        return read_end;
    struct guard_launch *g = calloc(1, sizeof *g); /* in use until the guard has left our memory */
    if (!g)
        return error_oom(err);
    struct block block = {0};
    struct box_config c = {.mode = BOX_MODE_GUARD};
    block_add(&block, NULL, sizeof c);
    int config_fd = -1, r = 0;
    c.guard.pipe_fd = keep_add(&g->keep, read_end);
    r = s->tier == SANDBOX_TIER_FULL ? guard_groups(s, g, &block, &c.guard, err)
                                     : guard_directories(g, &block, &c.guard);
    block_put(&block, 0, &c, sizeof c);
    if (r >= 0)
        r = config_fd = block_seal(&block, err);
    if (r >= 0) {
        g->child = (struct launch_child){s->init_fd, config_fd, g->keep.fds, g->keep.n, 0};
        r = spawn_guard(g, err);
        close(config_fd);
    }
    keep_done(&g->keep);
    free(block.bytes);
    if (r < 0) {
        free(g);
        return r;
    }
    s->guard = g;
    s->guard_fd = steal_fd(&write_end);
    return 0;
}

/* Before there is anything to guard.  Without a guard the next supervisor cleans up. */
void launch_guard_once(struct sandbox *s)
{
    if (s->guard_fd < 0 && s->tier != SANDBOX_TIER_USERNS)
        launch_guard(s, NULL);
}
