/* Which test of a submission runs next, how many at once, and which is run once more. */
#include "judge/schedule_order.h"

#include <stdint.h>
#include <stdlib.h>

#include "judge/noise.h"
#include "judge/repeats.h"
#include "judge/submission.h"
#include "sandbox/util.h"

/* ---- once more ---- */

#define STEAL_NOISY_PERCENT 2

static bool was_noisy(const struct job *job, const struct test_result *result)
{
    if (!job->alone)
        return true;
    struct noise_sample now;
    noise_now(&now);
    if (now.steal_us < 0 || job->before.steal_us < 0)
        return false;
    double stolen_us = (double)(now.steal_us - job->before.steal_us);
    return result->run.wall_us > 0 &&
           stolen_us * 100 > STEAL_NOISY_PERCENT * (double)result->run.wall_us;
}

/* A TLE that is borderline, or measured while something else ran, deserves one more run, alone; a failure of ours
 * one more try. */
static bool deserves_rerun(const struct run *run, const struct job *job,
                           const struct test_result *result)
{
    if (result->rerun)
        return false;
    if (result->verdict == VERDICT_JE)
        return true;
    const struct test_limits *limits = &run->record->groups[result->group].limits;
    bool borderline = result->run.cpu_us < limits->cpu_ms * 1200;
    return result->verdict == VERDICT_TLE &&
           ((borderline && !result->idle) || was_noisy(job, result));
}

/* Are there repeats to come?  Counts this one. */
static bool repeats_go_on(struct run *run, struct test_result *result, uint64_t answer)
{
    size_t wanted = run->submission->repeats > 1 ? (size_t)run->submission->repeats : 1;
    if (wanted == 1)
        return false;
    if (repeats_take(result, answer) < 0) {
        run->r = run->r < 0 ? run->r : error_oom(&run->error);
        return false;
    }
    bool final = result->verdict == VERDICT_JE || result->verdict == VERDICT_SV;
    if (!final && result->n_samples < wanted)
        return true;
    repeats_settle(result);
    return false;
}

/* Nothing is guessed of a test whose verdict does not reproduce: it fails no group. */
static bool failed_for_certain(const struct test_result *result)
{
    return result->verdict != VERDICT_AC && result->verdict != VERDICT_NONE;
}

bool schedule_settle(struct job *job)
{
    struct run *run = job->run;
    struct test_result *result = &run->record->tests[job->test];
    if (run->exclusive == job)
        run->exclusive = NULL;
    if (run->r < 0)
        return false;
    bool again = deserves_rerun(run, job, result);
    bool more = !again && repeats_go_on(run, result, job->answer);
    if (run->r < 0)
        return false;
    result->rerun = again;
    if (again || more)
        run->pending[run->n_pending++] = job->test;
    return again || more;
}

void schedule_test_over(struct job *job)
{
    struct run *run = job->run;
    const struct test_result *result = &run->record->tests[job->test];
    if (run->r < 0)
        return;
    if (failed_for_certain(result)) {
        if (job->test < run->failed[result->group])
            run->failed[result->group] = job->test;
        run->record->failed_fast = run->record->failed_fast || run->submission->fail_fast;
    }
    if (result->verdict == VERDICT_SV)
        run->stop = true;
    submission_emit(run, JUDGE_TEST_DONE, NULL, result);
}

/* ---- the next ---- */

/* Passes over tests that need not run.  False: no other is left. */
static bool find_next(struct run *run)
{
    for (; run->next < run->record->n_tests && !run->record->failed_fast; run->next++) {
        size_t test = run->order[run->next];
        struct test_result *result = &run->record->tests[test];
        if (!run->record->groups[result->group].offered)
            continue;
        /* A group is decided by its first test that is not accepted: the rest of it need not run.  Of samples
         * people want to see all. */
        if (run->submission->samples_only || run->failed[result->group] >= test)
            return true;
        result->skip_reason = "the group had failed already";
    }
    return false;
}

bool schedule_has_more(struct run *run)
{
    return run->n_pending > 0 || (!run->stop && find_next(run));
}

enum { PICK_NONE = -1, PICK_WAIT = -2 };

/* The next test to start; PICK_WAIT: only after the ones that run are over. */
static int64_t pick_test(struct run *run)
{
    if (run->exclusive)
        return PICK_WAIT;
    if (run->n_pending > 0) {
        size_t test = run->pending[0];
        if (run->record->tests[test].rerun && run->n_busy > 0)
            return PICK_WAIT;
        run->n_pending--;
        for (size_t i = 0; i < run->n_pending; i++)
            run->pending[i] = run->pending[i + 1];
        return (int64_t)test;
    }
    return find_next(run) ? (int64_t)run->order[run->next++] : PICK_NONE;
}

static struct job *free_job(struct run *run)
{
    for (int i = 0; i < run->judge->options.n_jobs; i++)
        if (!run->jobs[i].busy)
            return &run->jobs[i];
    return NULL;
}

static int start_next(struct run *run, struct job *job, size_t test, struct error *err)
{
    if (run->record->tests[test].rerun)
        run->exclusive = job;
    return submission_start_test(run, job, test, err);
}

static int run_all(struct run *run, struct error *err)
{
    int r = 0;
    while (r >= 0 && run->r == 0) {
        struct job *job = NULL;
        while (r >= 0 && run->r == 0 && !run->stop && (job = free_job(run)) != NULL) {
            int64_t next = pick_test(run);
            if (next < 0)
                break;
            r = start_next(run, job, (size_t)next, err);
        }
        if (run->n_busy == 0)
            break;
        if (r >= 0 && run->r == 0)
            r = judge_step(run->judge, run->submission->cancel_fd, err);
    }
    return r;
}

static void warn_of_shared_cores(struct run *run)
{
    int n_jobs = run->judge->options.n_jobs, n_cores = run->judge->n_cores;
    if (n_jobs <= n_cores)
        return;
    char text[160];
    snprintf(text, sizeof text,
             "%d boxes at once on %d core%s: they share cores, and times are longer for it", n_jobs,
             n_cores, n_cores == 1 ? "" : "s");
    submission_warn(run, text);
}

int schedule_run(struct run *run, struct error *err)
{
    struct record *record = run->record;
    run->jobs = calloc((size_t)run->judge->options.n_jobs, sizeof *run->jobs);
    run->order = calloc(record->n_tests + 1, sizeof *run->order);
    run->failed = calloc(record->n_groups + 1, sizeof *run->failed);
    if (!run->jobs || !run->order || !run->failed)
        return error_oom(err);
    for (size_t g = 0; g < record->n_groups; g++)
        run->failed[g] = SIZE_MAX;
    int r = schedule_order(run, err);
    if (r < 0)
        return r;
    warn_of_shared_cores(run);
    r = run_all(run, err);
    for (; run->next < record->n_tests; run->next++) {
        struct test_result *left = &record->tests[run->order[run->next]];
        if (record->failed_fast && record->groups[left->group].offered)
            left->skip_reason = "left out after the first failure";
    }
    /* On failure boxes may still run: they end before their callbacks' memory does. */
    run->r = r < 0 && run->r == 0 ? r : run->r;
    sandbox_cancel_all(run->judge->sandbox);
    while (run->n_busy > 0 && sandbox_step(run->judge->sandbox, -1, NULL) >= 0)
        ;
    if (r >= 0 && run->r < 0 && err)
        *err = run->error;
    return run->r;
}
