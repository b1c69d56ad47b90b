/* One submission while it is judged: submission.c, its stages submission_STAGE.c, and schedule.c. */
#ifndef MLJUDGE_SUBMISSION_H
#define MLJUDGE_SUBMISSION_H

#include "judge/answer.h"
#include "judge/compile.h"
#include "judge/judge.h"
#include "judge/noise.h"
#include "judge/run_test.h"
#include "judge/testset.h"

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
    struct comparison comparison;       /* .equal: nothing differs, or nothing was compared */
    struct sandbox_usage prepare, used; /* the largest of those calls */
    double switches_per_s;              /* involuntary, the most of any call; NAN: not known */
    uint64_t answer; /* hash of what the calls returned, if there are repeats; 0: nothing */
    bool alone;      /* no other box ran beside it */
    bool busy;
    struct noise_sample before;
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
    size_t *order;  /* of the tests to start; [n_tests] */
    size_t next;    /* before this one of the order all have been started, or need not run */
    size_t *failed; /* of each group: its first test that failed for certain; SIZE_MAX: none */
    size_t pending[JUDGE_JOBS_MAX]; /* tests that are to be run once more */
    size_t n_pending;
    struct job *exclusive; /* nothing is started beside it */
    bool stop;             /* a sandbox violation ends the run */
    int r;                 /* first failure of ours that cannot become a verdict */
    struct error error;
};

/* ---- submission.c ---- */

void submission_emit(struct run *run, enum judge_event_kind kind, const char *text,
                     const struct test_result *test);
void submission_warn(struct run *run, const char *text);

/* ---- submission_record.c: everything in the record but the tests' results ---- */

int submission_new_record(struct run *run, struct error *err);

/* What the references took; a limit by factor follows from the slowest test of its group. */
void submission_take_reference_times(struct run *run);

/* Every test of the test set, not run yet. */
int submission_plan_tests(struct run *run, struct error *err);

/* Verdicts and points of the groups and of the whole. */
int submission_combine(struct run *run, struct error *err);

/* ---- submission_test.c: one test, from its first call to its result ---- */

/* Starts the test of this index; schedule_test_over() is called when it is over. */
int submission_start_test(struct run *run, struct job *job, size_t index, struct error *err);

/* ---- schedule.c: which test next, and which once more ---- */

/* Runs every test that there is reason to run, up to n_jobs at once. */
int schedule_run(struct run *run, struct error *err);

/* The job's test has a result, and what it returned is still held.  False: it will run once more. */
bool schedule_settle(struct job *job);

/* The job, whose test has such a result, is free. */
void schedule_test_over(struct job *job);

/* Is any other test of the run still to be started, as far as is known? */
bool schedule_has_more(struct run *run);

#endif
