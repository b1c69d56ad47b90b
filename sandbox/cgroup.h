/* Control groups: where ours may lie, and one box's own group.
 *
 * Two back ends: version 2 (cgroup2.c) if our version 2 group has memory and pids, else version 1
 * (cgroup1.c) with memory, cpuacct and pids.  On a hybrid host both exist; the controllers decide.
 * Everything of ours lies beneath our own path in the hierarchy, is named
 * mljudge.<pid>.<boot time in ms>.<random>..., and is locked (flock) as long as its owner lives. */
#ifndef MLJUDGE_CGROUP_H
#define MLJUDGE_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sandbox/error.h"

#define CGROUP_NAME_PREFIX "mljudge."
#define CGROUP_MAX_DIRS    3 /* version 1: memory, cpuacct, pids; two may be one */

/* Where groups are made: one a supervisor. */
struct cgroup_root {
    int version;     /* 1 or 2 */
    char prefix[64]; /* names of our groups begin so */
    int n_dirs;
    int parents[CGROUP_MAX_DIRS];     /* directory descriptors */
    char paths[CGROUP_MAX_DIRS][512]; /* the same as paths, for messages */
    int memory, cpu, pids;            /* version 1: index into parents */
    bool has_swap_limit;              /* memsw or memory.swap.max */
    bool can_reset_peak;
    char leaf[80]; /* version 2: where we moved ourselves, a name in parents[0]; "" = we did not */
    int leaf_fd; /* of it, if we did: locked, else another supervisor takes it for a dead one's and kills us */
    char disable[64]; /* version 2: controllers we enabled, as text that disables them; "" = none */
    uint64_t n_made;
    struct {
        int dir;
        char name[80];
    } trash[32]; /* could not be removed yet */
    int n_trash;
};

/* One box's group. */
struct cgroup {
    struct cgroup_root *root; /* NULL: not made */
    char name[80];
    int dirs[CGROUP_MAX_DIRS];
    int cpu_fd; /* cpuacct.usage or cpu.stat */
    int peak_fd; /* max_usage_in_bytes or memory.peak; kept open: on version 2 a reset is per descriptor */
    int64_t oom_kills_before;
};

/* What /proc says of our own groups: exported for tests.  `*ret_path` is where `controller`
 * (NULL: version 2) of the calling process is found in the file system, "" if nowhere. */
int cgroup_find(const char *self_cgroup, const char *mountinfo, const char *controller,
                char *ret_path, size_t size);

/* The same for version 1 where everybody mounts it, without mountinfo, which is slow to read. */
int cgroup_guess(const char *self_cgroup, const char *controller, char *ret_path, size_t size);
int cgroup_usual_path(const char *self_cgroup, const char *controller, char *ret_path,
                      size_t size); /* not looked at whether it is there */

int cgroup_root_open(struct cgroup_root *ret, struct error *err);
void cgroup_root_close(struct cgroup_root *root);

/* Removes what supervisors that are dead left beside our groups. */
void cgroup_sweep_dead(struct cgroup_root *root);

int cgroup_make(struct cgroup *ret, struct cgroup_root *root, int64_t memory_bytes, int n_processes,
                struct error *err);
/* Version 1: opens the `tasks` files that box-init writes to; returns how many. */
int cgroup_open_tasks(const struct cgroup *cgroup, int fds[CGROUP_MAX_DIRS], struct error *err);
void cgroup_kill(const struct cgroup *cgroup); /* version 2 only; version 1 has the pid namespace */
/* Removes the group; if it is still busy after some tries it is kept for later. */
void cgroup_remove(struct cgroup *cgroup);

/* Each -1 if it cannot be read. */
int64_t cgroup_cpu_ns(const struct cgroup *cgroup);
int64_t cgroup_memory_now(const struct cgroup *cgroup);
int64_t cgroup_memory_peak(const struct cgroup *cgroup);
int64_t cgroup_oom_kills(const struct cgroup *cgroup);
bool cgroup_reset_peak(const struct cgroup *cgroup); /* false: the kernel cannot */
int cgroup_set_memory(const struct cgroup *cgroup, int64_t bytes, struct error *err);

const char *cgroup_cpu_source(const struct cgroup_root *root);
const char *cgroup_memory_source(const struct cgroup_root *root, bool was_reset);

/* ---- for the back ends ---- */

struct cgroup_backend {
    /* mountinfo: NULL in version 1 = the usual places only. */
    int (*open)(struct cgroup_root *ret, const char *self, const char *mountinfo,
                struct error *err);
    int (*set_up)(struct cgroup *cgroup, int64_t memory_bytes, int n_processes, struct error *err);
    int64_t (*cpu_ns)(const struct cgroup *cgroup);
    int64_t (*memory_now)(const struct cgroup *cgroup);
    int64_t (*oom_kills)(const struct cgroup *cgroup);
    int (*set_memory)(const struct cgroup *cgroup, int64_t bytes, struct error *err);
};

extern const struct cgroup_backend cgroup1, cgroup2;

/* Takes back what opening the version 2 root changed: controllers, our move into a leaf. */
void cgroup2_undo(struct cgroup_root *root);

int cgroup_add_parent(struct cgroup_root *root, const char *path,
                      struct error *err);                      /* its index */
int cgroup_write(int dir, const char *file, const char *text); /* 0 or -errno */
int cgroup_write_number(int dir, const char *file, int64_t number);
int64_t cgroup_read_number(int dir, const char *file);
int64_t cgroup_number_of(int fd);                 /* file that is one number */
int64_t cgroup_keyed_of(int fd, const char *key); /* "key number" lines */
int64_t cgroup_parse_keyed(const char *text, const char *key);
int64_t cgroup_read_keyed(int dir, const char *file, const char *key);
int cgroup_read_text(int dir, const char *file, char *text, int size);

#endif
