/* One test of a submission: its calls, one box after another, then its comparison or the package's checker; then its
 * result stands in the record. */
#include <errno.h>
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/checker.h"
#include "judge/noise.h"
#include "judge/submission.h"
#include "sandbox/util.h"

/* ---- what was returned, and what it is worth ---- */

static void take_comparison(struct job *job, const struct comparison *comparison,
                            struct test_result *result)
{
    job->comparison = *comparison;
    result->verdict = comparison->equal ? VERDICT_AC : VERDICT_WA;
    result->credit = comparison->credit;
    if (comparison->equal)
        return;
    bool host = comparison->host_message[0] && job->run->submission->reveal;
    char hint[TEST_HINT_MAX];
    snprintf(hint, sizeof hint, "wrong %s", comparison->kind);
    test_say(result, hint, "%.420s%s%.340s%s", comparison->message, host ? " [" : "",
             host ? comparison->host_message : "", host ? "]" : "");
}

static void say_error(struct test_result *result, const char *hint, const struct error *err)
{
    char text[TEST_MESSAGE_MAX];
    test_say(result, hint, "%s", error_format(err, text, sizeof text));
}

/* The calls of a job's test with what they returned; all are held. */
static void answered_runs(const struct job *job, struct answered_run runs[COMPARE_RUNS_MAX])
{
    const struct test *test = &job->run->testset.tests[job->test];
    for (size_t i = 0; i < job->n_held; i++)
        runs[i] =
            (struct answered_run){test->runs[i].args, test->runs[i].args_size, &job->held[i].frame};
}

/* An own input without "expected": nothing to compare, unless a checker decides by itself. */
static bool has_no_answer(const struct run *run, const struct test *test)
{
    const struct checker *checker =
        comparator_checker(run->submission->problem->groups[test->group].comparator);
    return run->submission->own && test->expected_size == 0 &&
           !(checker && !checker_wants_expected(checker));
}

static void compare(struct job *job, const struct test *test, struct test_result *result)
{
    struct run *run = job->run;
    const struct problem *problem = run->submission->problem;
    struct comparison comparison = {0};
    struct error err = ERROR_INIT;
    struct answered_run runs[COMPARE_RUNS_MAX];
    answered_runs(job, runs);
    if (has_no_answer(run, test)) {
        run->record->uncompared = true;
        result->verdict = VERDICT_AC;
        result->credit = 1;
        return;
    }
    int r = answer_compare(problem->groups[test->group].comparator, &problem->signature, runs,
                           test->expected, test->expected_size, &comparison, &err);
    if (r < 0) {
        result->verdict = VERDICT_JE;
        say_error(result, "", &err);
        return;
    }
    take_comparison(job, &comparison, result);
}

static void keep_output(struct test_result *result, struct sandbox_outcome *box)
{
    if (result->hidden)
        return;
    free(result->out);
    free(result->err);
    result->out = steal(&box->out.bytes);
    result->n_out = box->out.n_kept;
    result->err = steal(&box->err.bytes);
    result->n_err = box->err.n_kept;
}

static struct sandbox_usage larger(struct sandbox_usage a, struct sandbox_usage b)
{
    return (struct sandbox_usage){
        .cpu_us = a.cpu_us > b.cpu_us ? a.cpu_us : b.cpu_us,
        .wall_us = a.wall_us > b.wall_us ? a.wall_us : b.wall_us,
        .memory_bytes = a.memory_bytes > b.memory_bytes ? a.memory_bytes : b.memory_bytes,
    };
}

/* Over the life of the box, preparation included; NAN: not known. */
static double switches_per_s(const struct sandbox_outcome *box)
{
    int64_t life_us = box->run.wall_us + (box->prepare.wall_us > 0 ? box->prepare.wall_us : 0);
    if (box->involuntary_switches < 0 || box->run.wall_us < 0 || life_us <= 0)
        return NAN;
    return (double)box->involuntary_switches * 1e6 / (double)life_us;
}

/* Two runs that returned the same bytes have the same hash; 0 stands for nothing returned. */
static uint64_t hash_answers(const struct job *job)
{
    uint64_t hash = 0;
    crypto_generichash_state state;
    unsigned char sum[crypto_generichash_BYTES];
    if (job->n_held == 0)
        return 0;
    crypto_generichash_init(&state, NULL, 0, sizeof sum);
    for (size_t i = 0; i < job->n_held; i++)
        crypto_generichash_update(&state, job->held[i].mapping.bytes, job->held[i].mapping.size);
    crypto_generichash_final(&state, sum, sizeof sum);
    memcpy(&hash, sum, sizeof hash);
    return hash ? hash : 1;
}

/* A call is over: what it used, and what it returned if it did. */
static void hold(struct job *job, struct call_outcome *outcome)
{
    bool first = job->n_held == 0;
    job->prepare = first ? outcome->box.prepare : larger(job->prepare, outcome->box.prepare);
    job->used = first ? outcome->box.run : larger(job->used, outcome->box.run);
    job->switches_per_s = fmax(job->switches_per_s, switches_per_s(&outcome->box));
    if (outcome->verdict != VERDICT_NONE)
        return;
    job->held[job->n_held++] = (struct held_answer){outcome->result_mapping, outcome->result};
    outcome->result_mapping = (struct mapping){0};
    outcome->result = (struct frame){0};
}

static void drop_held(struct job *job)
{
    for (size_t i = 0; i < job->n_held; i++) {
        frame_done(&job->held[i].frame);
        mapping_done(&job->held[i].mapping);
    }
    job->n_held = 0;
}

static void take_noise(const struct job *job, struct test_result *result)
{
    struct noise_sample now;
    noise_now(&now);
    struct noise noise = noise_between(&job->before, &now);
    noise.switches_per_s = job->switches_per_s;
    result->noise = result->n_samples > 0 ? noise_worse(result->noise, noise) : noise;
    result->shares_core =
        result->shares_core ||
        (!job->alone && job->run->judge->n_cores < job->run->judge->options.n_jobs);
}

static void take_outcome(struct job *job, const struct test *test, struct call_outcome *outcome,
                         struct test_result *result)
{
    struct run *run = job->run;
    struct sandbox_outcome *box = &outcome->box;
    result->status = TEST_RUN;
    result->skip_reason = NULL;
    result->repeats++;
    result->n_calls = test->n_runs;
    result->prepare = job->prepare;
    result->run = job->used;
    take_noise(job, result);
    result->exit_code = box->end == SANDBOX_END_EXITED ? box->exit_code : -1;
    result->signal = box->end == SANDBOX_END_SIGNALED ? box->signal : 0;
    result->idle = box->idle;
    result->output_truncated = box->out.total_bytes > (int64_t)box->out.n_kept ||
                               box->err.total_bytes > (int64_t)box->err.n_kept;
    result->cpu_source = box->cpu_source;
    result->memory_source = box->memory_source;
    result->wall_source = box->wall_source;
    result->warm = box->warm;
    if (test_block(result, box->blocked, box->n_blocked) < 0 && run->r == 0)
        run->r = error_oom(&run->error);
    result->verdict = outcome->verdict;
    result->tmpfs_bytes = outcome->verdict == VERDICT_MLE ? box->tmpfs_bytes : -1;
    test_say(result, outcome->hint, "%s", outcome->message);
    result->line = outcome->line;
    result->hint_line = outcome->hint_line;
    if (outcome->verdict == VERDICT_NONE)
        compare(job, test, result);
    keep_output(result, box);
}

static void take_failure(const struct error *err, struct test_result *result)
{
    result->status = TEST_INCONCLUSIVE;
    result->skip_reason = NULL;
    result->repeats++;
    result->verdict = VERDICT_JE;
    say_error(result, "judge error", err);
}

/* ---- its end ---- */

/* The test's values as text, where they may be seen; of hidden tests that were accepted nobody wants them. */
static void show_values(const struct job *job, struct test_result *result)
{
    struct run *run = job->run;
    const struct test *test = &run->testset.tests[job->test];
    bool wanted = !result->hidden || (run->submission->reveal && result->verdict != VERDICT_AC);
    struct error err = ERROR_INIT;
    if (wanted && run->r == 0 &&
        shown_make(&run->submission->problem->signature, test->args, test->args_size,
                   test->expected, test->expected_size,
                   job->n_held > 0 ? &job->held[0].frame : NULL, &job->comparison, &result->shown,
                   &err) < 0)
        run->r = error_set(&run->error, err.code, "%s", err.text);
}

static void finish_test(struct job *job)
{
    struct run *run = job->run;
    bool again = schedule_settle(job);
    if (!again)
        show_values(job, &run->record->tests[job->test]);
    drop_held(job);
    testset_forget(&run->testset, job->test);
    job->busy = false;
    run->n_busy--;
    if (!again)
        schedule_test_over(job);
}

/* The package's checker failed, or we did: never the candidate. */
static void checker_failed(const struct run *run, struct test_result *result,
                           const struct error *err)
{
    result->status = TEST_INCONCLUSIVE;
    result->verdict = VERDICT_JE;
    /* What a checker says when it breaks may be a hidden value; reports show a JE's message. */
    if (result->hidden && !run->submission->reveal)
        test_say(result, "judge error", "the package's checker failed (--reveal tells more)");
    else
        say_error(result, "judge error", err);
}

static void checker_over(void *data, int r, const struct comparison *comparison,
                         const struct error *err)
{
    struct job *job = data;
    struct run *run = job->run;
    struct test_result *result = &run->record->tests[job->test];
    if (r == -ECANCELED)
        run->r = run->r < 0 ? run->r : error_set(&run->error, r, "cancelled");
    else if (r < 0)
        checker_failed(run, result, err);
    else
        take_comparison(job, comparison, result);
    finish_test(job);
}

/* The candidate's box is empty: now the checker's may start.  False: there is none to wait for. */
static bool ask_checker(struct job *job)
{
    struct run *run = job->run;
    struct test_result *result = &run->record->tests[job->test];
    const struct test *test = &run->testset.tests[job->test];
    const struct problem *problem = run->submission->problem;
    const struct checker *checker = comparator_checker(problem->groups[test->group].comparator);
    if (!checker || result->verdict != VERDICT_AC || run->r < 0 || has_no_answer(run, test))
        return false;
    struct answered_run runs[COMPARE_RUNS_MAX];
    answered_runs(job, runs);
    const struct checker_call call = {.problem = problem,
                                      .checker = checker,
                                      .runs = runs,
                                      .expected = test->expected,
                                      .expected_size = test->expected_size};
    struct error err = ERROR_INIT;
    int r = checker_start(run->judge, &call, checker_over, job, &err);
    if (r < 0)
        checker_failed(run, result, &err);
    for (int i = 0; r == 0 && i < run->judge->options.n_jobs; i++)
        if (run->jobs[i].busy && &run->jobs[i] != job)
            run->jobs[i].alone = false;
    return r == 0;
}

/* ---- its calls ---- */

static int start_call(struct job *job, struct error *err);

/* A call is over, and its box.  True: the test goes on, with another call or its checker. */
static bool take_call(struct job *job, struct call_outcome *outcome)
{
    struct run *run = job->run;
    const struct test *test = &run->testset.tests[job->test];
    struct test_result *result = &run->record->tests[job->test];
    hold(job, outcome);
    if (run->submission->repeats > 1)
        job->answer = hash_answers(job);
    if (outcome->verdict == VERDICT_NONE && job->n_held < test->n_runs) {
        struct error err = ERROR_INIT;
        if (run->r < 0)
            return false;
        if (start_call(job, &err) == 0)
            return true;
        take_failure(&err, result);
        return false;
    }
    int64_t before = result->rerun && result->verdict == VERDICT_TLE ? result->run.cpu_us : -1;
    take_outcome(job, test, outcome, result);
    result->first_cpu_us = before;
    result->overhead_us = now_us() - job->before.at_us - result->run.wall_us;
    return ask_checker(job);
}

static void test_over(void *data, int r, struct call_outcome *outcome, const struct error *err)
{
    struct job *job = data;
    struct run *run = job->run;
    bool goes_on = false;
    if (r == -ECANCELED)
        run->r = run->r < 0 ? run->r : error_set(&run->error, r, "cancelled");
    else if (r < 0)
        take_failure(err, &run->record->tests[job->test]);
    else
        goes_on = take_call(job, outcome);
    call_outcome_done(outcome);
    if (!goes_on)
        finish_test(job);
}

/* The next call of a job's test. */
static int start_call(struct job *job, struct error *err)
{
    struct run *run = job->run;
    const struct test *test = &run->testset.tests[job->test];
    const struct test_result *before = &run->record->tests[job->test];
    struct call call = {
        .language = run->language,
        .signature = &run->submission->problem->signature,
        .object_fd = run->compiled.fd,
        .file = run->submission->file,
        .n_lines = run->n_lines,
        .args = test->runs[job->n_held].args,
        .args_size = test->runs[job->n_held].args_size,
        .limits = run->record->groups[test->group].limits,
        .row_order = run->submission->row_order,
        /* Whatever failed, a fork server is one thing less that can. */
        .cold = before->repeats > 0 && before->verdict == VERDICT_JE,
        .more = job->n_held + 1 < test->n_runs || schedule_has_more(run),
    };
    judge_pin(run->judge, (int)(job - run->jobs));
    int r = call_start(run->judge, &call, test_over, job, err);
    judge_unpin(run->judge);
    return r;
}

int submission_start_test(struct run *run, struct job *job, size_t index, struct error *err)
{
    struct test_result *result = &run->record->tests[index];
    *job = (struct job){.run = run,
                        .test = index,
                        .comparison = {.equal = true},
                        .busy = true,
                        .alone = run->n_busy == 0,
                        .switches_per_s = NAN};
    noise_now(&job->before);
    for (int i = 0; i < run->judge->options.n_jobs; i++)
        if (run->jobs[i].busy)
            run->jobs[i].alone = job == &run->jobs[i] ? job->alone : false;
    run->n_busy++;
    if (result->repeats == 0)
        submission_emit(run, JUDGE_TEST_STARTED, NULL, result);
    int r = start_call(job, err);
    if (r < 0) {
        job->busy = false;
        run->n_busy--;
    }
    return r;
}
