/* Mutants: programs that differ from a right one in one place, as a mistake would.  Tests that accept one are too weak, or
 * the mutant is as right as the original.
 *
 * Pure: text in, a list of changes out; the same every time. */
#ifndef MLJUDGE_MUTATE_H
#define MLJUDGE_MUTATE_H

#include <stdbool.h>
#include <stddef.h>

#include "sandbox/error.h"

enum mutate_syntax { MUTATE_PYTHON, MUTATE_C /* and C++ */ };

#define MUTATION_TEXT_MAX 64

/* `n` bytes at `at` become `text`. */
struct mutation {
    const char *kind; /* static: "boundary", "axis", ... */
    size_t at, n;
    char text[MUTATION_TEXT_MAX];
    int line, column; /* of `at`, 1-based, in bytes */
};

struct mutations {
    struct mutation *items; /* owned; in the order of the source */
    size_t n;
    size_t n_all; /* how many there would be without a bound */
};

/* At most `max` mutations of a source, spread evenly over their kinds and within a kind over the source.  A source that is
 * no program gives some list, too.  -ENOMEM. */
int mutations_find(enum mutate_syntax syntax, const char *source, size_t size, size_t max,
                   struct mutations *ret, struct error *err);
void mutations_done(struct mutations *mutations);

/* The source of a mutant, malloc'ed; NULL: out of memory. */
char *mutation_apply(const struct mutation *mutation, const char *source, size_t size,
                     size_t *ret_size);

#endif
