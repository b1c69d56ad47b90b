/* What became of a box: from what we saw and counted to the outcome; and names, and results. */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/hole.h"
#include "sandbox/internal.h"
#include "sandbox/util.h"

#define NS_PER_US        1000
#define READING_SLACK_US 20000 /* counters are brought up to date at clock ticks, one a core */
#define IDLE_SHARE       10    /* a wall limit with less than 1/10 of a core used is idle */

static const char *const tier_names[] = {"none", "landlock", "userns", "full"};

const char *sandbox_tier_name(enum sandbox_tier tier)
{
    return tier_names[tier];
}

int sandbox_tier_parse(const char *name, enum sandbox_tier *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(tier_names); i++) {
        if (!strcmp(name, tier_names[i])) {
            *ret = (enum sandbox_tier)i;
            return 0;
        }
    }
    return -EINVAL;
}

static const char *const profile_names[SANDBOX_N_PROFILES] = {
    "run", "processes", "compile", "python", "node", "java",
};

const char *sandbox_profile_name(enum sandbox_profile profile)
{
    return profile_names[profile];
}

int sandbox_profile_parse(const char *name, enum sandbox_profile *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(profile_names); i++) {
        if (!strcmp(name, profile_names[i])) {
            *ret = (enum sandbox_profile)i;
            return 0;
        }
    }
    return -EINVAL;
}

void sandbox_outcome_init(struct sandbox_outcome *o)
{
    memset(o, 0, sizeof *o);
    o->work_fd = -1;
    o->kill_us = -1;
    o->involuntary_switches = o->tmpfs_bytes = -1;
    o->prepare = o->run = (struct sandbox_usage){-1, -1, -1};
    o->cpu_source = o->memory_source = o->wall_source = "";
}

void sandbox_outcome_done(struct sandbox_outcome *o)
{
    free(o->out.bytes);
    free(o->err.bytes);
    if (o->work_fd >= 0)
        close(o->work_fd);
    if (o->work)
        landlock_done(o->work);
    free(o->work);
    sandbox_outcome_init(o);
}

int sandbox_open_result(int work_fd, const char *name, int64_t max_bytes, struct error *err)
{
    /* O_NONBLOCK: a FIFO must not keep us; RESOLVE_*: nothing the box made may lead us out. */
    struct open_how how = {
        .flags = O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
    };
    auto_fd int fd = (int)syscall(SYS_openat2, work_fd, name, &how, sizeof how);
    if (fd < 0) {
        if (errno == ENXIO) /* a FIFO or socket without a peer */
            return error_set(err, -EINVAL, "result '%s' is not a regular file", name);
        return error_errno(err, "open result '%s'", name);
    }
    struct stat st;
    if (fstat(fd, &st) < 0)
        return error_errno(err, "stat result '%s'", name);
    if (!S_ISREG(st.st_mode))
        return error_set(err, -EINVAL, "result '%s' is not a regular file", name);
    if (st.st_size > max_bytes)
        return error_set(err, -EFBIG, "result '%s' is larger than %lld bytes", name,
                         (long long)max_bytes);
    return steal_fd(&fd);
}

static int64_t at_least_0(int64_t n)
{
    return n < 0 ? 0 : n;
}

/* More CPU than all cores can have given: a counter or a clock is wrong, and so would a verdict be. */
static void check_plausible(struct sandbox_box *box, const struct sandbox_usage *usage,
                            int64_t from_ns)
{
    int64_t wall_us = at_least_0(box->empty_ns - from_ns) / NS_PER_US;
    int64_t n_cores = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t most_us = (wall_us + READING_SLACK_US) * (n_cores > 0 ? n_cores : 1);
    if (usage->cpu_us > most_us)
        error_set(&box->error, -ERANGE,
                  "impossible reading: %lld us of CPU in %lld us on %lld cores (%s)",
                  (long long)usage->cpu_us, (long long)wall_us, (long long)n_cores,
                  box->outcome.cpu_source);
}

static void measure(struct sandbox_box *box, bool started)
{
    struct sandbox_outcome *o = &box->outcome;
    int64_t cpu_ns, peak;
    meter_end(box, &cpu_ns, &peak);
    struct sandbox_usage *last = box->barrier && !o->ready ? &o->prepare : &o->run;
    int64_t from_cpu = o->ready ? box->ready_cpu_ns : box->start_cpu_ns;
    int64_t from = o->ready ? box->ready_ns : box->start_ns;
    if (o->ready) {
        o->prepare.cpu_us = at_least_0(box->ready_cpu_ns - box->start_cpu_ns) / NS_PER_US;
        o->prepare.wall_us = at_least_0(box->ready_ns - box->start_ns) / NS_PER_US;
    }
    /* box-init's share of the group's time: its end, and what it did since the command began. */
    int64_t ours = meter_is_sampled(box) ? 0 : box->teardown_cpu_ns;
    if (!meter_is_sampled(box) && !o->ready && box->init_cpu_ns > 0)
        ours += box->init_cpu_ns - box->init_start_cpu_ns;
    if (cpu_ns >= 0) /* a command that never began used none: what there is, box-init used */
        last->cpu_us = started ? at_least_0(cpu_ns - from_cpu - ours) / NS_PER_US : 0;
    last->wall_us = at_least_0(box->end_ns - from) / NS_PER_US;
    if (peak >= 0)
        last->memory_bytes = o->ready ? at_least_0(peak - box->ready_memory) : peak;
    o->tmpfs_bytes = meter_tmpfs_bytes(box);
    int64_t oom_kills = meter_is_sampled(box) ? 0 : cgroup_oom_kills(&box->cgroup);
    o->oom_kills = oom_kills > 0 ? (int)oom_kills : 0;
    /* Without its counters nobody knows what the box did: no verdict. */
    if (cpu_ns < 0 || oom_kills < 0)
        error_set(&box->error, -EIO,
                  "the counters of the box's control group cannot be read any more");
    o->cpu_source = meter_cpu_source(box);
    o->memory_source = peak < 0 ? "" : meter_memory_source(box);
    o->wall_source = "CLOCK_MONOTONIC";
    const struct sandbox_limits *limits = last == &o->prepare ? &box->prepare : &box->run;
    if (limits->cpu_us >= 0 && last->cpu_us > limits->cpu_us && !hole("cpu-limit"))
        box->hit_cpu = true;
    if (meter_is_sampled(box) && last->memory_bytes > limits->memory_bytes)
        box->hit_memory = true;
    if (box->kill_ns > 0)
        o->kill_us = at_least_0(box->empty_ns - box->kill_ns) / NS_PER_US;
    check_plausible(box, last, from);
    o->idle = box->hit_wall && last->cpu_us * IDLE_SHARE < last->wall_us;
}

/* How the command itself ended, when no limit of ours was in the way. */
static void judge_status(struct sandbox_box *box)
{
    struct sandbox_outcome *o = &box->outcome;
    if (box->not_executed) {
        o->end = SANDBOX_END_NOT_STARTED;
    } else if (!box->has_exited) {
        error_set(&box->error, -EIO, "box-init was killed from outside");
    } else if (WIFEXITED(box->status)) {
        o->end = SANDBOX_END_EXITED;
        o->exit_code = WEXITSTATUS(box->status);
    } else {
        o->end = SANDBOX_END_SIGNALED;
        o->signal = WTERMSIG(box->status);
        o->core_dumped = WCOREDUMP(box->status);
    }
}

static bool died_of_filter(const struct sandbox_box *box)
{
    return box->has_exited && WIFSIGNALED(box->status) && WTERMSIG(box->status) == SIGSYS;
}

void box_judge(struct sandbox_box *box)
{
    struct sandbox_outcome *o = &box->outcome;
    if (box->error.code)
        return;
    if (box->static_data) {
        o->end = SANDBOX_END_MEMORY;
        o->static_data = true;
        o->run = (struct sandbox_usage){0, 0, -1};
        return;
    }
    bool started = box->start_ns > 0;
    if (!started)
        box->start_ns = box->end_ns;
    measure(box, started);
    if (died_of_filter(box) && o->n_blocked == 0)
        notify_add(box, "unknown", "killed by the filter: a foreign architecture or a loud call",
                   box->end_ns);
    /* What our own counters prove goes before what the command's status says. */
    if (box->is_cancelled)
        o->end = SANDBOX_END_CANCELLED;
    else if (box->is_forbidden || died_of_filter(box))
        o->end = SANDBOX_END_FORBIDDEN;
    else if (box->hit_output)
        o->end = SANDBOX_END_OUTPUT;
    else if (o->oom_kills > 0 || box->hit_memory)
        o->end = SANDBOX_END_MEMORY;
    else if (box->hit_cpu)
        o->end = SANDBOX_END_CPU;
    else if (box->hit_wall)
        o->end = SANDBOX_END_WALL;
    else
        judge_status(box);
}
