/* "close" (C2): floats within atol + rtol * |expected|, element by element. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "judge/compare_kind.h"

static int create(const json_t *json, const struct type *type, void **ret, struct error *err)
{
    if (type->kind == KIND_TABLE)
        return error_set(err, -EINVAL,
                         "comparator 'close' is for floats; a table takes {\"name\": \"rows\", "
                         "\"columns\": {...}}");
    struct cell_rule *rule = malloc(sizeof *rule);
    if (!rule)
        return error_oom(err);
    int r = cell_rule_from_json(json, type->elem, rule, err);
    if (r < 0)
        free(rule);
    else
        *ret = rule;
    return r;
}

static int scale(const void *params, const struct type *type, double factor, void **ret,
                 struct error *err)
{
    (void)type;
    struct cell_rule *rule = malloc(sizeof *rule);
    if (!rule)
        return error_oom(err);
    *rule = *(const struct cell_rule *)params;
    int r = cell_rule_scale(rule, factor, err);
    if (r < 0)
        free(rule);
    else
        *ret = rule;
    return r;
}

static int compare(const void *params, const struct compare_subject *subject,
                   struct comparison *ret, struct error *err)
{
    assert(subject->expected->elem == ELEM_FLOAT);
    return compare_elements(params, subject, ret, err);
}

const struct compare_kind compare_close = {"close", create, scale, compare};
