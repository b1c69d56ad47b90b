/* Everything known about one judged submission.  Reports are written from it and from nothing else. */
#ifndef MLJUDGE_RECORD_H
#define MLJUDGE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "judge/noise.h"
#include "judge/problem.h"
#include "judge/seed.h"
#include "judge/shown.h"
#include "judge/verdict.h"
#include "sandbox/sandbox.h"

#define RECORD_WARNINGS_MAX 16

/* INCONCLUSIVE: it ran, and what came of it is not known: a failure of ours (verdict JE), or the verdict of its
 * repeats differs (verdict NONE: nothing is guessed). */
enum test_status { TEST_SKIPPED = 0, TEST_RUN, TEST_INCONCLUSIVE };
const char *test_status_name(enum test_status status); /* as in JSON reports */

/* One of a test's repeats. */
struct test_sample {
    enum verdict verdict;
    double credit;
    struct sandbox_usage run;
    uint64_t answer; /* a hash of what it returned; 0: nothing */
};

struct test_result {
    char name[64]; /* "edge/03-no-queries" */
    size_t group;  /* index in the record's groups */
    size_t number; /* in its group, from 1 on: hidden, the test is called "edge/3" */
    bool hidden;
    enum test_status status;
    const char *skip_reason; /* static; NULL if run */
    enum verdict verdict;
    struct sandbox_usage prepare, run; /* -1 = not measured */
    int64_t
        tmpfs_bytes; /* of an MLE: what lay in the box's files at the end of the (last) run; -1 = not measured */
    int64_t overhead_us;  /* what the judge spent on the test beyond run.wall_us; -1 = not run */
    double credit;        /* the share of its group's points that this test leaves, if accepted */
    int64_t first_cpu_us; /* of the first of two runs; -1 = one run only */
    int64_t reference_cpu_us;    /* of the language's reference; -1 = not known */
    bool warm;                   /* it ran as a copy of a fork server (servers.h) */
    int repeats;                 /* runs, those that were run again alone included */
    struct test_sample *samples; /* if repeats were asked for: `run` is their median; owned */
    size_t n_samples;
    bool answers_differ; /* the verdict is always the same, what was returned is not */
    struct noise noise;  /* the worst of its runs */
    bool shares_core;    /* other boxes ran on its core */
    size_t
        n_calls; /* of the candidate's function that this test is decided by; what they used: the most of any */
    bool
        rerun; /* while judging: it is, or will be, run once more, alone; that run's result stands */
    int exit_code; /* -1 = it did not exit by itself */
    int signal;    /* 0 = none */
    bool idle;
    bool output_truncated;
    int line;      /* of the submitted file, where it happened; 0 = not known */
    int hint_line; /* the same, where the hint says it, too */
    char *
        message; /* everything; may hold hidden data and hostile bytes; owned, NULL = nothing to say */
    char *
        hint; /* what may be shown of a hidden test: kind of difference, exception class and line; owned */
    struct sandbox_blocked *blocked; /* owned */
    size_t n_blocked;
    const char *cpu_source, *memory_source, *wall_source; /* static */
    char *out, *err; /* samples only: what it printed; owned, hostile */
    size_t n_out, n_err;
    struct shown
        shown; /* its values as text: of samples, own inputs and, with --reveal, of what failed */
};

struct group_result {
    char name[32];
    char bug[BUG_NAME_MAX + 1]; /* the planted bug that its tests show; "" = none */
    bool hidden;
    bool offered; /* false: not run in this language, its points do not count */
    int64_t points, max_points;
    enum verdict verdict;
    bool
        inconclusive; /* nothing of it failed for certain, some test is inconclusive: verdict NONE, points 0 so far */
    struct test_limits limits; /* as used */
    double factor;             /* what they were measured with; 0: they are absolute */
    int64_t reference_cpu_us;  /* the most of its tests; -1 = not known */
};

struct compile_result {
    enum verdict verdict; /* NONE: nothing to compile */
    double wall_ms;
    bool cached;
    char *output; /* compiler messages; owned, hostile */
    size_t n_output;
};

struct record {
    char problem[SLUG_MAX + 1];
    char title[128];
    int64_t problem_version;
    char problem_sha256[SHA256_HEX];
    char submission_sha256[SHA256_HEX];
    char language[LANGUAGE_NAME_MAX + 1];
    char language_version[256];
    char file[256];      /* base name, hostile */
    char started_at[40]; /* RFC 3339 UTC */
    char cpu[128];
    int cores;
    char kernel[128];
    enum verdict verdict; /* NONE: inconclusive, or nothing to judge */
    bool inconclusive;
    bool failed_fast; /* tests were left out after the first failure, as asked for */
    int64_t score, max_score;
    bool uncompared; /* an own input without an expected answer: AC says that something came back */
    int64_t score_undecided; /* what inconclusive groups may add to the score */
    bool seed_secret;
    char seed_id[SEED_ID_HEX];
    enum sandbox_tier tier;
    char **missing; /* what the tier lacks; NULL-terminated, owned */
    char *warnings[RECORD_WARNINGS_MAX];
    size_t n_warnings;
    struct compile_result compile;
    struct group_result *groups;
    size_t n_groups;
    struct test_result *tests;
    size_t n_tests;
    char policy
        [VISIBILITY_TEXT_BYTES]; /* visibility.h, as the host gave it; "" = none was asked for */
    int64_t
        tries; /* submissions of this candidate before this one, as the host says; -1 = it does not */
    int64_t cpu_us_max, memory_bytes_max; /* over the tests that ran; -1 = none */
};

/* Planted bugs: one is fixed if every group of its name that was offered is accepted.  False: the problem has none. */
bool record_bugs(const struct record *record, size_t *ret_fixed, size_t *ret_total);

void record_free(struct record *record);

/* Replaces message and hint of a test; texts longer than TEST_MESSAGE_MAX and TEST_HINT_MAX bytes are cut there. */
#define TEST_MESSAGE_MAX 768
#define TEST_HINT_MAX    160
void test_say(struct test_result *test, const char *hint, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Replaces the list of its blocked calls by a copy of `calls`.  -ENOMEM. */
int test_block(struct test_result *test, const struct sandbox_blocked *calls, size_t n);
const char *test_message(const struct test_result *test); /* "" if there is none */
void test_done(struct test_result *test);
void record_warn(struct record *record, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
