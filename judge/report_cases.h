/* A report as a flat list of cases that passed or did not: what hosts of CI count (JUnit, TAP, Exercism, ...).
 * Compiling is one, then each test that is shown; a group whose tests are not shown is one, and where not even the
 * groups are, the submission is.  And what people want to know of each group. */
#ifndef MLJUDGE_REPORT_CASES_H
#define MLJUDGE_REPORT_CASES_H

#include "judge/report_read.h"

enum case_outcome {
    CASE_PASSED = 0,
    CASE_FAILED,  /* the candidate's fault */
    CASE_ERROR,   /* ours, JE; or inconclusive: it must not pass for accepted */
    CASE_SKIPPED, /* not run, or not judged */
};

struct report_case {
    const char *name;                 /* unique in its group */
    const struct report_group *group; /* NULL: compile, submission */
    const struct report_test *test;   /* NULL: a whole group, compile, submission */
    bool is_compile;
    enum case_outcome outcome;
    enum verdict verdict;
    bool inconclusive;   /* and the verdict is NONE */
    const char *message; /* "" = nothing to say */
    int64_t line;        /* of the submitted file; -1 = none */
    double wall_ms;      /* NAN = not measured */
};

/* malloc'ed; everything in it is borrowed from the report.  NULL if out of memory. */
struct report_case *report_cases(const struct report *report, size_t *ret_n);

enum case_outcome case_outcome_of(enum verdict verdict, bool inconclusive);
size_t report_cases_count(const struct report_case *cases, size_t n, enum case_outcome outcome);

struct report_group_sum {
    size_t n_tests, n_run, n_passed, n_skipped;
    double cpu_ms, wall_ms, reference_cpu_ms; /* the most of any test; NAN = not known */
    int64_t memory_bytes;                     /* -1 = not known */
};
struct report_group_sum report_group_sum(const struct report *report, size_t group);

/* Of a group without tests, or none at all, nothing was shown: is that so because of the policy? */
bool report_hides(const struct report *report, enum visibility level);

#endif
