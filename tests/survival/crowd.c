/* crowd TIER: 64 boxes at once, half of them hostile, each in its own way and bounded by itself.  The benign half
 * computes and prints; each must come out as if it had been alone, and each hostile one must end as its limit says. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/sandbox.h"
#include "sandbox/util.h"

#define N_BOXES   64
#define FORKS_MAX 100 /* of one bomb, each process */
#define MIB       ((int64_t)1 << 20)

/* ---- in the box ---- */

static uint32_t checksum(uint32_t seed)
{
    uint32_t x = seed | 1, sum = 0;
    for (int i = 0; i < 5000000; i++) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        sum += x;
    }
    return sum;
}

static int64_t cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int benign(const char *seed)
{
    printf("%08x\n", checksum((uint32_t)strtoul(seed, NULL, 10)));
    return fflush(stdout) == 0 ? 5 : 1;
}

/* Every process forks, for a second at most. */
static int forks(const char *unused)
{
    (void)unused;
    for (int i = 0; i < FORKS_MAX && cpu_ms() < 1000; i++)
        if (fork() < 0)
            usleep(1000);
    usleep(200000);
    return 0;
}

static int grows(const char *unused)
{
    (void)unused;
    for (int i = 0; i < 96; i++) {
        char *p = malloc((size_t)MIB);
        if (p)
            memset(p, 1, (size_t)MIB);
        usleep(1000); /* who only samples must have a chance to see it */
    }
    usleep(300000);
    return 0;
}

static int floods(const char *unused)
{
    static char bytes[65536];
    (void)unused;
    for (int i = 0; i < 256; i++)
        if (write(1, bytes, sizeof bytes) < 0)
            break;
    return 0;
}

static int spins(const char *unused)
{
    (void)unused;
    while (cpu_ms() < 5000)
        ;
    return 0;
}

/* ---- outside ---- */

static const struct kind {
    const char *name;
    int (*main)(const char *argument);
    int end; /* enum sandbox_end, -1: any */
} kinds[] = {
    {"benign", benign, SANDBOX_END_EXITED}, {"forks", forks, -1},
    {"benign", benign, SANDBOX_END_EXITED}, {"grows", grows, SANDBOX_END_MEMORY},
    {"benign", benign, SANDBOX_END_EXITED}, {"floods", floods, SANDBOX_END_OUTPUT},
    {"benign", benign, SANDBOX_END_EXITED}, {"spins", spins, SANDBOX_END_CPU},
};

struct member {
    const struct kind *kind;
    uint32_t seed;
    bool is_over;
};

static int n_wrong, n_over;

static void over(void *data, int r, struct sandbox_outcome *o, const struct error *err)
{
    struct member *m = data;
    m->is_over = true;
    n_over++;
    char want[16];
    snprintf(want, sizeof want, "%08x\n", checksum(m->seed));
    bool is_benign = m->kind->main == benign;
    bool right = r == 0 && (m->kind->end < 0 || (int)o->end == m->kind->end);
    if (right && is_benign)
        right = o->exit_code == 5 && o->out.n_kept == strlen(want) &&
                !memcmp(o->out.bytes, want, strlen(want));
    if (!right) {
        n_wrong++;
        printf("# %s: %s, end %d, exit code %d, signal %d, %lld us CPU, %lld us, %lld KiB\n",
               m->kind->name, r < 0 ? err->text : "wrong", o->end, o->exit_code, o->signal,
               (long long)o->run.cpu_us, (long long)o->run.wall_us,
               (long long)o->run.memory_bytes >> 10);
    }
    sandbox_outcome_done(o);
}

static int start(struct sandbox *sandbox, struct member *m, const struct sandbox_file *self)
{
    char seed[16];
    snprintf(seed, sizeof seed, "%u", m->seed);
    static const struct sandbox_mount mounts[] = {
        {SANDBOX_MOUNT_READ_ONLY, "/usr", "/usr", false},
        {SANDBOX_MOUNT_SYMLINK, "usr/lib", "/lib", false},
        {SANDBOX_MOUNT_SYMLINK, "usr/lib64", "/lib64", true},
        {SANDBOX_MOUNT_READ_ONLY, "/etc/ld.so.cache", "/etc/ld.so.cache", true},
    };
    bool is_benign = m->kind->main == benign;
    struct sandbox_policy p = {
        .argv = (const char *const[]){"./self", "in-box", m->kind->name, seed, NULL},
        .env = (const char *const[]){"LC_ALL=C.UTF-8", NULL},
        .profile = SANDBOX_PROFILE_PROCESSES,
        .mounts = mounts,
        .n_mounts = ARRAY_LEN(mounts),
        .files = self,
        .n_files = 1,
        .stdin_fd = -1,
        .n_processes = 32,
        .output_bytes = 1 * MIB,
        .run = {.cpu_us = is_benign ? 10000000 : 300000,
                .wall_us = 120000000,
                .memory_bytes = 32 * MIB},
    };
    if (m->kind->main == forks)
        p.run.cpu_us = 500000;
    struct error err = ERROR_INIT;
    int r = sandbox_start(sandbox, &p, over, m, NULL, &err);
    if (r < 0)
        printf("# start: %s\n", err.text);
    return r;
}

int main(int argc, char **argv)
{
    enum sandbox_tier tier;
    if (argc == 4 && !strcmp(argv[1], "in-box")) {
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
            if (!strcmp(argv[2], kinds[i].name))
                return kinds[i].main(argv[3]);
        return 99;
    }
    if (argc != 2 || sandbox_tier_parse(argv[1], &tier) < 0) {
        fprintf(stderr, "usage: crowd TIER\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 4096);
    struct sandbox *sandbox;
    struct error err = ERROR_INIT;
    if (sandbox_new(&sandbox, &(struct sandbox_options){.want = tier}, &err) < 0) {
        printf("# %s\n", err.text);
        return err.code == -ENOTSUP ? 3 : 1;
    }
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct sandbox_file self = {"self", fd, true};
    static struct member members[N_BOXES];
    int r = fd < 0 ? -1 : 0, n_started = 0;
    for (int i = 0; i < N_BOXES && r == 0; i++) {
        members[i] =
            (struct member){&kinds[(size_t)i % ARRAY_LEN(kinds)], (uint32_t)i * 7919 + 1, false};
        r = start(sandbox, &members[i], &self);
        n_started += r == 0;
    }
    int n_left = n_started;
    while (n_left > 0 && (n_left = sandbox_step(sandbox, -1, &err)) > 0)
        ;
    if (n_left < 0)
        printf("# step: %s\n", err.text);
    sandbox_free(sandbox);
    printf("# %d boxes at once, %d over, %d wrong\n", n_started, n_over, n_wrong);
    return r < 0 || n_left < 0 || n_wrong > 0 || n_over != N_BOXES;
}
