/* Two reports side by side, for people. */
#ifndef MLJUDGE_REPORT_COMPARE_H
#define MLJUDGE_REPORT_COMPARE_H

#include <stdio.h>

#include "judge/report_read.h"

struct compare_options {
    bool all; /* every test; else those that differ */
};

/* First what makes them hard to compare (another problem, version, seed, machine, isolation), then the result, the
 * groups, and the tests: by group and number where both are of the same tests, else by name.  A test differs if its
 * verdict does, or its CPU time or memory by more than half as much again and more than 10 ms or 1 MiB.
 * *ret_same: all verdicts and points are.  -ENOMEM. */
int report_compare(FILE *file, const struct report *a, const struct report *b,
                   const struct compare_options *options, bool *ret_same);

#endif
