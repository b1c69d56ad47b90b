/* "scale" of problem.json: {"n": "rows of X_train", "from": 250, "to": 20000}. */
#ifndef MLJUDGE_PROBLEM_SCALE_H
#define MLJUDGE_PROBLEM_SCALE_H

#include "judge/problem.h"

#define SCALE_TEXT_MAX 120 /* bytes of "n" */
#define SCALE_N_MAX    ((int64_t)1000000000)

/* Leaves *ret empty where there is none. */
int problem_read_scale(const struct document *document, struct problem_scale *ret,
                       struct error *err);

#endif
