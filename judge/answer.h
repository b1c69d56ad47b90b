/* The results of a test's calls against its expected answer. */
#ifndef MLJUDGE_ANSWER_H
#define MLJUDGE_ANSWER_H

#include "judge/compare.h"

/* One call of a test: a whole ARGS frame, and the result frame that values_check() and values_resolve() have seen. */
struct answered_run {
    const void *args;
    size_t args_size;
    const struct frame *got;
};

/* runs[comparator_runs()].  expected: a whole frame of a built test; size 0 where the comparator wants none.
 * Negative errno is ours (a damaged test) or the package's. */
int answer_compare(const struct comparator *comparator, const struct signature *signature,
                   const struct answered_run *runs, const void *expected, size_t expected_size,
                   struct comparison *ret, struct error *err);

/* The arguments of call `run` where an int argument differs: a new ARGS frame, malloc'ed. */
int answer_change_args(const void *args, size_t args_size, const struct run_change *change,
                       void **ret, size_t *ret_size, struct error *err);

#endif
