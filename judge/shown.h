/* The values of one test as text for a person: what went in, what was expected, what came back, and where they first
 * differ with what stands around it.  Bounded and escaped, whatever they hold.  Only for tests that may be shown. */
#ifndef MLJUDGE_SHOWN_H
#define MLJUDGE_SHOWN_H

#include "judge/compare.h"
#include "judge/frame.h"

#define SHOWN_MAX_BYTES 3000 /* of each text; the rest is cut, and "..." says so */

struct shown {
    char *input;    /* a line an argument: "k = 3"; of a class its calls */
    char *expected; /* NULL: there is none */
    char *got;      /* NULL: nothing came back */
    char *
        difference; /* lines: the elements around the first difference, which is marked "> <"; NULL: not in one place */
};

/* args, expected: whole frames of a built test (expected_size 0: none); got: checked, or NULL; comparison: of these, or
 * NULL.  -ENOMEM; a damaged frame shows nothing. */
int shown_make(const struct signature *signature, const void *args, size_t args_size,
               const void *expected, size_t expected_size, const struct frame *got,
               const struct comparison *comparison, struct shown *ret, struct error *err);
void shown_done(struct shown *shown);

#endif
