/* "ulp" (C21): floats at most `k` representable numbers apart; k = 0: the same number.  For problems whose point is rounding
 * (a parsed decimal has one nearest double).  +0 and -0 are the same number; NaN only where NaN is expected. */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "judge/compare_kind.h"
#include "judge/compare_params.h"
#include "judge/value_text.h"

struct params {
    int64_t k;
};

static int create(const json_t *json, const struct type *type, void **ret, struct error *err)
{
    static const char *const keys[] = {"name", "k", NULL};
    struct params params;
    const json_t *object = json_is_object(json) ? json : NULL;
    int r = comparator_only_keys(object, keys, err);
    if (r == 0 && (type->elem != ELEM_FLOAT || type->kind == KIND_TABLE))
        r = error_set(err, -EINVAL, "comparator 'ulp' is for floats");
    if (r == 0)
        r = param_int(object, "ulp", "k", 0, INT64_C(1) << 52, 0, &params.k, err);
    if (r < 0)
        return r;
    *ret = param_copy(&params, sizeof params, err);
    return *ret ? 0 : -ENOMEM;
}

static int scale(const void *old, const struct type *type, double factor, void **ret,
                 struct error *err)
{
    (void)type;
    struct params params = *(const struct params *)old;
    params.k = (int64_t)((double)params.k * factor);
    *ret = param_copy(&params, sizeof params, err);
    return *ret ? 0 : -ENOMEM;
}

/* Integers in the order of the numbers; both zeros are 0. */
static int64_t ordered(double x)
{
    int64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits < 0 ? INT64_MIN - bits : bits;
}

static uint64_t distance(double a, double b)
{
    int64_t x = ordered(a), y = ordered(b);
    return x > y ? (uint64_t)x - (uint64_t)y : (uint64_t)y - (uint64_t)x;
}

static bool agrees(int64_t k, double e, double x)
{
    if (isnan(e) || isnan(x))
        return isnan(e) && isnan(x);
    if (isinf(e) || isinf(x))
        return e == x;
    return distance(e, x) <= (uint64_t)k;
}

/* The i-th elements, which differ. */
static void say(int64_t k, const struct compare_subject *subject, int64_t i, struct comparison *ret)
{
    const struct value *expected = subject->expected, *got = subject->got;
    const char *kind = cell_difference_kind(expected, i, got, i);
    const double *e = expected->data, *x = got->data;
    char at[CELL_TEXT], e_text[CELL_TEXT], x_text[CELL_TEXT], apart[80] = "";
    if (strcmp(kind, "value") == 0 && isfinite(e[i]) && isfinite(x[i]))
        snprintf(apart, sizeof apart, " (%" PRIu64 " ulp apart, %" PRId64 " allowed)",
                 distance(e[i], x[i]), k);
    comparison_differs(ret, subject, kind, i, "%s is %s, expected %s%s",
                       value_index_text(got, i, at), value_cell_text(got, i, x_text),
                       value_cell_text(expected, i, e_text), apart);
}

static int compare(const void *data, const struct compare_subject *subject, struct comparison *ret,
                   struct error *err)
{
    (void)err;
    const struct params *params = data;
    const struct value *expected = subject->expected, *got = subject->got;
    if (!compare_same_layout(subject, ret))
        return 0;
    const double *e = expected->data, *x = got->data;
    for (int64_t i = 0; ret->equal && i < expected->n; i++) {
        bool e_null = value_is_null(expected, i), x_null = value_is_null(got, i);
        if (e_null || x_null ? !(e_null && x_null) : !agrees(params->k, e[i], x[i]))
            say(params->k, subject, i, ret);
    }
    return 0;
}

const struct compare_kind compare_ulp = {"ulp", create, scale, compare};
