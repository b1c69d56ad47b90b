/* A policy's defaults and its check.  Names and counts may come from a problem package. */
#include "sandbox/policy.h"

#include <errno.h>
#include <string.h>

#include "sandbox/box_config.h"

#define MAX_FDS          61
#define MAX_FILES        128
#define MAX_MOUNTS       4096
#define MIN_MEMORY_BYTES (1 << 20)
#define MAX_BYTES        (INT64_MAX / 4) /* sums of two are still an int64_t */
#define MAX_CPU_US       (INT64_MAX / 4000)
#define MAX_WALL_US      (2 * MAX_CPU_US + 1000000) /* in ns about half of an int64_t */
#define MAX_PROCESSES    (1 << 22)                  /* the kernel's own PID_MAX_LIMIT */

static int64_t or_default(int64_t value, int64_t otherwise)
{
    return value ? value : otherwise;
}

static void fill_limits(struct sandbox_limits *l, int64_t cpu_us, int64_t wall_us,
                        int64_t memory_bytes)
{
    l->cpu_us = or_default(l->cpu_us, cpu_us);
    /* One that is too large to double is refused by the check. */
    int64_t from_cpu = l->cpu_us < 0 || l->cpu_us > MAX_CPU_US ? -1 : 2 * l->cpu_us + 1000000;
    l->wall_us = or_default(l->wall_us, wall_us ? wall_us : from_cpu);
    l->memory_bytes = or_default(l->memory_bytes, memory_bytes);
}

void policy_fill(struct sandbox_policy *p)
{
    fill_limits(&p->run, 10000000, 0, 512LL << 20);
    fill_limits(&p->prepare, 60000000, 120000000, 2LL << 30);
    p->output_bytes = or_default(p->output_bytes, 64 << 20);
    p->file_bytes = or_default(p->file_bytes, 256 << 20);
    p->work_bytes = or_default(p->work_bytes, 64 << 20);
    bool few = p->profile == SANDBOX_PROFILE_RUN || p->profile == SANDBOX_PROFILE_PYTHON;
    p->n_processes = p->n_processes ? p->n_processes : few ? 17 : 64;
    p->n_open_files = p->n_open_files ? p->n_open_files : 256;
    if (p->out.keep_bytes == 0)
        p->out.keep_bytes = 64 << 10;
    if (p->err.keep_bytes == 0)
        p->err.keep_bytes = 64 << 10;
}

static bool is_name(const char *name)
{
    return name && *name && strlen(name) <= 255 && !strchr(name, '/') && strcmp(name, ".") &&
           strcmp(name, "..");
}

static bool targets_ok(const struct sandbox_policy *p)
{
    uint64_t taken = 0;
    for (size_t i = 0; i < p->n_fds + (p->barrier ? 2 : 0); i++) {
        int target = i < p->n_fds    ? p->fds[i].target
                     : i == p->n_fds ? p->ready_target
                                     : p->go_target;
        if (target < 3 || target >= BOX_MIN_FD || (taken & (1ULL << target)))
            return false;
        taken |= 1ULL << target;
    }
    return true;
}

static bool limits_fit(const struct sandbox_limits *l)
{
    return l->cpu_us <= MAX_CPU_US && l->wall_us <= MAX_WALL_US && l->memory_bytes <= MAX_BYTES;
}

int policy_check(const struct sandbox_policy *p, struct error *err)
{
    if (!p->argv || !p->argv[0])
        return error_set(err, -EINVAL, "policy: no command");
    if (p->profile < 0 || p->profile >= SANDBOX_N_PROFILES)
        return error_set(err, -EINVAL, "policy: unknown profile %d", (int)p->profile);
    if (p->n_fds > MAX_FDS || !targets_ok(p))
        return error_set(err, -EINVAL, "policy: descriptor numbers must be distinct, 3 to %d",
                         BOX_MIN_FD - 1);
    if (p->n_files > MAX_FILES)
        return error_set(err, -EINVAL, "policy: more than %d files", MAX_FILES);
    for (size_t i = 0; i < p->n_files; i++)
        if (!is_name(p->files[i].name))
            return error_set(err, -EINVAL, "policy: file %zu has a bad name", i);
    if (p->n_mounts > MAX_MOUNTS)
        return error_set(err, -EINVAL, "policy: more than %d mounts", MAX_MOUNTS);
    for (size_t i = 0; i < p->n_mounts; i++) {
        const struct sandbox_mount *m = &p->mounts[i];
        if (!m->target || m->target[0] != '/' || (m->kind != SANDBOX_MOUNT_EMPTY && !m->source))
            return error_set(err, -EINVAL,
                             "policy: mount %zu needs a source and an absolute target", i);
    }
    if (p->run.memory_bytes < MIN_MEMORY_BYTES || p->prepare.memory_bytes < MIN_MEMORY_BYTES)
        return error_set(err, -EINVAL,
                         "policy: a memory limit below 1 MiB (it cannot be unlimited)");
    if (p->output_bytes < 0 || p->file_bytes < 0 || p->work_bytes < 0 || p->n_processes < 1 ||
        p->n_open_files < 3)
        return error_set(err, -EINVAL, "policy: a limit is negative or too small");
    if (!limits_fit(&p->run) || !limits_fit(&p->prepare) || p->output_bytes > MAX_BYTES ||
        p->file_bytes > MAX_BYTES || p->work_bytes > MAX_BYTES || p->n_processes > MAX_PROCESSES)
        return error_set(err, -EINVAL, "policy: a limit is too large");
    return 0;
}
