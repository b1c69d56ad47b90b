/* Control groups, version 1: memory, cpuacct and pids, each a hierarchy of its own. */
#include "sandbox/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int find_parent(struct cgroup_root *root, const char *self, const char *mountinfo,
                       const char *controller, struct error *err)
{
    char path[512];
    int r = mountinfo ? cgroup_find(self, mountinfo, controller, path, sizeof path)
                      : cgroup_guess(self, controller, path, sizeof path);
    if (r < 0)
        return error_set(err, r, "no '%s' hierarchy is mounted", controller);
    return cgroup_add_parent(root, path, err);
}

static int open_root(struct cgroup_root *ret, const char *self, const char *mountinfo,
                     struct error *err)
{
    ret->memory = find_parent(ret, self, mountinfo, "memory", err);
    if (ret->memory < 0)
        return ret->memory;
    ret->cpu = find_parent(ret, self, mountinfo, "cpuacct", err);
    if (ret->cpu < 0)
        return ret->cpu;
    ret->pids = find_parent(ret, self, mountinfo, "pids", err);
    if (ret->pids < 0)
        return ret->pids;
    ret->has_swap_limit =
        faccessat(ret->parents[ret->memory], "memory.memsw.limit_in_bytes", F_OK, 0) == 0;
    ret->can_reset_peak = true;
    return 0;
}

/* memsw must never be below limit_in_bytes: the order depends on the direction. */
static int set_memory(const struct cgroup *cgroup, int64_t bytes, struct error *err)
{
    int dir = cgroup->dirs[cgroup->root->memory];
    bool swap = cgroup->root->has_swap_limit;
    int r = cgroup_write_number(dir, "memory.limit_in_bytes", bytes);
    if (r == -EINVAL && swap) { /* raising: above the memsw limit of now */
        r = cgroup_write_number(dir, "memory.memsw.limit_in_bytes", bytes);
        if (r == 0)
            r = cgroup_write_number(dir, "memory.limit_in_bytes", bytes);
    } else if (r == 0 && swap) {
        r = cgroup_write_number(dir, "memory.memsw.limit_in_bytes", bytes);
    }
    return r < 0 ? error_set(err, r, "set the memory limit of '%s': %s", cgroup->name, strerror(-r))
                 : 0;
}

static int set_up(struct cgroup *cgroup, int64_t memory_bytes, int n_processes, struct error *err)
{
    const struct cgroup_root *root = cgroup->root;
    int r = set_memory(cgroup, memory_bytes, err);
    if (r < 0)
        return r;
    if (!root->has_swap_limit)
        cgroup_write(cgroup->dirs[root->memory], "memory.swappiness", "0");
    r = cgroup_write_number(cgroup->dirs[root->pids], "pids.max", n_processes);
    if (r < 0)
        return error_set(err, r, "set pids.max of '%s': %s", cgroup->name, strerror(-r));
    cgroup->cpu_fd = openat(cgroup->dirs[root->cpu], "cpuacct.usage", O_RDONLY | O_CLOEXEC);
    cgroup->peak_fd =
        openat(cgroup->dirs[root->memory], "memory.max_usage_in_bytes", O_RDWR | O_CLOEXEC);
    if (cgroup->cpu_fd < 0 || cgroup->peak_fd < 0)
        return error_errno(err, "open the counters of '%s'", cgroup->name);
    return 0;
}

static int64_t cpu_ns(const struct cgroup *cgroup)
{
    return cgroup_number_of(cgroup->cpu_fd);
}

static int64_t memory_now(const struct cgroup *cgroup)
{
    return cgroup_read_number(cgroup->dirs[cgroup->root->memory], "memory.usage_in_bytes");
}

static int64_t oom_kills(const struct cgroup *cgroup)
{
    return cgroup_read_keyed(cgroup->dirs[cgroup->root->memory], "memory.oom_control", "oom_kill");
}

const struct cgroup_backend cgroup1 = {
    .open = open_root,
    .set_up = set_up,
    .cpu_ns = cpu_ns,
    .memory_now = memory_now,
    .oom_kills = oom_kills,
    .set_memory = set_memory,
};
