#include "judge/report_cases.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum case_outcome case_outcome_of(enum verdict verdict, bool inconclusive)
{
    if (inconclusive)
        return CASE_ERROR;
    switch (verdict) {
    case VERDICT_AC: return CASE_PASSED;
    case VERDICT_JE: return CASE_ERROR;
    case VERDICT_NONE: return CASE_SKIPPED;
    default: return CASE_FAILED;
    }
}

bool report_hides(const struct report *report, enum visibility level)
{
    return report->shown < level;
}

static struct report_case compile_case(const struct report *report)
{
    const struct report_compile *compile = &report->compile;
    const struct report_diagnostic *why = NULL;
    struct report_case one = {.name = "compile",
                              .is_compile = true,
                              .outcome = case_outcome_of(compile->verdict, false),
                              .verdict = compile->verdict,
                              .message = compile->verdict == VERDICT_AC ? "" : compile->output,
                              .line = -1,
                              .wall_ms = compile->wall_ms};
    for (size_t i = 0; i < compile->n_diagnostics && !why; i++)
        if (strcmp(compile->diagnostics[i].severity, "error") == 0)
            why = &compile->diagnostics[i];
    if (why && one.outcome != CASE_PASSED) {
        one.line = why->line;
        one.message = why->message;
    }
    return one;
}

static struct report_case test_case(const struct report *report, const struct report_test *test)
{
    bool skipped = test->status == TEST_SKIPPED;
    bool inconclusive = report_is_inconclusive(test);
    return (struct report_case){.name = test->name,
                                .group = &report->groups[test->group],
                                .test = test,
                                .outcome = skipped ? CASE_SKIPPED
                                                   : case_outcome_of(test->verdict, inconclusive),
                                .verdict = test->verdict,
                                .inconclusive = inconclusive,
                                .message = skipped ? test->skip_reason : test->message,
                                .line = test->line,
                                .wall_ms = test->wall_ms};
}

static struct report_case group_case(const struct report_group *group)
{
    return (struct report_case){.name = group->name,
                                .group = group,
                                .outcome = case_outcome_of(group->verdict, group->inconclusive),
                                .verdict = group->verdict,
                                .inconclusive = group->inconclusive,
                                .message = report_phrase(group->verdict, group->inconclusive),
                                .line = -1,
                                .wall_ms = NAN};
}

static struct report_case submission_case(const struct report *report)
{
    bool hidden = report->verdict == VERDICT_NONE && !report->inconclusive;
    return (struct report_case){
        .name = "submission",
        .outcome = case_outcome_of(report->verdict, report->inconclusive),
        .verdict = report->verdict,
        .inconclusive = report->inconclusive,
        .message = hidden ? "the hidden tests are not shown"
                          : report_phrase(report->verdict, report->inconclusive),
        .line = -1,
        .wall_ms = NAN,
    };
}

struct report_case *report_cases(const struct report *report, size_t *ret_n)
{
    struct report_case *cases = calloc(report->n_tests + report->n_groups + 2, sizeof *cases);
    bool *told = calloc(report->n_groups + 1, sizeof *told);
    size_t n = 0;
    if (!cases || !told) {
        free(cases);
        free(told);
        return NULL;
    }
    if (report->compile.verdict != VERDICT_NONE)
        cases[n++] = compile_case(report);
    for (size_t i = 0; i < report->n_tests; i++) {
        told[report->tests[i].group] = true;
        cases[n++] = test_case(report, &report->tests[i]);
    }
    for (size_t g = 0; g < report->n_groups; g++)
        if (!told[g])
            cases[n++] = group_case(&report->groups[g]);
    if (report_hides(report, VISIBILITY_GROUP))
        cases[n++] = submission_case(report);
    free(told);
    *ret_n = n;
    return cases;
}

size_t report_cases_count(const struct report_case *cases, size_t n, enum case_outcome outcome)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += cases[i].outcome == outcome;
    return count;
}

struct report_group_sum report_group_sum(const struct report *report, size_t group)
{
    struct report_group_sum sum = {
        .cpu_ms = NAN, .wall_ms = NAN, .reference_cpu_ms = NAN, .memory_bytes = -1};
    for (size_t i = 0; i < report->n_tests; i++) {
        const struct report_test *test = &report->tests[i];
        if (test->group != group)
            continue;
        sum.n_tests++;
        sum.n_run += test->status != TEST_SKIPPED;
        sum.n_skipped += test->status == TEST_SKIPPED;
        sum.n_passed += test->status != TEST_SKIPPED && test->verdict == VERDICT_AC;
        sum.cpu_ms = fmax(sum.cpu_ms, test->cpu_ms);
        sum.wall_ms = fmax(sum.wall_ms, test->wall_ms);
        sum.reference_cpu_ms = fmax(sum.reference_cpu_ms, test->reference_cpu_ms);
        if (test->memory_bytes > sum.memory_bytes)
            sum.memory_bytes = test->memory_bytes;
    }
    return sum;
}
