/* Policies made of hostile bytes (sandbox/policy.c).
 *
 * Input, read in the order of make_policy(): numbers of 1, 2 or 8 bytes (little-endian), strings that end in 0;
 * where it has ended everything is 0.  Properties: defaults are filled in once; a policy that is refused is told
 * why; in one that is accepted every name is a name, every number is distinct and in its range, and the
 * arithmetic that a box does with its limits does not overflow (the sanitizer watches). */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "sandbox/box_config.h"
#include "sandbox/policy.h"
#include "tests/fuzz/fuzz.h"

#define FDS    70
#define FILES  140
#define MOUNTS 5000

struct input {
    const uint8_t *at, *end;
};

static int64_t number(struct input *in, size_t width)
{
    uint64_t n = 0;
    for (size_t i = 0; i < width; i++)
        if (in->at < in->end)
            n |= (uint64_t)*in->at++ << (8 * i);
    return (int64_t)n;
}

/* Points into the input, which ends in a 0; NULL for the text "\1". */
static const char *text(struct input *in)
{
    static const char nothing[] = "";
    if (in->at >= in->end)
        return nothing;
    const char *s = (const char *)in->at;
    in->at += strlen(s) + 1;
    return strcmp(s, "\1") ? s : NULL;
}

static struct sandbox_fd fds[FDS];
static struct sandbox_file files[FILES];
static struct sandbox_mount mounts[MOUNTS];
static const char *argv[2];

static struct sandbox_limits limits(struct input *in)
{
    int64_t cpu_us = number(in, 8), wall_us = number(in, 8), memory_bytes = number(in, 8);
    return (struct sandbox_limits){cpu_us, wall_us, memory_bytes};
}

static struct sandbox_policy make_policy(struct input *in)
{
    struct sandbox_policy p = {.argv = argv, .fds = fds, .files = files, .mounts = mounts};
    p.profile = (enum sandbox_profile)(number(in, 1) % (SANDBOX_N_PROFILES + 2));
    p.barrier = number(in, 1) & 1;
    p.ready_target = (int8_t)number(in, 1);
    p.go_target = (int8_t)number(in, 1);
    p.run = limits(in);
    p.prepare = limits(in);
    p.output_bytes = number(in, 8);
    p.file_bytes = number(in, 8);
    p.work_bytes = number(in, 8);
    p.n_processes = (int)number(in, 8);
    p.n_open_files = (int)number(in, 8);
    p.out.keep_bytes = (size_t)number(in, 8);
    p.n_fds = (size_t)number(in, 1) % FDS;
    p.n_files = (size_t)number(in, 1) % FILES;
    p.n_mounts = (size_t)number(in, 2) % MOUNTS;
    argv[0] = text(in);
    for (size_t i = 0; i < p.n_fds; i++)
        fds[i] = (struct sandbox_fd){0, (int8_t)number(in, 1)};
    for (size_t i = 0; i < p.n_files; i++)
        files[i] = (struct sandbox_file){text(in), 0, false};
    for (size_t i = 0; i < p.n_mounts; i++) {
        mounts[i].kind = (enum sandbox_mount_kind)(number(in, 1) % 4);
        mounts[i].source = text(in);
        mounts[i].target = text(in);
    }
    return p;
}

/* What box.c and launch.c do with them. */
static void check_arithmetic(const struct sandbox_policy *p, const struct sandbox_limits *l)
{
    const int64_t now_ns = INT64_MAX / 4; /* 73 years of uptime */
    if (l->cpu_us >= 0)
        CHECK(l->cpu_us * 1000 - now_ns <= INT64_MAX && now_ns + l->cpu_us * 1000 >= 0);
    if (l->wall_us >= 0)
        CHECK(now_ns + l->wall_us * 1000 >= 0);
    CHECK(l->memory_bytes >= 1 << 20 && l->memory_bytes + l->memory_bytes > 0);
    CHECK(p->n_processes >= 1 && p->n_processes <= 1 << 22);
    CHECK(p->work_bytes + (1LL << 40) > 0);
}

static bool is_sane_name(const char *name)
{
    size_t n = strlen(name);
    return n > 0 && n < 256 && !memchr(name, '/', n) && strcmp(name, ".") && strcmp(name, "..");
}

static void check_accepted(const struct sandbox_policy *p)
{
    check_arithmetic(p, &p->run);
    check_arithmetic(p, &p->prepare);
    CHECK(p->argv[0] && p->profile < SANDBOX_N_PROFILES);
    CHECK(p->output_bytes > 0 && p->file_bytes > 0 && p->work_bytes > 0 && p->n_open_files >= 3);
    CHECK(p->out.keep_bytes > 0 && p->err.keep_bytes > 0);
    bool taken[BOX_MIN_FD] = {false, false, false};
    for (size_t i = 0; i < p->n_fds; i++) {
        int target = p->fds[i].target;
        CHECK(target >= 3 && target < BOX_MIN_FD && !taken[target]);
        taken[target] = true;
    }
    if (p->barrier) {
        CHECK(p->ready_target >= 3 && p->ready_target < BOX_MIN_FD && !taken[p->ready_target]);
        CHECK(p->go_target >= 3 && p->go_target < BOX_MIN_FD && !taken[p->go_target]);
        CHECK(p->ready_target != p->go_target);
    }
    for (size_t i = 0; i < p->n_files; i++)
        CHECK(is_sane_name(p->files[i].name));
    for (size_t i = 0; i < p->n_mounts; i++)
        CHECK(p->mounts[i].target[0] == '/' &&
              (p->mounts[i].kind == SANDBOX_MOUNT_EMPTY || p->mounts[i].source));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = calloc(size + 1, 1);
    CHECK(copy);
    if (size > 0)
        memcpy(copy, data, size);
    struct input in = {(const uint8_t *)copy, (const uint8_t *)copy + size};
    struct sandbox_policy p = make_policy(&in);
    policy_fill(&p);
    struct sandbox_policy again = p;
    policy_fill(&again);
    CHECK(again.run.wall_us == p.run.wall_us && again.prepare.wall_us == p.prepare.wall_us &&
          again.n_processes == p.n_processes && again.output_bytes == p.output_bytes);
    struct error err = ERROR_INIT;
    int r = policy_check(&p, &err);
    CHECK(r == 0 || (r == -EINVAL && err.code == r && err.text[0]));
    if (r == 0)
        check_accepted(&p);
    free(copy);
    return 0;
}
