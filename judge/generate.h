/* A package's generator.py, run in a box that sees test keys and nothing else (its protocol: HARNESS.md). */
#ifndef MLJUDGE_GENERATE_H
#define MLJUDGE_GENERATE_H

#include "judge/judge.h"

#define GENERATOR_LANGUAGE "python"

/* Gets one generated ARGS frame (borrowed); negative errno stops. */
typedef int generated_fn(void *data, size_t group, int64_t index, const void *frame, size_t size,
                         struct error *err);

/* The tests that a package's generator makes, in several boxes at once: the same whatever their number. */
struct generation_request {
    const struct problem *problem;
    const struct seed *seed;
    int cancel_fd;
};
struct generation;
int generation_new(struct judge *judge, const struct generation_request *request,
                   struct generation **ret, struct error *err);
/* Those of one group, in order, as soon as they are made; the groups in their order. */
int generation_take(struct generation *generation, size_t group, generated_fn *take, void *data,
                    struct error *err);
/* No box goes on.  NULL is fine. */
void generation_free(struct generation *generation);

/* Arguments of size n, for measuring growth: scale(rng, n) of the generator (problem.json, "scale").  take() gets the
 * one frame. */
int generate_scale(struct judge *judge, const struct problem *problem, int64_t n,
                   const struct seed *seed, generated_fn *take, void *data, int cancel_fd,
                   struct error *err);

struct validate_item {
    const char *name; /* for messages */
    const void *args; /* ARGS frame */
    size_t args_size;
};

/* Asks vary() of the package's checker for the arguments of the other calls of tests of several calls.  take() gets
 * the frames in order: item 0's calls 1 .. runs - 1, item 1's, ...; its index counts them all. */
struct vary_item {
    const char *name; /* for messages */
    const void *args; /* ARGS frame of call 0 */
    size_t args_size;
    unsigned char key[TEST_KEY_BYTES];
};
int generate_vary(struct judge *judge, const struct problem *problem, const struct checker *checker,
                  const struct vary_item *items, size_t n, generated_fn *take, void *data,
                  int cancel_fd, struct error *err);

/* Shows hand-written tests to the generator's validate(args). */
int generate_validate(struct judge *judge, const struct problem *problem,
                      const struct validate_item *items, size_t n, int cancel_fd,
                      struct error *err);

#endif
