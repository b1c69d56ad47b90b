/* The judge: a sandbox, the languages loaded so far and a cache, for any number of submissions (submission.c). */
#include "judge/judge.h"

#include <errno.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/machine.h"
#include "judge/problem_packages.h"
#include "sandbox/util.h"

int judge_new(struct judge **ret, const struct judge_options *options, struct error *err)
{
    if (sodium_init() < 0)
        return error_set(err, -EIO, "libsodium does not start");
    struct judge *judge = calloc(1, sizeof *judge);
    if (!judge)
        return error_oom(err);
    judge->options = *options;
    judge->cache.dir_fd = -1;
    if (judge->options.n_jobs < 1)
        judge->options.n_jobs = 1;
    if (judge->options.n_jobs > JUDGE_JOBS_MAX)
        judge->options.n_jobs = JUDGE_JOBS_MAX;
    judge->n_cores = machine_usable_cores(judge->cores, JUDGE_JOBS_MAX);
    cache_open(&judge->cache, NULL);
    int r = sandbox_new(&judge->sandbox, &options->sandbox, err);
    if (r < 0) {
        judge_free(judge);
        return r;
    }
    *ret = judge;
    return 0;
}

void judge_free(struct judge *judge)
{
    if (!judge)
        return;
    sandbox_free(judge->sandbox); /* and the servers */
    for (size_t i = 0; i < judge->n_languages; i++)
        language_free(judge->languages[i]);
    cache_close(&judge->cache);
    free(judge);
}

int judge_language(struct judge *judge, const char *name, struct language **ret, struct error *err)
{
    return judge_language_of(judge, NULL, name, ret, err);
}

int judge_language_of(struct judge *judge, const struct problem *problem, const char *name,
                      struct language **ret, struct error *err)
{
    const char *packages = problem_packages_for(problem, name);
    for (size_t i = 0; i < judge->n_languages; i++)
        if (strcmp(judge->languages[i]->name, name) == 0 &&
            strcmp(judge->languages[i]->packages, packages) == 0) {
            *ret = judge->languages[i];
            return 0;
        }
    if (judge->n_languages == ARRAY_LEN(judge->languages))
        return error_set(err, -E2BIG, "more than %zu languages in one judge",
                         ARRAY_LEN(judge->languages));
    int r = language_load(&judge->options.dirs, name, ret, err);
    if (r < 0)
        return r;
    snprintf((*ret)->packages, sizeof(*ret)->packages, "%s", packages);
    judge->languages[judge->n_languages++] = *ret;
    return 0;
}

void judge_pin(struct judge *judge, int job)
{
    if (judge->options.n_jobs > 1)
        sandbox_pin(judge->sandbox, judge->cores[job % judge->n_cores]);
}

void judge_unpin(struct judge *judge)
{
    sandbox_pin(judge->sandbox, -1);
}

int judge_step(struct judge *judge, int cancel_fd, struct error *err)
{
    struct pollfd fds[] = {
        {.fd = sandbox_epoll_fd(judge->sandbox), .events = POLLIN},
        {.fd = cancel_fd, .events = POLLIN},
    };
    if (cancel_fd >= 0) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return error_errno(err, "poll");
        if (fds[1].revents)
            return error_set(err, -ECANCELED, "cancelled");
    }
    int r = sandbox_step(judge->sandbox, cancel_fd >= 0 ? 0 : -1, err);
    return r < 0 ? r : 0;
}

int judge_wait(struct judge *judge, const bool *over, int cancel_fd, struct error *err)
{
    int r = 0;
    while (r >= 0 && !*over)
        r = judge_step(judge, cancel_fd, err);
    if (!*over)
        sandbox_cancel_all(judge->sandbox);
    while (!*over && sandbox_step(judge->sandbox, -1, NULL) > 0)
        ;
    return r < 0 ? r : 0;
}
