/* One submission from source to record: tests are built, the source is compiled, every test runs in a box of its own
 * (up to n_jobs at once), verdicts are combined. */
#include "judge/judge.h"

#include <errno.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "judge/answer.h"
#include "judge/checker.h"
#include "judge/compile.h"
#include "judge/machine.h"
#include "judge/problem_packages.h"
#include "judge/run_test.h"
#include "judge/testset.h"
#include "sandbox/util.h"

/* ---- the judge ---- */

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

/* ---- the run of one submission ---- */

/* What a call returned, kept until the test's other calls are over. */
struct held_answer {
    struct mapping mapping;
    struct frame frame;
};

struct job {
    struct run *run;
    size_t test;
    size_t n_held; /* calls of the test that are over */
    struct held_answer held[COMPARE_RUNS_MAX];
    struct sandbox_usage prepare, used; /* the largest of those calls */
    bool alone;                         /* no other box ran beside it */
    bool busy;
    int64_t steal_ticks;
    int64_t started_us;
};

struct run {
    struct judge *judge;
    const struct submission *submission;
    judge_event_fn *event;
    void *data;
    struct record *record;
    struct language *language;
    struct compiled compiled;
    int n_lines; /* of the source */
    struct testset testset;
    struct job *jobs;
    int n_busy;
    bool stop; /* a sandbox violation ends the run */
    int r;     /* first failure of ours that cannot become a verdict */
    struct error error;
};

static void emit(struct run *run, enum judge_event_kind kind, const char *text,
                 const struct test_result *test)
{
    struct judge_event event = {.kind = kind, .text = text, .record = run->record, .test = test};
    if (run->event)
        run->event(run->data, &event);
}

static void build_progress(void *data, const char *text)
{
    emit(data, JUDGE_BUILDING, text, NULL);
}

static void build_warning(void *data, const char *text)
{
    struct run *run = data;
    record_warn(run->record, "%s", text);
    emit(run, JUDGE_WARNING, text, NULL);
}

/* ---- filling in the record ---- */

static void describe_machine(struct record *record)
{
    struct utsname name;
    if (uname(&name) == 0)
        snprintf(record->kernel, sizeof record->kernel, "%.60s %.60s", name.sysname, name.release);
    record->cores = machine_cores();
    machine_cpu(record->cpu, sizeof record->cpu);
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc))
        strftime(record->started_at, sizeof record->started_at, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static int describe_groups(struct record *record, const struct problem *problem,
                           const struct submission *submission, struct error *err)
{
    record->groups = calloc(problem->n_groups, sizeof *record->groups);
    if (!record->groups)
        return error_oom(err);
    record->n_groups = problem->n_groups;
    for (size_t i = 0; i < problem->n_groups; i++) {
        const struct group *group = &problem->groups[i];
        struct group_result *result = &record->groups[i];
        snprintf(result->name, sizeof result->name, "%s", group->name);
        snprintf(result->bug, sizeof result->bug, "%s", group->bug ? group->bug : "");
        result->hidden = group->hidden;
        result->offered = group_offers(problem, group, submission->language) &&
                          !(submission->samples_only && group->hidden);
        result->max_points = result->offered ? group->points : 0;
        result->limits = problem_limits(problem, group, submission->language);
        const struct language_limits *by = problem_factor(problem, group, submission->language);
        result->factor = by ? by->factor : 0;
        result->reference_cpu_us = -1;
        record->max_score += result->max_points;
    }
    return 0;
}

static int describe_isolation(struct record *record, const struct sandbox *sandbox,
                              struct error *err)
{
    record->tier = sandbox_tier_of(sandbox);
    const char *const *missing = sandbox_missing(sandbox);
    size_t n = 0;
    while (missing && missing[n])
        n++;
    record->missing = calloc(n + 1, sizeof *record->missing);
    if (!record->missing)
        return error_oom(err);
    for (size_t i = 0; i < n; i++)
        if (!(record->missing[i] = strdup(missing[i])))
            return error_oom(err);
    return 0;
}

static int new_record(struct run *run, struct error *err)
{
    const struct submission *submission = run->submission;
    const struct problem *problem = submission->problem;
    struct record *record = calloc(1, sizeof *record);
    if (!record)
        return error_oom(err);
    run->record = record;
    record->cpu_us_max = -1;
    record->memory_bytes_max = -1;
    snprintf(record->problem, sizeof record->problem, "%s", problem->slug);
    snprintf(record->title, sizeof record->title, "%s", problem->title);
    snprintf(record->language, sizeof record->language, "%s", submission->language);
    snprintf(record->file, sizeof record->file, "%s", submission->file);
    record->problem_version = problem->version;
    memcpy(record->problem_sha256, problem->sha256, SHA256_HEX);
    sha256_hex(submission->source, submission->source_size, record->submission_sha256);
    record->seed_secret = submission->seed->secret;
    seed_id(submission->seed, record->seed_id);
    describe_machine(record);
    int r = describe_groups(record, problem, submission, err);
    return r < 0 ? r : describe_isolation(record, run->judge->sandbox, err);
}

/* What the references took; a limit by factor follows from the slowest test of its group. */
static void take_reference_times(struct run *run)
{
    struct record *record = run->record;
    for (size_t i = 0; i < run->testset.n_tests; i++) {
        const struct test *test = &run->testset.tests[i];
        struct group_result *group = &record->groups[test->group];
        if (test->reference_cpu_us > group->reference_cpu_us)
            group->reference_cpu_us = test->reference_cpu_us;
    }
    for (size_t g = 0; g < record->n_groups; g++) {
        struct group_result *group = &record->groups[g];
        if (group->factor > 0)
            limits_measured(&group->limits, group->factor, group->reference_cpu_us);
        if (run->submission->times_limits > 1) {
            group->limits.cpu_ms *= run->submission->times_limits;
            group->limits.wall_ms *= run->submission->times_limits;
        }
    }
}

static int plan_tests(struct run *run, struct error *err)
{
    struct record *record = run->record;
    record->tests = calloc(run->testset.n_tests + 1, sizeof *record->tests);
    if (!record->tests)
        return error_oom(err);
    record->n_tests = run->testset.n_tests;
    for (size_t i = 0; i < record->n_tests; i++) {
        const struct test *test = &run->testset.tests[i];
        struct test_result *result = &record->tests[i];
        *result = (struct test_result){
            .group = test->group,
            .hidden = record->groups[test->group].hidden,
            .status = TEST_SKIPPED,
            .skip_reason =
                record->groups[test->group].offered ? "not reached" : "not for this language",
            .prepare = {-1, -1, -1},
            .run = {-1, -1, -1},
            .overhead_us = -1,
            .first_cpu_us = -1,
            .reference_cpu_us = test->reference_cpu_us,
            .exit_code = -1,
        };
        memcpy(result->name, test->name, sizeof result->name);
        int number = 1;
        for (size_t k = 0; k < i; k++)
            number += record->tests[k].group == test->group;
        snprintf(result->number, sizeof result->number, "%s/%d", record->groups[test->group].name,
                 number);
    }
    return 0;
}

/* ---- compiling ---- */

static int compile(struct run *run, struct error *err)
{
    const struct submission *submission = run->submission;
    struct compile_result *compile = &run->record->compile;
    int r = judge_language_of(run->judge, submission->problem, submission->language, &run->language,
                              err);
    if (r == 0)
        r = language_probe(&run->judge->options.dirs, &run->judge->cache, run->language, err);
    if (r < 0)
        return r;
    snprintf(run->record->language_version, sizeof run->record->language_version, "%s",
             run->language->version);
    if (submission->source_size > JUDGE_SOURCE_MAX) {
        compile->verdict = VERDICT_CE;
        compile->output = strdup("the source is larger than 256 KiB\n");
        if (!compile->output)
            return error_oom(err);
        compile->n_output = strlen(compile->output);
    } else {
        r = compile_source(run->judge, run->language, &submission->problem->signature,
                           submission->source, submission->source_size, submission->cancel_fd,
                           &run->compiled, err);
        if (r < 0)
            return r;
        compile->verdict = run->language->compile.present ? run->compiled.verdict : VERDICT_NONE;
        compile->wall_ms = run->compiled.wall_ms;
        compile->cached = run->compiled.cached;
        compile->output = steal(&run->compiled.output);
        compile->n_output = run->compiled.n_output;
    }
    emit(run, JUDGE_COMPILED, NULL, NULL);
    return 0;
}

/* ---- one test's result ---- */

static void take_comparison(const struct run *run, const struct comparison *comparison,
                            struct test_result *result)
{
    result->verdict = comparison->equal ? VERDICT_AC : VERDICT_WA;
    result->credit = comparison->credit;
    if (comparison->equal)
        return;
    bool host = comparison->host_message[0] && run->submission->reveal;
    snprintf(result->message, sizeof result->message, "%.420s%s%.340s%s", comparison->message,
             host ? " [" : "", host ? comparison->host_message : "", host ? "]" : "");
    snprintf(result->hint, sizeof result->hint, "wrong %s", comparison->kind);
}

/* The calls of a job's test with what they returned; all are held. */
static void answered_runs(const struct job *job, struct answered_run runs[COMPARE_RUNS_MAX])
{
    const struct test *test = &job->run->testset.tests[job->test];
    for (size_t i = 0; i < job->n_held; i++)
        runs[i] =
            (struct answered_run){test->runs[i].args, test->runs[i].args_size, &job->held[i].frame};
}

static void compare(const struct job *job, const struct test *test, struct test_result *result)
{
    const struct run *run = job->run;
    const struct problem *problem = run->submission->problem;
    struct comparison comparison = {0};
    struct error err = ERROR_INIT;
    struct answered_run runs[COMPARE_RUNS_MAX];
    answered_runs(job, runs);
    int r = answer_compare(problem->groups[test->group].comparator, &problem->signature, runs,
                           test->expected, test->expected_size, &comparison, &err);
    if (r < 0) {
        result->verdict = VERDICT_JE;
        error_format(&err, result->message, sizeof result->message);
        return;
    }
    take_comparison(run, &comparison, result);
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

/* A call is over: what it used, and what it returned if it did. */
static void hold(struct job *job, struct call_outcome *outcome)
{
    bool first = job->n_held == 0;
    job->prepare = first ? outcome->box.prepare : larger(job->prepare, outcome->box.prepare);
    job->used = first ? outcome->box.run : larger(job->used, outcome->box.run);
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

static void take_outcome(struct job *job, const struct test *test, struct call_outcome *outcome,
                         struct test_result *result)
{
    struct sandbox_outcome *box = &outcome->box;
    result->status = TEST_RUN;
    result->skip_reason = NULL;
    result->repeats++;
    result->n_calls = test->n_runs;
    result->prepare = job->prepare;
    result->run = job->used;
    result->exit_code = box->end == SANDBOX_END_EXITED ? box->exit_code : -1;
    result->signal = box->end == SANDBOX_END_SIGNALED ? box->signal : 0;
    result->idle = box->idle;
    result->output_truncated = box->out.total_bytes > (int64_t)box->out.n_kept ||
                               box->err.total_bytes > (int64_t)box->err.n_kept;
    result->cpu_source = box->cpu_source;
    result->memory_source = box->memory_source;
    result->wall_source = box->wall_source;
    result->warm = box->warm;
    memcpy(result->blocked, box->blocked, sizeof result->blocked);
    result->n_blocked = box->n_blocked;
    result->verdict = outcome->verdict;
    memcpy(result->message, outcome->message, sizeof result->message);
    memcpy(result->hint, outcome->hint, sizeof result->hint);
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
    error_format(err, result->message, sizeof result->message);
    snprintf(result->hint, sizeof result->hint, "judge error");
}

/* ---- scheduling ---- */

static int64_t now_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* Time that another machine took from ours, in clock ticks: /proc/stat, "cpu" line, 8th number. */
static int64_t steal_ticks(void)
{
    FILE *file = fopen("/proc/stat", "re");
    long long n[8] = {0};
    if (!file)
        return 0;
    int got = fscanf(file, "cpu %lld %lld %lld %lld %lld %lld %lld %lld", &n[0], &n[1], &n[2],
                     &n[3], &n[4], &n[5], &n[6], &n[7]);
    fclose(file);
    return got == 8 ? n[7] : 0;
}

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

static void finish_test(struct job *job)
{
    struct run *run = job->run;
    struct test_result *result = &run->record->tests[job->test];
    drop_held(job);
    job->busy = false;
    run->n_busy--;
    result->again = run->r == 0 && deserves_rerun(run, job, result);
    if (result->again)
        return; /* pick_test() finds it again */
    if (result->verdict == VERDICT_SV)
        run->stop = true;
    if (run->r == 0)
        emit(run, JUDGE_TEST_DONE, NULL, result);
}

/* The package's checker failed, or we did: never the candidate. */
static void checker_failed(const struct run *run, struct test_result *result,
                           const struct error *err)
{
    result->status = TEST_INCONCLUSIVE;
    result->verdict = VERDICT_JE;
    /* What a checker says when it breaks may be a hidden value; reports show a JE's message. */
    if (result->hidden && !run->submission->reveal)
        snprintf(result->message, sizeof result->message,
                 "the package's checker failed (--reveal tells more)");
    else
        error_format(err, result->message, sizeof result->message);
    snprintf(result->hint, sizeof result->hint, "judge error");
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
        take_comparison(run, comparison, result);
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
    if (!checker || result->verdict != VERDICT_AC || run->r < 0)
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

static int start_call(struct job *job, struct error *err);

/* A call is over, and its box.  True: the test goes on, with another call or its checker. */
static bool take_call(struct job *job, struct call_outcome *outcome)
{
    struct run *run = job->run;
    const struct test *test = &run->testset.tests[job->test];
    struct test_result *result = &run->record->tests[job->test];
    hold(job, outcome);
    if (outcome->verdict == VERDICT_NONE && job->n_held < test->n_runs) {
        struct error err = ERROR_INIT;
        if (run->r < 0)
            return false;
        if (start_call(job, &err) == 0)
            return true;
        take_failure(&err, result);
        return false;
    }
    int64_t before =
        result->repeats == 1 && result->verdict == VERDICT_TLE ? result->run.cpu_us : -1;
    take_outcome(job, test, outcome, result);
    result->first_cpu_us = before;
    result->overhead_us = now_us() - job->started_us - result->run.wall_us;
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
    };
    return call_start(run->judge, &call, test_over, job, err);
}

static int start_test(struct run *run, struct job *job, size_t index, struct error *err)
{
    struct test_result *result = &run->record->tests[index];
    *job = (struct job){.run = run,
                        .test = index,
                        .busy = true,
                        .alone = run->n_busy == 0,
                        .steal_ticks = steal_ticks(),
                        .started_us = now_us()};
    for (int i = 0; i < run->judge->options.n_jobs; i++)
        if (run->jobs[i].busy)
            run->jobs[i].alone = job == &run->jobs[i] ? job->alone : false;
    run->n_busy++;
    if (result->repeats == 0)
        emit(run, JUDGE_TEST_STARTED, NULL, result);
    int r = start_call(job, err);
    if (r < 0) {
        job->busy = false;
        run->n_busy--;
    }
    return r;
}

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

static int run_tests(struct run *run, struct error *err)
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
            r = start_test(run, job, (size_t)next, err);
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

/* ---- the end ---- */

/* Of the tests of a group that ran. */
static double least_credit(const struct record *record, size_t group)
{
    double least = 1;
    for (size_t i = 0; i < record->n_tests; i++) {
        const struct test_result *test = &record->tests[i];
        if (test->group == group && test->status == TEST_RUN && test->credit < least)
            least = test->credit;
    }
    return least;
}

static int combine(struct run *run, struct error *err)
{
    struct record *record = run->record;
    enum verdict *parts = calloc(record->n_tests + record->n_groups + 1, sizeof *parts);
    if (!parts)
        return error_oom(err);
    for (size_t g = 0; g < record->n_groups; g++) {
        struct group_result *group = &record->groups[g];
        size_t n = 0;
        for (size_t i = 0; i < record->n_tests; i++)
            if (record->tests[i].group == g && record->tests[i].status != TEST_SKIPPED)
                parts[n++] = record->tests[i].verdict;
        group->verdict = verdict_combine(parts, n);
        if (group->verdict == VERDICT_AC)
            group->points = (int64_t)((double)group->max_points * least_credit(record, g) + 1e-9);
        record->score += group->points;
    }
    size_t n = 0;
    parts[n++] = record->compile.verdict == VERDICT_AC ? VERDICT_NONE : record->compile.verdict;
    for (size_t g = 0; g < record->n_groups; g++)
        if (record->groups[g].offered)
            parts[n++] = record->groups[g].verdict;
    record->verdict = verdict_combine(parts, n);
    free(parts);
    for (size_t i = 0; i < record->n_tests; i++) {
        const struct sandbox_usage *used = &record->tests[i].run;
        record->cpu_us_max = used->cpu_us > record->cpu_us_max ? used->cpu_us : record->cpu_us_max;
        record->memory_bytes_max = used->memory_bytes > record->memory_bytes_max
                                       ? used->memory_bytes
                                       : record->memory_bytes_max;
    }
    return 0;
}

/* A submission that equals a shipped solution proves nothing about its author. */
static void warn_if_shipped(struct run *run)
{
    static const char *const folders[] = {"accepted", "wrong", "slow", "memory", "crash"};
    for (size_t f = 0; f < ARRAY_LEN(folders); f++) {
        char path[64];
        char **names = NULL;
        size_t n = 0;
        snprintf(path, sizeof path, "solutions/%s", folders[f]);
        auto_fd int fd = dir_open_beneath(run->submission->problem->dir_fd, path, NULL);
        if (fd < 0 || dir_names(fd, &names, &n, NULL) < 0)
            continue;
        for (size_t i = 0; i < n; i++) {
            auto_free char *bytes = NULL;
            size_t size = 0;
            if (file_read_beneath(fd, names[i], JUDGE_SOURCE_MAX, &bytes, &size, NULL) == 0 &&
                size == run->submission->source_size &&
                memcmp(bytes, run->submission->source, size) == 0) {
                char text[300];
                snprintf(text, sizeof text, "this submission equals the shipped solution %s/%.100s",
                         path, names[i]);
                build_warning(run, text);
            }
        }
        names_free(names, n);
    }
}

static int count_lines(const char *text, size_t size)
{
    int n = 1;
    for (size_t i = 0; i < size && i < JUDGE_SOURCE_MAX; i++)
        n += text[i] == '\n';
    return n;
}

static int judge_all(struct run *run, struct error *err)
{
    const struct submission *submission = run->submission;
    run->n_lines = count_lines(submission->source, submission->source_size);
    int r = new_record(run, err);
    if (r == 0)
        r = compile(run, err);
    if (r == 0 && !submission->strict)
        warn_if_shipped(run);
    struct testset_request request = {
        .problem = submission->problem,
        .seed = submission->seed,
        .language = submission->language,
        .samples_only = submission->samples_only,
        .strict = submission->strict,
        .reveal = submission->reveal,
        .cancel_fd = submission->cancel_fd,
        .progress = build_progress,
        .warn = build_warning,
        .data = run,
    };
    if (r == 0)
        r = testset_build(run->judge, &request, &run->testset, err);
    if (r == 0)
        take_reference_times(run);
    if (r == 0)
        r = plan_tests(run, err);
    bool runnable = run->record && (run->record->compile.verdict == VERDICT_AC ||
                                    run->record->compile.verdict == VERDICT_NONE);
    if (r == 0 && runnable) {
        language_warm(run->language);
        r = run_tests(run, err);
    }
    for (size_t i = 0; r == 0 && !runnable && i < run->record->n_tests; i++)
        run->record->tests[i].skip_reason = "it does not compile";
    return r == 0 ? combine(run, err) : r;
}

int judge_submission(struct judge *judge, const struct submission *submission,
                     judge_event_fn *event, void *data, struct record **ret, struct error *err)
{
    struct run run = {.judge = judge,
                      .submission = submission,
                      .event = event,
                      .data = data,
                      .compiled = {.fd = -1}};
    if (!problem_offers(submission->problem, submission->language))
        return error_set(err, -EINVAL, "problem '%s' does not offer language '%s'",
                         submission->problem->slug, submission->language);
    int r = judge_all(&run, err);
    if (r == 0)
        emit(&run, JUDGE_DONE, NULL, NULL);
    compiled_done(&run.compiled);
    testset_done(&run.testset);
    free(run.jobs);
    if (r < 0) {
        record_free(run.record);
        return r;
    }
    *ret = run.record;
    return 0;
}
