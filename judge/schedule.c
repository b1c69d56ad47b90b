/* Which test of a submission runs next, how many at once, and which is run once more. */
#include <stdlib.h>

#include "judge/noise.h"
#include "judge/submission.h"
#include "sandbox/util.h"

/* ---- once more ---- */

#define STEAL_NOISY_PERCENT 2

static bool was_noisy(const struct job *job, const struct test_result *result)
{
    if (!job->alone)
        return true;
    double stolen_us =
        (double)(steal_ticks() - job->steal_ticks) * 1e6 / (double)sysconf(_SC_CLK_TCK);
    return result->run.wall_us > 0 &&
           stolen_us * 100 > STEAL_NOISY_PERCENT * (double)result->run.wall_us;
}

/* A TLE that is borderline, or measured while something else ran, deserves one more run, alone; a failure of ours
 * one more try. */
static bool deserves_rerun(const struct run *run, const struct job *job,
                           const struct test_result *result)
{
    if (result->repeats > 1)
        return false;
    if (result->verdict == VERDICT_JE)
        return true;
    const struct test_limits *limits = &run->record->groups[result->group].limits;
    bool borderline = result->run.cpu_us < limits->cpu_ms * 1200;
    return result->verdict == VERDICT_TLE &&
           ((borderline && !result->idle) || was_noisy(job, result));
}

void schedule_test_over(struct job *job)
{
    struct run *run = job->run;
    struct test_result *result = &run->record->tests[job->test];
    result->again = run->r == 0 && deserves_rerun(run, job, result);
    if (result->again)
        return; /* pick_test() finds it again */
    if (result->verdict == VERDICT_SV)
        run->stop = true;
    if (run->r == 0)
        submission_emit(run, JUDGE_TEST_DONE, NULL, result);
}

/* ---- the next ---- */

static bool is_running(const struct run *run, size_t test)
{
    for (int i = 0; i < run->judge->options.n_jobs; i++)
        if (run->jobs[i].busy && run->jobs[i].test == test)
            return true;
    return false;
}

/* A group is decided by its first test that is not accepted: the rest of it need not run. */
static bool group_failed(const struct run *run, size_t group, size_t before)
{
    for (size_t i = 0; i < before; i++) {
        const struct test_result *result = &run->record->tests[i];
        if (result->group == group && result->status != TEST_SKIPPED &&
            result->verdict != VERDICT_AC)
            return true;
    }
    return false;
}

enum { PICK_NONE = -1, PICK_WAIT = -2 };

/* The next test to start; PICK_WAIT: only after the ones that run are over. */
static int64_t pick_test(struct run *run)
{
    for (size_t i = 0; i < run->record->n_tests; i++) {
        struct test_result *result = &run->record->tests[i];
        if (!run->record->groups[result->group].offered || is_running(run, i))
            continue;
        if (result->again)
            return run->n_busy ? PICK_WAIT : (int64_t)i;
        if (result->status != TEST_SKIPPED)
            continue;
        if (group_failed(run, result->group, i)) {
            result->skip_reason = "the group had failed already";
            continue;
        }
        return (int64_t)i;
    }
    return PICK_NONE;
}

static struct job *free_job(struct run *run)
{
    for (int i = 0; i < run->judge->options.n_jobs; i++)
        if (!run->jobs[i].busy)
            return &run->jobs[i];
    return NULL;
}

int schedule_run(struct run *run, struct error *err)
{
    run->jobs = calloc((size_t)run->judge->options.n_jobs, sizeof *run->jobs);
    if (!run->jobs)
        return error_oom(err);
    int r = 0;
    while (r >= 0 && run->r == 0) {
        struct job *job = NULL;
        while (r >= 0 && run->r == 0 && !run->stop && (job = free_job(run)) != NULL) {
            int64_t next = pick_test(run);
            if (next < 0)
                break;
            bool alone = run->record->tests[next].again;
            run->record->tests[next].again = false;
            r = submission_start_test(run, job, (size_t)next, err);
            if (alone)
                break;
        }
        if (run->n_busy == 0)
            break;
        if (r >= 0 && run->r == 0)
            r = judge_step(run->judge, run->submission->cancel_fd, err);
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
