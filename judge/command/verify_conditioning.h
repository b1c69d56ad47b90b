/* mljudge verify: are tolerances wider than what rounding does to the references' answers? */
#ifndef MLJUDGE_VERIFY_CONDITIONING_H
#define MLJUDGE_VERIFY_CONDITIONING_H

#include "judge/command/command.h"
#include "judge/conditioning.h"

struct conditioning_options {
    const struct context *context;
    struct judge *judge;
    const struct problem *problem;
    const struct seed *seed;
    bool strict; /* another order of summation that matters is a failure */
    FILE *out;   /* for people */
};

/* Says what was found.  *ret: {"reordered": {"tried", "tests": [...]}, "perturbed": {...}}, a new reference, whose
 * "tests" are those that differ by more than a tenth of the tolerance; *ret_bad: how many of them are failures.
 * Returns an exit code. */
int verify_conditioning(const struct conditioning_options *options, json_t **ret, size_t *ret_bad);

#endif
