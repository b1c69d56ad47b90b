/* Control groups, version 2.
 *
 * A group that has processes cannot give controllers to its children.  So, in this order: our own
 * group if its children have the controllers already; our own group after we moved ourselves into a
 * leaf beneath it; the nearest group above us that gives them (we are root).  Never the hierarchy's
 * top unless we live there.  What was changed is undone by cgroup2_undo(). */
#include "sandbox/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/util.h"

static bool has_word(const char *text, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = text; (at = strstr(at, word)); at += n)
        if ((at == text || at[-1] == ' ') && (at[n] == 0 || at[n] == ' ' || at[n] == '\n'))
            return true;
    return false;
}

static bool file_has(int dir, const char *file, const char *word)
{
    char text[1024];
    return cgroup_read_text(dir, file, text, sizeof text) > 0 && has_word(text, word);
}

static bool gives_controllers(int dir)
{
    return file_has(dir, "cgroup.subtree_control", "memory") &&
           file_has(dir, "cgroup.subtree_control", "pids");
}

static bool offers_controllers(int dir)
{
    return file_has(dir, "cgroup.controllers", "memory") &&
           file_has(dir, "cgroup.controllers", "pids");
}

/* One by one: one that cannot be had does not keep the others away. */
static int enable(struct cgroup_root *root, int dir)
{
    static const char *const names[] = {"memory", "pids", "cpu"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (file_has(dir, "cgroup.subtree_control", names[i]))
            continue;
        char text[16];
        snprintf(text, sizeof text, "+%s", names[i]);
        int r = cgroup_write(dir, "cgroup.subtree_control", text);
        if (r < 0 && strcmp(names[i], "cpu"))
            return r;
        if (r == 0) {
            size_t used = strlen(root->disable);
            snprintf(root->disable + used, sizeof root->disable - used, "%s-%s", used ? " " : "",
                     names[i]);
        }
    }
    return 0;
}

/* Moving ourselves helps only if nobody else is there. */
static bool are_alone(int dir)
{
    char text[64];
    if (cgroup_read_text(dir, "cgroup.procs", text, sizeof text) <= 0)
        return false;
    char *end;
    return strtol(text, &end, 10) == getpid() && *end == '\n' && end[1] == 0;
}

static int move_to_leaf(struct cgroup_root *root, int dir)
{
    snprintf(root->leaf, sizeof root->leaf, "%s.self", root->prefix);
    if (mkdirat(dir, root->leaf, 0755) < 0) {
        root->leaf[0] = 0;
        return -errno;
    }
    auto_fd int leaf = openat(dir, root->leaf, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int r = leaf < 0 || flock(leaf, LOCK_EX | LOCK_NB) < 0 ? -errno : 0;
    if (r == 0)
        r = cgroup_write(leaf, "cgroup.procs", "0");
    if (r < 0) {
        unlinkat(dir, root->leaf, AT_REMOVEDIR);
        root->leaf[0] = 0;
        return r;
    }
    root->leaf_fd = steal_fd(&leaf);
    return 0;
}

/* Everybody in the leaf goes back: ourselves, the guard, children the caller started meanwhile. */
static void move_back(int dir, const char *leaf_name)
{
    auto_fd int leaf = openat(dir, leaf_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (leaf < 0)
        return;
    for (int tries = 0; tries < 10; tries++) {
        char text[4096];
        if (cgroup_read_text(leaf, "cgroup.procs", text, sizeof text) <= 0)
            break;
        char *rest = text, *line;
        while ((line = strsep(&rest, "\n")))
            if (*line)
                cgroup_write(dir, "cgroup.procs", line);
    }
}

void cgroup2_undo(struct cgroup_root *root)
{
    if (root->disable[0])
        cgroup_write(root->parents[0], "cgroup.subtree_control", root->disable);
    if (root->leaf[0]) {
        move_back(root->parents[0], root->leaf);
        unlinkat(root->parents[0], root->leaf, AT_REMOVEDIR);
        close(root->leaf_fd);
    }
    root->disable[0] = root->leaf[0] = 0;
}

/* Tries to make `path` the place of our groups. */
static int try_place(struct cgroup_root *root, const char *path, bool own, struct error *err)
{
    int at = cgroup_add_parent(root, path, err);
    if (at < 0)
        return at;
    int dir = root->parents[0], r = 0;
    if (!gives_controllers(dir)) {
        r = offers_controllers(dir) ? enable(root, dir) : -ENOTSUP;
        if (r == -EBUSY && own && are_alone(dir)) {
            r = move_to_leaf(root, dir);
            if (r == 0)
                r = enable(root, dir);
        }
        if (r < 0)
            error_set(err, r, "'%s' cannot give its children memory and pids: %s", path,
                      strerror(-r));
    }
    if (r == 0 && faccessat(dir, ".", W_OK, 0) < 0)
        r = error_errno(err, "'%s' is not ours to write", path);
    if (r == 0)
        return 0;
    cgroup2_undo(root);
    close(dir);
    root->n_dirs = 0;
    return r;
}

static int open_root(struct cgroup_root *ret, const char *self, const char *mountinfo,
                     struct error *err)
{
    char own[512], top[512];
    int r = cgroup_find(self, mountinfo, NULL, own, sizeof own);
    if (r < 0)
        return error_set(err, r, "no cgroup2 hierarchy is mounted");
    /* "0::/" makes it find the mount point itself. */
    if (cgroup_find("0::/\n", mountinfo, NULL, top, sizeof top) < 0)
        snprintf(top, sizeof top, "%s", own);
    for (bool is_own = true;; is_own = false) {
        struct error one = ERROR_INIT;
        r = try_place(ret, own, is_own, &one);
        if (r == 0)
            break;
        if (err && !err->code)
            *err = one;
        char *slash = strrchr(own, '/');
        if (!slash || strlen(own) <= strlen(top))
            return r;
        *slash = 0;
        if (strlen(own) <= strlen(top)) /* the top is nobody's but its own */
            return r;
    }
    if (err)
        *err = ERROR_INIT;
    ret->has_swap_limit = true; /* seen per group */
    return 0;
}

static int set_memory(const struct cgroup *cgroup, int64_t bytes, struct error *err)
{
    int r = cgroup_write_number(cgroup->dirs[0], "memory.max", bytes);
    return r < 0 ? error_set(err, r, "set memory.max of '%s': %s", cgroup->name, strerror(-r)) : 0;
}

static int set_up(struct cgroup *cgroup, int64_t memory_bytes, int n_processes, struct error *err)
{
    int dir = cgroup->dirs[0];
    int r = set_memory(cgroup, memory_bytes, err);
    if (r < 0)
        return r;
    /* No file: the kernel has no swap accounting; doctor and sandbox_missing() say so. */
    if (cgroup_write(dir, "memory.swap.max", "0") < 0)
        cgroup->root->has_swap_limit = false;
    cgroup_write(dir, "memory.zswap.max", "0");
    cgroup_write(dir, "memory.oom.group", "1");
    r = cgroup_write_number(dir, "pids.max", n_processes);
    if (r < 0)
        return error_set(err, r, "set pids.max of '%s': %s", cgroup->name, strerror(-r));
    cgroup->cpu_fd = openat(dir, "cpu.stat", O_RDONLY | O_CLOEXEC);
    if (cgroup->cpu_fd < 0)
        return error_errno(err, "open '%s/cpu.stat'", cgroup->name);
    /* Before 6.12 the file cannot be written, before 5.19 there is none. */
    cgroup->peak_fd = openat(dir, "memory.peak", O_RDWR | O_CLOEXEC);
    cgroup->root->can_reset_peak = cgroup->peak_fd >= 0;
    if (cgroup->peak_fd < 0)
        cgroup->peak_fd = openat(dir, "memory.peak", O_RDONLY | O_CLOEXEC);
    return 0;
}

static int64_t cpu_ns(const struct cgroup *cgroup)
{
    int64_t us = cgroup_keyed_of(cgroup->cpu_fd, "usage_usec");
    return us < 0 ? -1 : us * 1000;
}

static int64_t memory_now(const struct cgroup *cgroup)
{
    return cgroup_read_number(cgroup->dirs[0], "memory.current");
}

static int64_t oom_kills(const struct cgroup *cgroup)
{
    return cgroup_read_keyed(cgroup->dirs[0], "memory.events", "oom_kill");
}

const struct cgroup_backend cgroup2 = {
    .open = open_root,
    .set_up = set_up,
    .cpu_ns = cpu_ns,
    .memory_now = memory_now,
    .oom_kills = oom_kills,
    .set_memory = set_memory,
};
