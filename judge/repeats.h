/* Several runs of one test: medians, spread, and whether its result reproduces. */
#ifndef MLJUDGE_REPEATS_H
#define MLJUDGE_REPEATS_H

#include "judge/record.h"

/* Keeps the run that stands in `result` as one sample.  answer: a hash of what was returned; 0: nothing.  -ENOMEM. */
int repeats_take(struct test_result *result, uint64_t answer);

/* After the last run.  result->run becomes the median of each number over the runs where it is known.  A verdict, or
 * the credit of an accepted answer, that differs from run to run makes the test INCONCLUSIVE with verdict NONE; but SV
 * in one run is SV, and a failure of ours in the last is JE. */
void repeats_settle(struct test_result *result);

struct spread {
    int64_t least, most; /* -1: not known */
};
enum repeats_number { REPEATS_CPU_US, REPEATS_WALL_US, REPEATS_MEMORY_BYTES };
struct spread repeats_spread(const struct test_result *result, enum repeats_number which);

#endif
