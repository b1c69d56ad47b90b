/* In which order the tests of a submission are started, and what `verify` learned of them. */
#ifndef MLJUDGE_SCHEDULE_ORDER_H
#define MLJUDGE_SCHEDULE_ORDER_H

#include "judge/submission.h"
#include "judge/verify_matrix.h"

/* Fills run->order: as they come; with fail_fast those first that rejected most wrong solutions when the problem was
 * verified here, then by the size of their arguments. */
int schedule_order(struct run *run, struct error *err);

/* Keeps how many wrong solutions each test rejected, under whatever seeds, in the cache: by name of the test, for this
 * very package. */
void schedule_keep_kills(struct judge *judge, const struct problem *problem,
                         const struct matrix *matrix);

#endif
