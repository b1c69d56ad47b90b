/* How long a language's reference takes on each test, on this machine: what limits by "factor" are made of, and what
 * reports compare a candidate with.
 *
 * Kept in the cache beside the tests, under their key, the language's tools, and the processor: another machine
 * measures anew. */
#ifndef MLJUDGE_REFERENCE_TIMES_H
#define MLJUDGE_REFERENCE_TIMES_H

#include "judge/testset.h"

/* Every "factor" of problem.json has a reference of its language; -EINVAL with the place of one that has not. */
int reference_times_check(struct judge *judge, const struct problem *problem, struct error *err);

/* Keeps what a reference took while it made the answers: one run each, -1 = none.  Failures are silent. */
void reference_times_keep(struct judge *judge, const char *tests_key, struct language *language,
                          const int64_t *cpu_us, size_t n_tests);

struct reference_times_request {
    const struct problem *problem;
    const char *language;
    const char *tests_key;
    int cancel_fd;
    void (*progress)(void *data, const char *text); /* may be NULL */
    void *data;
};

/* Fills in reference_cpu_us of the tests.  Groups with a limit by factor that were not measured yet are: each test
 * three times, the median counts. */
int reference_times_fill(struct judge *judge, const struct reference_times_request *request,
                         struct testset *testset, struct error *err);

#endif
