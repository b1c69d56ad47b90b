/* One element against another: the part every comparator shares. */
#ifndef MLJUDGE_COMPARE_CELL_H
#define MLJUDGE_COMPARE_CELL_H

#include <jansson.h>

#include "judge/compare.h"

/* A float e agrees with x if |x - e| <= atol + rtol * |e| (catalogue C2: asymmetric, rtol multiplies what was
 * expected); NaN with NaN only, an infinity with itself only.  `exact` (C1): equal as numbers (+0 = -0), or both
 * NaN.  Everything else, and NULL, is compared for identity whatever the rule. */
struct cell_rule {
    bool exact;
    double rtol; /* 0 <= rtol < 1, so that acceptance intervals keep the order of their centres */
    double atol; /* >= 0 */
};

/* "exact", "close" (1e-9, 1e-9) or {"name": "close", "rtol": R, "atol": A}.  -EINVAL: "close" for what is not
 * float, unknown names and keys. */
int cell_rule_from_json(const json_t *json, enum elem elem, struct cell_rule *ret,
                        struct error *err);

/* Tolerances times `factor`; -EINVAL if rtol would reach 1. */
int cell_rule_scale(struct cell_rule *rule, double factor, struct error *err);

/* Both of the same element type. */
bool cell_equal(const struct cell_rule *rule, const struct value *expected, int64_t i,
                const struct value *got, int64_t j);

/* "is 0.41, expected 0.5 (absolute error 9.0e-02, relative 1.8e-01, tolerance 1e-9 + 1e-9*|expected|)". */
#define DIFFERENCE_TEXT 320
const char *cell_difference(const struct cell_rule *rule, const struct value *expected, int64_t i,
                            const struct value *got, int64_t j, char buffer[DIFFERENCE_TEXT]);

/* "null" if one of the two is NULL, else "value": what comparison.kind says. */
const char *cell_difference_kind(const struct value *expected, int64_t i, const struct value *got,
                                 int64_t j);

/* -EINVAL for a key of `json` (an object or NULL) that is not in the NULL-terminated list. */
int comparator_only_keys(const json_t *json, const char *const *keys, struct error *err);

#endif
