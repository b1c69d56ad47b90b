/* The guard: waits until the supervisor is gone, then removes the control groups, or the directories of the
 * landlock tier, that it left.
 *
 * Boxes need no guard to die (PR_SET_PDEATHSIG, or box-init), and their mounts live in their own namespace; but a
 * control group or a directory stays until someone removes it. */
#include "sandbox/box_init.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <time.h>

#define TRIES  250
#define TRY_NS 20000000 /* 20 ms: five seconds in all */

static bool begins_with(const char *text, const char *prefix)
{
    for (; *prefix; text++, prefix++)
        if (*text != *prefix)
            return false;
    return true;
}

static bool same(const char *a, const char *b)
{
    return begins_with(a, b) && strlen(a) == strlen(b);
}

static void write_text(int dir, const char *file, const char *text)
{
    long fd = SYS(openat, dir, file, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    SYS(write, fd, text, strlen(text));
    SYS(close, fd);
}

/* Version 1 has no cgroup.kill: kill process by process; the caller repeats. */
static void kill_listed(int dir)
{
    long fd = SYS(openat, dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    box_kill_listed(fd);
    SYS(close, fd);
}

static bool remove_one(int parent, const char *name)
{
    if (box->guard.version == 0)
        return box_remove_dir(parent, name);
    long dir = SYS(openat, parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir >= 0) {
        if (box->guard.version == 2)
            write_text((int)dir, "cgroup.kill", "1");
        else
            kill_listed((int)dir);
        SYS(close, dir);
    }
    return SYS(unlinkat, parent, name, 0x200 /* AT_REMOVEDIR */) >= 0;
}

/* Returns how many of ours remain in the directory. */
static unsigned sweep(int parent, const char *prefix, const char *leaf)
{
    unsigned n_left = 0;
    char entries[4096] __attribute__((aligned(8)));
    long dir = SYS(openat, parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return 0;
    long n;
    while ((n = SYS(getdents64, dir, entries, sizeof entries)) > 0) {
        for (long at = 0; at < n;) {
            const struct dirent_head *e = (const void *)(entries + at);
            at += e->length;
            if (begins_with(e->name, prefix) && !(leaf && same(e->name, leaf)) &&
                !remove_one(parent, e->name))
                n_left++;
        }
    }
    SYS(close, dir);
    return n_left;
}

/* Version 2: we live in the leaf ourselves; out of it, as the supervisor was before.  No leaf: the
 * supervisor ended in good order and undid all itself. */
static bool leave_leaf(int parent, const char *leaf)
{
    if (SYS(faccessat, parent, leaf, 0) == -ENOENT)
        return true;
    if (box->guard.disable)
        write_text(parent, "cgroup.subtree_control", box_at(box->guard.disable));
    write_text(parent, "cgroup.procs", "0");
    return SYS(unlinkat, parent, leaf, 0x200) >= 0;
}

noreturn void box_guard(void)
{
    const struct box_guard *g = &box->guard;
    char byte;
    long r;
    do {
        r = SYS(read, g->pipe_fd, &byte, 1);
    } while (r > 0 || r == -EINTR);
    const char *prefix = box_at(g->prefix);
    const char *leaf = g->leaf ? box_at(g->leaf) : NULL;
    for (int try = 0; try < TRIES; try++) {
        unsigned n_left = 0;
        for (uint32_t i = 0; i < g->n_parents; i++)
            n_left += sweep(g->parents[i], prefix, leaf);
        if (n_left == 0 && (!leaf || leave_leaf(g->parents[0], leaf)))
            break;
        struct timespec pause = {0, TRY_NS};
        SYS(nanosleep, &pause, NULL);
    }
    for (;;)
        SYS(exit_group, 0);
}
