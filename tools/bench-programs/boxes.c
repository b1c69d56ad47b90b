/* What one box costs in a running judge, beside the same program without one.  Linked with libsandbox.a.
 *
 *     boxes turns RUNS QUIET_MS PROGRAM     posix_spawn + wait and a box, in turns: medians in ms
 *     boxes spare RUNS QUIET_MS PROGRAM     the same, with a box prepared ahead waiting for each
 *     boxes many N SECONDS PROGRAM          N boxes at once for so long: boxes per second
 *
 * PROGRAM: a static one; the box shows it and nothing else.  Prints one JSON object. */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/sandbox.h"

#define RUNS_MAX 10000
#define FEW      3 /* runs that do not count */

static double now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec * 1e-6;
}

static void quiet(long ms)
{
    struct timespec ts = {ms / 1000, ms % 1000 * 1000000};
    if (ms > 0)
        nanosleep(&ts, NULL);
}

static int die(const char *what)
{
    fprintf(stderr, "boxes: %s\n", what);
    exit(1);
}

static double spawn_once(const char *program)
{
    char *argv[] = {(char *)(unsigned long)program, NULL}, *env[] = {NULL};
    double began = now_ms();
    pid_t pid;
    int status = 0;
    if (posix_spawn(&pid, program, NULL, NULL, argv, env) != 0 || waitpid(pid, &status, 0) != pid ||
        status != 0)
        die("posix_spawn failed");
    return now_ms() - began;
}

static const char *const argv_in_box[] = {"/program", NULL};
static const char *const env_in_box[] = {NULL};

static struct sandbox_policy policy_of(const struct sandbox_mount *mount)
{
    return (struct sandbox_policy){.argv = argv_in_box,
                                   .env = env_in_box,
                                   .profile = SANDBOX_PROFILE_RUN,
                                   .mounts = mount,
                                   .n_mounts = 1,
                                   .stdin_fd = -1,
                                   .run = {.cpu_us = 1000000, .memory_bytes = 64 << 20}};
}

static double box_once(struct sandbox *sandbox, const struct sandbox_policy *policy)
{
    struct sandbox_outcome outcome;
    struct error err = ERROR_INIT;
    double began = now_ms();
    if (sandbox_run(sandbox, policy, -1, &outcome, &err) < 0)
        die(err.text);
    double took = now_ms() - began;
    if (outcome.end != SANDBOX_END_EXITED || outcome.exit_code != 0)
        die("the program failed in its box");
    sandbox_outcome_done(&outcome);
    return took;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void turns(struct sandbox *sandbox, const struct sandbox_policy *policy, const char *program,
                  int runs, long quiet_ms)
{
    static double spawned[RUNS_MAX], boxed[RUNS_MAX];
    for (int i = -FEW; i < runs; i++) {
        quiet(quiet_ms);
        double plain = spawn_once(program);
        quiet(quiet_ms);
        double box = box_once(sandbox, policy);
        if (i >= 0) {
            spawned[i] = plain;
            boxed[i] = box;
        }
    }
    qsort(spawned, (size_t)runs, sizeof *spawned, ascending);
    qsort(boxed, (size_t)runs, sizeof *boxed, ascending);
    printf("{\"runs\": %d, \"quiet_ms\": %ld, \"spawn_ms\": %.4f, \"box_ms\": %.4f, "
           "\"box_p90_ms\": %.4f, \"tier\": \"%s\"}\n",
           runs, quiet_ms, spawned[runs / 2], boxed[runs / 2], boxed[runs * 9 / 10],
           sandbox_tier_name(sandbox_tier_of(sandbox)));
}

struct crowd {
    struct sandbox *sandbox;
    const struct sandbox_policy *policy;
    double until_ms;
    long n_done;
};

static void over(void *data, int r, struct sandbox_outcome *outcome, const struct error *err)
{
    struct crowd *crowd = data;
    if (r < 0)
        die(err->text);
    sandbox_outcome_done(outcome);
    crowd->n_done++;
}

static void many(struct sandbox *sandbox, const struct sandbox_policy *policy, int n,
                 double seconds)
{
    struct crowd crowd = {sandbox, policy, 0, 0};
    struct error err = ERROR_INIT;
    double began = now_ms();
    crowd.until_ms = began + seconds * 1e3;
    int running = 0;
    do {
        for (; running < n && now_ms() < crowd.until_ms; running++)
            if (sandbox_start(sandbox, policy, over, &crowd, NULL, &err) < 0)
                die(err.text);
        running = sandbox_step(sandbox, -1, &err);
        if (running < 0)
            die(err.text);
    } while (running > 0 || now_ms() < crowd.until_ms);
    printf("{\"at_once\": %d, \"boxes_per_s\": %.1f}\n", n,
           (double)crowd.n_done / (now_ms() - began) * 1e3);
}

int main(int argc, char **argv)
{
    struct sandbox *sandbox = NULL;
    struct error err = ERROR_INIT;
    if (argc != 5) {
        fprintf(stderr,
                "usage: boxes turns|spare RUNS QUIET_MS PROGRAM | many N SECONDS PROGRAM\n");
        return 2;
    }
    const struct sandbox_mount mount = {SANDBOX_MOUNT_READ_ONLY, argv[4], "/program", false};
    struct sandbox_policy policy = policy_of(&mount);
    policy.spare = strcmp(argv[1], "spare") == 0;
    if (sandbox_new(&sandbox, NULL, &err) < 0)
        die(err.text);
    long first = strtol(argv[2], NULL, 10), second = strtol(argv[3], NULL, 10);
    if (first < 1 || first > RUNS_MAX || second < 0)
        die("numbers out of range");
    if (strcmp(argv[1], "many") != 0)
        turns(sandbox, &policy, argv[4], (int)first, second);
    else
        many(sandbox, &policy, (int)first, (double)second);
    sandbox_free(sandbox);
    return 0;
}
