/* Holes, for the tests only: in a build made with HOLES=1 the environment variable MLJUDGE_HOLE names one defence
 * (tests/attacks/defences.json) that is then left out, so that the attack corpus can be seen to notice
 * (`tests/attacks/run --holes`).  In every other build hole() is false and nothing of this exists. */
#ifndef MLJUDGE_HOLE_H
#define MLJUDGE_HOLE_H

#include <stdbool.h>
#include <stddef.h>

/* In place of a limit: what a failed defence may cost the machine that runs the tests. */
#define HOLE_MEMORY_BYTES (3LL << 30)
#define HOLE_PROCESSES    400

struct sock_filter;

#ifdef MLJUDGE_HOLES
bool hole(const char *defence);
/* Takes one defence out of a filter of n instructions with room for max; returns its new length. */
size_t hole_in_filter(struct sock_filter *program, size_t n, size_t max);
#else
static inline size_t hole_in_filter(struct sock_filter *program, size_t n, size_t max)
{
    (void)program;
    (void)max;
    return n;
}

static inline bool hole(const char *defence)
{
    (void)defence;
    return false;
}
#endif

#endif
