/* What a caller left open in a policy, and what no policy may say: before anything is made of it. */
#ifndef MLJUDGE_POLICY_H
#define MLJUDGE_POLICY_H

#include "sandbox/sandbox.h"

/* Puts the defaults of sandbox.h where a number is 0. */
void policy_fill(struct sandbox_policy *p);

/* Of a filled policy: 0, or -EINVAL and `err` says what is wrong.  What is accepted fits the types and the
 * arithmetic of everything behind it: a time in nanoseconds, doubled and added to a clock, is an int64_t. */
int policy_check(const struct sandbox_policy *p, struct error *err);

#endif
