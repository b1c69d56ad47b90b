/* The record of a submission: what is known before its tests run, and what follows from their results. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "judge/machine.h"
#include "judge/submission.h"
#include "sandbox/util.h"

/* ---- before ---- */

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
        bool own = submission->own && submission->own->group == i;
        snprintf(result->name, sizeof result->name, "%s", own ? "own input" : group->name);
        snprintf(result->bug, sizeof result->bug, "%s", group->bug ? group->bug : "");
        result->hidden = group->hidden && !own;
        result->offered = group_offers(problem, group, submission->language) &&
                          (submission->own ? own : !(submission->samples_only && group->hidden));
        result->max_points = result->offered && !own ? group->points : 0;
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

int submission_new_record(struct run *run, struct error *err)
{
    const struct submission *submission = run->submission;
    const struct problem *problem = submission->problem;
    struct record *record = calloc(1, sizeof *record);
    if (!record)
        return error_oom(err);
    run->record = record;
    record->cpu_us_max = -1;
    record->tries = -1;
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
void submission_take_reference_times(struct run *run)
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

int submission_plan_tests(struct run *run, struct error *err)
{
    struct record *record = run->record;
    record->tests = calloc(run->testset.n_tests + 1, sizeof *record->tests);
    if (!record->tests)
        return error_oom(err);
    auto_free size_t *numbers = calloc(record->n_groups + 1, sizeof *numbers);
    if (!numbers)
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
            .tmpfs_bytes = -1,
            .noise = NOISE_UNKNOWN,
            .overhead_us = -1,
            .first_cpu_us = -1,
            .reference_cpu_us = test->reference_cpu_us,
            .exit_code = -1,
        };
        snprintf(result->name, sizeof result->name, "%s", test->name);
        result->number = ++numbers[test->group];
    }
    return 0;
}

/* ---- after ---- */

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

/* A group has failed by its first test that failed for certain.  If none did, a test that does not reproduce leaves it
 * undecided, and so does one that was left out: neither accepted nor refused.  `parts`: scratch, [n_tests]. */
static void combine_group(struct record *record, size_t g, enum verdict *parts)
{
    struct group_result *group = &record->groups[g];
    size_t n = 0, n_unknown = 0, n_left_out = 0;
    for (size_t i = 0; i < record->n_tests; i++) {
        const struct test_result *test = &record->tests[i];
        if (test->group != g)
            continue;
        n_unknown += test->status == TEST_INCONCLUSIVE && test->verdict == VERDICT_NONE;
        n_left_out += test->status == TEST_SKIPPED;
        if (test->status != TEST_SKIPPED)
            parts[n++] = test->verdict;
    }
    group->verdict = verdict_combine(parts, n);
    bool failed = group->verdict != VERDICT_AC && group->verdict != VERDICT_NONE;
    group->inconclusive = !failed && n_unknown > 0;
    if (group->inconclusive)
        record->score_undecided += group->max_points;
    if (group->inconclusive || (!failed && record->failed_fast && n_left_out > 0))
        group->verdict = VERDICT_NONE;
    if (group->verdict == VERDICT_AC)
        group->points = (int64_t)((double)group->max_points * least_credit(record, g) + 1e-9);
    record->score += group->points;
}

int submission_combine(struct run *run, struct error *err)
{
    struct record *record = run->record;
    enum verdict *parts = calloc(record->n_tests + record->n_groups + 1, sizeof *parts);
    if (!parts)
        return error_oom(err);
    for (size_t g = 0; g < record->n_groups; g++)
        combine_group(record, g, parts);
    size_t n = 0;
    bool unknown = false;
    parts[n++] = record->compile.verdict == VERDICT_AC ? VERDICT_NONE : record->compile.verdict;
    for (size_t g = 0; g < record->n_groups; g++)
        if (record->groups[g].offered) {
            parts[n++] = record->groups[g].verdict;
            unknown = unknown || record->groups[g].inconclusive;
        }
    record->verdict = verdict_combine(parts, n);
    free(parts);
    record->inconclusive =
        unknown && (record->verdict == VERDICT_AC || record->verdict == VERDICT_NONE);
    if (record->inconclusive)
        record->verdict = VERDICT_NONE;
    for (size_t i = 0; i < record->n_tests; i++) {
        const struct sandbox_usage *used = &record->tests[i].run;
        record->cpu_us_max = used->cpu_us > record->cpu_us_max ? used->cpu_us : record->cpu_us_max;
        record->memory_bytes_max = used->memory_bytes > record->memory_bytes_max
                                       ? used->memory_bytes
                                       : record->memory_bytes_max;
    }
    return 0;
}
