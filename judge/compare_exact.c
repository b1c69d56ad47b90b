/* "exact" (C1): equal, element by element; floats as numbers, NaN where NaN is expected.  A table is compared as
 * by "rows" with every column exact. */
#include <errno.h>
#include <stdlib.h>

#include "judge/compare_kind.h"

static int create(const json_t *json, const struct type *type, void **ret, struct error *err)
{
    struct cell_rule rule;
    *ret = NULL;
    int r = cell_rule_from_json(json, type->elem, &rule, err);
    return r == 0 && type->kind == KIND_TABLE ? compare_rows.create(NULL, type, ret, err) : r;
}

static int scale(const void *params, const struct type *type, double factor, void **ret,
                 struct error *err)
{
    *ret = NULL;
    return type->kind == KIND_TABLE ? compare_rows.scale(params, type, factor, ret, err) : 0;
}

static int compare(const void *params, const struct compare_subject *subject,
                   struct comparison *ret, struct error *err)
{
    static const struct cell_rule rule = {.exact = true};
    if (subject->expected->kind == KIND_TABLE)
        return compare_rows.compare(params, subject, ret, err);
    return compare_elements(&rule, subject, ret, err);
}

const struct compare_kind compare_exact = {"exact", create, scale, compare};
