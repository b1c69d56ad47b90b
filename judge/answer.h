/* A call's result against the expected answer of its test. */
#ifndef MLJUDGE_ANSWER_H
#define MLJUDGE_ANSWER_H

#include "judge/compare.h"

/* args, expected: whole frames of a built test.  got: a result frame that values_check() and values_resolve() have
 * seen.  Negative errno is ours (a damaged test). */
int answer_compare(const struct comparator *comparator, const struct signature *signature,
                   const void *args, size_t args_size, const void *expected, size_t expected_size,
                   const struct frame *got, struct comparison *ret, struct error *err);

#endif
