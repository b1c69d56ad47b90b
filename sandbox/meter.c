/* What a box used.
 *
 * Under a control group the kernel counts everything, and this file only asks it.  Without one, CPU is the
 * sum of the processes' clocks (and what box-init saw its dead children use), memory is what looking every few
 * milliseconds finds: anonymous memory of all processes, plus the box's tmpfs; the largest process' own high
 * water mark, which the kernel keeps, catches a peak between two looks.  RLIMIT_DATA stands behind that. */
#include <errno.h>
#include <string.h>
#include <sys/vfs.h>

#include "sandbox/hole.h"
#include "sandbox/internal.h"
#include "sandbox/util.h"

#define MIB           ((int64_t)1 << 20)
#define SAMPLED_STACK (64 * MIB)   /* main thread; also what libc reserves for each other thread */
#define DATA_SLACK    (1024 * MIB) /* 16 such stacks: reserved, seldom touched */

bool meter_is_sampled(const struct sandbox_box *box)
{
    return box->sandbox->tier != SANDBOX_TIER_FULL;
}

int64_t meter_stack_most(const struct sandbox *sandbox)
{
    return sandbox->tier == SANDBOX_TIER_FULL ? 1024 * MIB : SAMPLED_STACK;
}

int64_t meter_stack_limit(const struct sandbox_box *box)
{
    int64_t most = meter_stack_most(box->sandbox);
    int64_t stack = box->run.memory_bytes;
    return stack > most ? most : stack < 8 * MIB ? 8 * MIB : stack;
}

/* RLIMIT_DATA counts what is reserved, not what is touched: a backstop between two looks, no more. */
int64_t meter_data_limit(int64_t memory_bytes)
{
    return memory_bytes + DATA_SLACK;
}

/* A hard limit cannot be raised again without privileges: the first one leaves room for the run's. */
int64_t meter_data_most(const struct sandbox_box *box)
{
    int64_t first = box->barrier ? box->prepare.memory_bytes + DATA_SLACK : 0;
    return first + meter_data_limit(box->run.memory_bytes);
}

/* The descriptor keeps the file system when the processes are dead and their memory is gone, whoever killed them: what
 * is in it can still be told of a box that the OOM killer ended.  (A group's memory.stat is brought up to date now and
 * then only, and does not tell files from shared memory.) */
int64_t meter_tmpfs_bytes(const struct sandbox_box *box)
{
    struct statfs fs;
    if (box->disk_fd < 0 || fstatfs(box->disk_fd, &fs) < 0)
        return -1;
    return (int64_t)(fs.f_blocks - fs.f_bfree) * (int64_t)fs.f_bsize;
}

static int64_t disk_bytes(const struct sandbox_box *box)
{
    int64_t bytes = meter_tmpfs_bytes(box);
    return bytes < 0 ? 0 : bytes;
}

int meter_look(struct sandbox_box *box, struct error *err)
{
    struct meter_samples *s = &box->samples;
    struct procs_sample now;
    if (!meter_is_sampled(box) || box->pid <= 0)
        return 0;
    int r = procs_look(box->pid, &now);
    /* Who lacks memory or descriptors himself is blind, not early or late. */
    if (error_is_shortage(r))
        return error_set(err, r, "look at the box's processes: %s", strerror(-r));
    if (r < 0)
        return 0;
    /* What box-init has waited for already is not seen by a look: time never runs backwards. */
    s->cpu_ns = now.cpu_ns > s->cpu_ns ? now.cpu_ns : s->cpu_ns;
    s->memory_bytes = now.anon_bytes + disk_bytes(box);
    /* A process on its way out has none any more. */
    s->shared_bytes = now.shared_bytes > s->shared_bytes ? now.shared_bytes : s->shared_bytes;
    s->peak_bytes = s->memory_bytes > s->peak_bytes ? s->memory_bytes : s->peak_bytes;
    return 0;
}

int64_t meter_cpu_ns(const struct sandbox_box *box)
{
    return meter_is_sampled(box) ? box->samples.cpu_ns : cgroup_cpu_ns(&box->cgroup);
}

bool meter_memory_is_over(const struct sandbox_box *box)
{
    if (!meter_is_sampled(box))
        return cgroup_oom_kills(&box->cgroup) > 0;
    bool preparing = box->state == BOX_PREPARING;
    int64_t limit = preparing ? box->prepare.memory_bytes : box->run.memory_bytes;
    int64_t base = preparing || !box->barrier ? 0 : box->ready_memory;
    return box->samples.memory_bytes - base > limit;
}

static int pass_sampled(struct sandbox_box *box, struct error *err)
{
    struct meter_samples *s = &box->samples;
    struct procs_sample now;
    int r = procs_look(box->pid, &now);
    if (r == -ENOENT)
        return 0; /* gone meanwhile: its end is on its way */
    if (r < 0)
        return error_set(err, r, "look at the box's processes: %s", strerror(-r));
    box->ready_cpu_ns = s->cpu_ns = now.cpu_ns;
    box->ready_memory = s->memory_bytes = now.anon_bytes + disk_bytes(box);
    s->shared_bytes = now.shared_bytes;
    box->outcome.prepare.memory_bytes =
        s->peak_bytes > s->memory_bytes ? s->peak_bytes : s->memory_bytes;
    s->peak_bytes = s->memory_bytes;
    box->peak_was_reset = procs_reset_peak(box->pid);
    /* Of what is mapped now: reserved memory is not in a sample. */
    int64_t limit = meter_data_limit(now.data_bytes + box->run.memory_bytes);
    int64_t most = meter_data_most(box);
    limit = limit < most ? limit : most;
    if (!box_ask(box, &(struct box_request){.type = BOX_LIMIT, .data_bytes = (uint64_t)limit}))
        return error_set(err, -EPIPE, "box-init is gone");
    return 0;
}

int meter_pass_barrier(struct sandbox_box *box, struct error *err)
{
    if (meter_is_sampled(box))
        return pass_sampled(box, err);
    box->ready_cpu_ns = cgroup_cpu_ns(&box->cgroup);
    box->ready_memory = cgroup_memory_now(&box->cgroup);
    if (box->ready_cpu_ns < 0 || box->ready_memory < 0)
        return error_set(err, -EIO,
                         "the counters of the box's control group cannot be read any more");
    box->outcome.prepare.memory_bytes = cgroup_memory_peak(&box->cgroup);
    box->peak_was_reset = cgroup_reset_peak(&box->cgroup);
    if (hole("cgroup-memory"))
        return 0;
    return cgroup_set_memory(&box->cgroup, box->ready_memory + box->run.memory_bytes, err);
}

void meter_end(struct sandbox_box *box, int64_t *ret_cpu_ns, int64_t *ret_peak_bytes)
{
    if (!meter_is_sampled(box)) {
        *ret_cpu_ns = cgroup_cpu_ns(&box->cgroup);
        *ret_peak_bytes = cgroup_memory_peak(&box->cgroup);
        return;
    }
    const struct meter_samples *s = &box->samples;
    *ret_cpu_ns = s->children_cpu_ns > s->cpu_ns ? s->children_cpu_ns : s->cpu_ns;
    *ret_peak_bytes = s->peak_bytes;
    /* The high water mark is of all that is resident; files and shared memory only grow meanwhile.  It is
     * the start's as well where it could not be reset. */
    int64_t high = s->children_peak_bytes - s->shared_bytes;
    if (s->children_peak_bytes >= 0 && (box->peak_was_reset || !box->outcome.ready) &&
        high > *ret_peak_bytes)
        *ret_peak_bytes = high;
}

const char *meter_cpu_source(const struct sandbox_box *box)
{
    if (!meter_is_sampled(box))
        return cgroup_cpu_source(&box->sandbox->cgroups);
    return box->samples.children_cpu_ns >= 0 ? "wait status (rusage)" : "process clocks (sampled)";
}

const char *meter_memory_source(const struct sandbox_box *box)
{
    if (!meter_is_sampled(box))
        return cgroup_memory_source(&box->sandbox->cgroups, !box->barrier || box->peak_was_reset);
    return "RssAnon and VmHWM (sampled)";
}
