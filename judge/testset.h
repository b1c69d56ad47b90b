/* The tests of a problem under one seed: hand-written ones, generated ones, and their expected answers.
 *
 * Generators and references are package code: they run in boxes of their own, never beside a candidate.  What was
 * built is kept in one packed file in the cache under the hash of all that made it. */
#ifndef MLJUDGE_TESTSET_H
#define MLJUDGE_TESTSET_H

#include "judge/judge.h"

#define TEST_NAME_MAX 63
#define TEST_NOTE_MAX 512 /* longer notes are cut */

/* What one call of a test gets. */
struct run_input {
    const void *args; /* an ARGS frame */
    size_t args_size;
};

struct test {
    const char *name; /* "edge/3", "perf/g0"; at most TEST_NAME_MAX bytes */
    size_t group;
    const char *note; /* shorter than TEST_NOTE_MAX */
    const void *args; /* an ARGS frame */
    size_t args_size;
    const void *expected; /* a RESULT frame */
    size_t expected_size;
    size_t n_runs;                /* calls, 1 or as many as the comparator asks for */
    const struct run_input *runs; /* [n_runs]; [0]: the arguments above */
    int64_t reference_cpu_us;     /* on this machine, of the request's language; -1 = not known */
};

struct testset {
    struct test *tests; /* in group order, hand-written before generated */
    size_t n_tests;
    struct run_input *runs; /* of all tests */
    struct mapping mapping; /* what they point into */
};

/* An input of the candidate's own: a file as those in tests/, where "expected" may be missing. */
struct own_input {
    int dir_fd; /* the folder it lies in; {"$file": ...} too */
    const char *name;
    const char *shown; /* its path as given, for messages */
    size_t group;      /* whose limits and comparator it has */
};

struct testset_request {
    const struct problem *problem;
    const struct own_input *own; /* this instead of the package's tests; NULL: those */
    const struct seed *seed;
    const char *
        language; /* whose reference times are wanted; NULL: none, limits by factor stay unmeasured */
    bool samples_only; /* no generator, no reference: samples carry their answers */
    bool strict;       /* for the package's author */
    bool reveal;       /* as strict: names in progress(), and errors, may tell of hidden tests */
    int cancel_fd;
    void (*progress)(void *data, const char *text); /* may be NULL */
    void (*warn)(void *data, const char *text);
    void *data;
};

/* -EINVAL and a sentence with file, line, field if the package is at fault; a secret seed without them makes
 * it a sentence that says nothing of hidden tests. */
int testset_build(struct judge *judge, const struct testset_request *request, struct testset *ret,
                  struct error *err);
void testset_done(struct testset *testset);

/* A test is over: its bytes need not stay in memory.  They can still be read. */
void testset_forget(const struct testset *testset, size_t test);

#endif
