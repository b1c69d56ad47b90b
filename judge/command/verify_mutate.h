/* mljudge verify --mutate: mutants of the references against the tests. */
#ifndef MLJUDGE_VERIFY_MUTATE_H
#define MLJUDGE_VERIFY_MUTATE_H

#include <jansson.h>

#include "judge/command/command.h"

#define MUTANTS_DEFAULT 60 /* of each reference */

struct mutation_request {
    const struct context *context;
    struct judge *judge;
    const struct problem *problem;
    const struct seed *seed;
    int64_t n_mutants;
    FILE *out; /* for people */
};

/* Judges mutants of "reference" and "check", where they are Python, C or C++.  Survivors are listed, and are no failure:
 * some mutants are as right as the original.  *ret: {"total", "killed", "invalid", "killed_by": {group: number},
 * "survivors": [{"file", "line", "column", "kind", "original", "mutated"}]}, a new reference.  Returns an exit code. */
int verify_mutants(const struct mutation_request *request, json_t **ret);

#endif
