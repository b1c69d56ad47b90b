/* The prototype that codegen writes, cut into its parameters: starters name them as the header does, tails and all. */
#ifndef MLJUDGE_STARTER_PROTOTYPE_H
#define MLJUDGE_STARTER_PROTOTYPE_H

#include <stdio.h>

#include "judge/codegen.h"

struct parameter {
    const char *text; /* "const double *x" */
    const char *name; /* "x": its end */
};

struct prototype {
    char *text;              /* owned; the others point into it */
    const char *result;      /* "void", "std::vector<double>" */
    struct parameter *items; /* owned */
    size_t n;
    bool no_void;        /* print () where there is no parameter */
    const char *besides; /* what the header declares besides the function: structs; may be empty */
    char *header;        /* owned; `besides` points into it */
};

/* Of a codegen (codegen_find()).  *ret is released with prototype_done(). */
int prototype_read(const struct codegen *codegen, const struct signature *signature,
                   struct prototype *ret, struct error *err);
/* Of method `m` of a class, which is called `entry` in that language; `besides` is the class's. */
int prototype_read_method(const struct codegen *codegen, const struct signature *class, size_t m,
                          const char *entry, struct prototype *ret, struct error *err);
void prototype_done(struct prototype *prototype);

/* The parameter that carries a name of the signature, which may have got a tail of `_`; NULL: none does. */
const struct parameter *prototype_find(const struct prototype *prototype, const char *name);

/* "RESULT ENTRY(...)", broken before `columns`. */
void prototype_print(FILE *to, const struct prototype *prototype, const char *entry,
                     size_t columns);

#endif
