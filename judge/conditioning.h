/* Is a tolerance wider than what rounding alone can do to the answer?  Two probes of the tests that are compared with
 * one: the references in C and C++ compiled so that sums are taken in another order, and a reference on arguments
 * whose floats are off by one unit in the last place.  Both must agree with the expected answer within a tenth. */
#ifndef MLJUDGE_CONDITIONING_H
#define MLJUDGE_CONDITIONING_H

#include "judge/testset.h"

enum conditioning_probe { PROBE_REORDERED, PROBE_PERTURBED, PROBES };

struct conditioning_finding {
    enum conditioning_probe probe;
    const char *path, *test;
    const char *message; /* where it differs, or how the run ended; hostile */
};

struct conditioning_request {
    const struct problem *problem;
    const struct seed *seed;
    int cancel_fd;
    void (*progress)(void *data, const char *text); /* may be NULL */
    void (*found)(void *data, const struct conditioning_finding *finding);
    void *data;
};

/* ret_tried: runs of each probe; 0: no group has a tolerance, or no reference suits.  The tests are built as for a
 * strict submission. */
int conditioning_probe(struct judge *judge, const struct conditioning_request *request,
                       size_t ret_tried[PROBES], struct error *err);

/* Does a comparator of problem.json have a tolerance on floats? */
bool conditioning_applies(const json_t *comparator);

/* An ARGS frame with every float that is not whole, or next to it, off by one unit in the last place, up or down as the
 * key and its value say: what was equal stays equal, neighbours keep their order.  Aligned, free(). */
int conditioning_perturb(const void *args, size_t size, uint64_t key, void **ret,
                         struct error *err);

#endif
