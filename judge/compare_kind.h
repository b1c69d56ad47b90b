/* What a comparator is, for compare.c and the compare_NAME.c files. */
#ifndef MLJUDGE_COMPARE_KIND_H
#define MLJUDGE_COMPARE_KIND_H

#include "judge/compare_cell.h"

/* One return of one test. */
struct compare_subject {
    const char *name; /* "returned value", "returned f1": how messages begin */
    const struct signature *signature;
    const struct frame *args;
    const struct value *expected;
    const struct value *got;
};

struct compare_kind {
    const char *name; /* in problem.json */
    /* Checks the JSON (a bare name or an object) and that it fits the type.  *ret is one malloc'ed block. */
    int (*create)(const json_t *json, const struct type *type, void **ret, struct error *err);
    int (*scale)(const void *params, const struct type *type, double factor, void **ret,
                 struct error *err);
    /* *ret is as from comparison_equal() when called. */
    int (*compare)(const void *params, const struct compare_subject *subject,
                   struct comparison *ret, struct error *err);
};

extern const struct compare_kind compare_exact;
extern const struct compare_kind compare_close;
extern const struct compare_kind compare_rows;

/* "NAME: " and the text into a comparison that differs. */
void comparison_differs(struct comparison *ret, const struct compare_subject *subject,
                        const char *kind, int64_t index, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Shape, then element by element: scalars, arrays, ragged arrays. */
void compare_elements(const struct cell_rule *rule, const struct compare_subject *subject,
                      struct comparison *ret);

#endif
