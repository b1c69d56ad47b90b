/* A JSON report, schema 1, read into plain structs: what every other format is written from, be the report of this run
 * or a file of last year.  The JSON is foreign bytes: types, ranges and sizes are checked; what its strings hold is not
 * (each writer escapes what it writes). */
#ifndef MLJUDGE_REPORT_READ_H
#define MLJUDGE_REPORT_READ_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "judge/problem.h"
#include "judge/record.h"
#include "judge/verdict.h"
#include "judge/visibility.h"

#define REPORT_MAX_BYTES  ((size_t)64 << 20) /* of JSON text */
#define REPORT_LIST_MAX   100000             /* tests, warnings, ... */
#define REPORT_GROUPS_MAX 4096               /* each may be looked for in every test */

struct kept_texts;

/* Times are NAN and counts -1 where the report says null or nothing: not measured, or not to be shown.  Strings are
 * UTF-8 without NUL, borrowed from the report, never NULL unless it says so. */

struct report_blocked {
    const char *name, *args;
    int64_t count;
};

/* The least and the most of a test's repeats; NAN and -1 = not measured. */
struct report_spread {
    int64_t runs; /* -1: it was not repeated */
    double cpu_ms[2], wall_ms[2];
    int64_t memory_bytes[2];
};

struct report_test {
    const char *name;
    size_t group; /* index in the report's groups */
    bool hidden;
    bool open; /* everything may be shown: not hidden, or revealed */
    enum test_status status;
    const char *skip_reason; /* "" = none */
    enum verdict verdict;
    double cpu_ms, wall_ms, prepare_cpu_ms, prepare_wall_ms;
    double overhead_ms, first_cpu_ms, reference_cpu_ms, times_reference;
    int64_t memory_bytes, prepare_memory_bytes;
    int64_t memory_tmpfs_bytes; /* of an MLE: in files, when the run was over */
    int64_t repeats;
    struct report_spread spread; /* if it was repeated: the numbers above are medians */
    const char **notes;          /* what disturbed its times */
    size_t n_notes;
    int64_t calls; /* of the candidate's function; 1 if not said */
    int64_t exit_code;
    const char *signal; /* "SIGSEGV"; "" = none or not shown */
    bool idle, output_truncated;
    int64_t line; /* of the submitted file, that `message` speaks of; -1 = none */
    const char *message;
    const char *measured_cpu, *measured_memory, *measured_wall; /* "" = not said */
    const char *out, *err;                           /* what it printed; NULL = not shown */
    const char *input, *expected, *got, *difference; /* its values for people; "" = not shown */
    struct report_blocked *blocked;
    size_t n_blocked;
};

struct report_group {
    const char *name;
    bool hidden;
    int64_t points, max_points;
    enum verdict verdict;
    bool inconclusive;         /* nothing of it failed for certain, but not all of it reproduces */
    struct test_limits limits; /* as used */
    double factor;             /* what they were measured with; NAN: they are absolute */
};

/* What a compiler said of one line of the submitted file. */
struct report_diagnostic {
    int64_t line, column; /* 1-based; column -1 = not known */
    const char *severity; /* "error", "warning" or "note" */
    const char *message;
};

struct report_compile {
    enum verdict verdict; /* NONE: nothing to compile */
    double wall_ms;
    const char *output;
    bool cached;
    struct report_diagnostic *diagnostics;
    size_t n_diagnostics;
};

struct report {
    const char *tool_version, *tool_commit;
    const char *problem, *title;
    int64_t problem_version;
    const char *problem_sha256, *submission_sha256;
    const char *language, *language_version;
    const char *file; /* base name */
    const char *started_at;
    const char *cpu, *kernel;
    int64_t cores;
    enum verdict verdict; /* NONE: not shown, inconclusive, or nothing was judged */
    bool inconclusive;
    bool failed_fast; /* tests were left out after the first failure, as asked for */
    int64_t score;    /* -1: not shown */
    int64_t max_score;
    int64_t score_undecided; /* what inconclusive groups may add to the score; -1: not shown */
    bool uncompared;         /* nothing was expected: AC says that something came back */
    const char *seed_kind, *seed_id;
    const char *tier;
    const char **missing;
    size_t n_missing;
    struct test_limits limits; /* the largest of the groups */
    const char **warnings;
    size_t n_warnings;
    struct report_compile compile;
    struct report_group *groups;
    size_t n_groups;
    struct report_test *tests;
    size_t n_tests;
    int64_t bugs_fixed, bugs_total; /* -1: the problem has none, or not shown */
    double cpu_ms_max;
    int64_t memory_bytes_max;
    enum visibility shown;       /* of the hidden tests */
    const char *policy;          /* that decided so; "" = not said */
    int64_t tries;               /* of this candidate before this one; -1 = not said */
    json_t *json;                /* all of it, with fields that are not known here; owned */
    struct kept_texts *texts;    /* of tests that `json` does not hold; owned */
    const struct record *record; /* where these come from; borrowed.  NULL: `json` holds all */
};

/* It ran, and its verdict does not reproduce. */
bool report_is_inconclusive(const struct report_test *test);

/* The verdict's phrase; of what is inconclusive that. */
const char *report_phrase(enum verdict verdict, bool inconclusive);

/* "WA", "inconclusive"; "" if there is no verdict. */
const char *report_word(enum verdict verdict, bool inconclusive);

/* `name` is what errors call the report; they name the member as well: "report.json: /tests/3/verdict: ...".
 * -EINVAL, -ENOMEM.  The report holds a reference of its own to `json`, which must not change any more. */
int report_read(json_t *json, const char *name, struct report **ret, struct error *err);

/* The same of a report whose list of tests is empty, because they are made one at a time, `most` of them at most: memory
 * is needed for one.  The report's json stays without them.  next: a new reference; NULL after the last. */
typedef json_t *report_next_test(void *data);
int report_read_by_test(json_t *json, report_next_test *next, void *data, size_t most,
                        const char *name, struct report **ret, struct error *err);

/* The same from text (one JSON object). */
int report_parse(const char *text, size_t size, const char *name, struct report **ret,
                 struct error *err);

void report_free(struct report *report);

#endif
