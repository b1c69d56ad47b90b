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
extern const struct compare_kind compare_ulp;
extern const struct compare_kind compare_normwise;
extern const struct compare_kind compare_decimal;
extern const struct compare_kind compare_relabel;
extern const struct compare_kind compare_agreement;
extern const struct compare_kind compare_sign;
extern const struct compare_kind compare_scale;
extern const struct compare_kind compare_orthonormal;
extern const struct compare_kind compare_threshold;

/* A comparator of the whole answer: several returns, or returns and arguments, together. */
struct compare_answer {
    const struct signature *signature;
    const struct frame *args, *expected, *got; /* of call 0 */
    const struct compare_run *runs;            /* all calls, as many as runs() says */
};

struct compare_joint {
    const char *name;
    /* Sets covered[i] for every return it judges (of signature->n_returns).  *ret is one malloc'ed block. */
    int (*create)(const json_t *json, const struct signature *signature, void **ret, bool *covered,
                  struct error *err);
    int (*scale)(const void *params, double factor, void **ret, struct error *err);
    int (*compare)(const void *params, const struct compare_answer *answer, struct comparison *ret,
                   struct error *err);
    /* Both NULL where one call is enough; else see comparator_runs() and comparator_change(). */
    size_t (*runs)(const void *params);
    bool (*change)(const void *params, size_t run, const unsigned char key[32],
                   struct run_change *ret);
};

extern const struct compare_joint compare_statistical;
extern const struct compare_joint compare_backward_error;
extern const struct compare_joint compare_subspace;
extern const struct compare_joint compare_product;

/* The subject of return `i`, for messages.  `name` is where its name is put. */
#define SUBJECT_NAME 64
struct compare_subject compare_subject_of(const struct compare_answer *answer, size_t i,
                                          char name[SUBJECT_NAME]);

/* "NAME: " and the text into a comparison that differs. */
void comparison_differs(struct comparison *ret, const struct compare_subject *subject,
                        const char *kind, int64_t index, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Arrays: the same shape?  If not, *ret says so. */
bool compare_same_shape(const struct compare_subject *subject, struct comparison *ret);

/* Scalars, arrays, ragged arrays: element i against element i?  If not, *ret says so. */
bool compare_same_layout(const struct compare_subject *subject, struct comparison *ret);

/* Floats: is every element finite?  If not, *ret says where (kind "not finite"). */
bool compare_all_finite(const struct compare_subject *subject, struct comparison *ret);

/* -EINVAL, the package's fault, if an element of an argument or expected answer is not finite: a tolerance made of it
 * would accept anything.  `what` is its name. */
int compare_need_finite(const char *comparator, const char *what, const struct value *value,
                        struct error *err);

/* Shape, then element by element: scalars, arrays, ragged arrays.  -ENOMEM. */
int compare_elements(const struct cell_rule *rule, const struct compare_subject *subject,
                     struct comparison *ret, struct error *err);

#endif
