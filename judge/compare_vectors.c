/* "sign" (C9) and "scale": vectors that are right up to a factor.
 *
 *   {"name": "sign", "axis": "rows" | "columns" | "all", "tol": 1e-8}
 *       min(|v - e|, |v + e|) <= tol for every vector (2-norm); unit vectors of simple eigenvalues
 *   {"name": "scale", "axis": ..., "rtol": 1e-9, "positive": true}
 *       |v - c e| <= rtol |v| for the best c of each vector; c > 0, or with "positive": false any c but 0
 *
 * "all": the whole array is one vector (always so for float[n]).  By "scale" a vector of zeros agrees with zeros only. */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "judge/compare_kind.h"
#include "judge/compare_params.h"

static const char *const axes[] = {"rows", "columns", "all", NULL};

struct params {
    size_t axis;
    double tol;
    bool positive;
};

static int create(const json_t *json, const struct type *type, const char *name, const char *key,
                  double fallback, void **ret, struct error *err)
{
    const char *const keys[] = {"name", "axis", key, name[1] == 'c' ? "positive" : key, NULL};
    struct params params;
    const json_t *object = json_is_object(json) ? json : NULL;
    int r = comparator_only_keys(object, keys, err);
    if (r == 0 &&
        (type->kind != KIND_ARRAY || type->elem != ELEM_FLOAT || type->nullable || type->rank > 2))
        r = error_set(err, -EINVAL, "comparator '%s' is for float[n] and float[n,d]", name);
    if (r == 0)
        r = param_word(object, name, "axis", axes, &params.axis, err);
    if (r == 0)
        r = param_number(object, name, key, 0, 1, fallback, &params.tol, err);
    if (r == 0)
        r = param_bool(object, name, "positive", true, &params.positive, err);
    if (r < 0)
        return r;
    if (type->rank == 1)
        params.axis = 2;
    *ret = param_copy(&params, sizeof params, err);
    return *ret ? 0 : -ENOMEM;
}

static int create_sign(const json_t *json, const struct type *type, void **ret, struct error *err)
{
    return create(json, type, "sign", "tol", 1e-8, ret, err);
}

static int create_scale(const json_t *json, const struct type *type, void **ret, struct error *err)
{
    return create(json, type, "scale", "rtol", 1e-9, ret, err);
}

static int scale(const void *old, const struct type *type, double factor, void **ret,
                 struct error *err)
{
    (void)type;
    struct params params = *(const struct params *)old;
    params.tol *= factor;
    *ret = param_copy(&params, sizeof params, err);
    return *ret ? 0 : -ENOMEM;
}

/* One vector in both arrays. */
struct pair {
    const double *e, *x;
    int64_t n, stride;
};

static long double distance(const struct pair *pair, long double c)
{
    long double square = 0;
    for (int64_t i = 0; i < pair->n; i++) {
        long double off = (long double)pair->x[i * pair->stride] - c * pair->e[i * pair->stride];
        square += off * off;
    }
    return sqrtl(square);
}

typedef bool judge_fn(const struct params *params, const struct pair *pair, long double *ret_off,
                      long double *ret_tolerance);

static bool sign_agrees(const struct params *params, const struct pair *pair, long double *ret_off,
                        long double *ret_tolerance)
{
    *ret_off = fminl(distance(pair, 1), distance(pair, -1));
    *ret_tolerance = params->tol;
    return *ret_off <= *ret_tolerance;
}

static bool scale_agrees(const struct params *params, const struct pair *pair, long double *ret_off,
                         long double *ret_tolerance)
{
    long double ee = 0, ex = 0, xx = 0;
    for (int64_t i = 0; i < pair->n; i++) {
        long double e = pair->e[i * pair->stride], x = pair->x[i * pair->stride];
        ee += e * e;
        ex += e * x;
        xx += x * x;
    }
    long double c = ee > 0 ? ex / ee : 0;
    *ret_off = distance(pair, c);
    *ret_tolerance = params->tol * sqrtl(xx);
    if (ee == 0 || xx == 0)
        return ee == xx;
    return *ret_off <= *ret_tolerance && (params->positive ? c > 0 : c != 0);
}

static int64_t vectors_of(const struct params *params, const struct value *value, int64_t i,
                          const struct value *got, struct pair *ret)
{
    const double *e = value->data, *x = got->data;
    int64_t rows = value->dims[0], columns = value->rank == 2 ? value->dims[1] : 1;
    if (params->axis == 0 && value->rank == 2) {
        *ret = (struct pair){e + i * columns, x + i * columns, columns, 1};
        return rows;
    }
    if (params->axis == 1 && value->rank == 2) {
        *ret = (struct pair){e + i, x + i, rows, columns};
        return columns;
    }
    *ret = (struct pair){e, x, value->n, 1};
    return 1;
}

static int compare_each(const struct params *params, const struct compare_subject *subject,
                        judge_fn *agrees, const char *up_to, struct comparison *ret,
                        struct error *err)
{
    int r = compare_need_finite(agrees == sign_agrees ? "sign" : "scale", "expected",
                                subject->expected, err);
    if (r < 0)
        return r;
    if (!compare_same_shape(subject, ret) || !compare_all_finite(subject, ret) ||
        subject->expected->n == 0)
        return 0;
    struct pair pair;
    int64_t count = vectors_of(params, subject->expected, 0, subject->got, &pair);
    for (int64_t i = 0; i < count; i++) {
        long double off, tolerance;
        vectors_of(params, subject->expected, i, subject->got, &pair);
        if (agrees(params, &pair, &off, &tolerance))
            continue;
        comparison_differs(ret, subject, "value", pair.x - (const double *)subject->got->data,
                           ": %s [%" PRId64
                           "] is not the expected one up to %s (off by %.3Lg, tolerance %.3Lg)",
                           params->axis == 0   ? "row"
                           : params->axis == 1 ? "column"
                                               : "vector",
                           i, up_to, off, tolerance);
        return 0;
    }
    return 0;
}

static int compare_by_sign(const void *params, const struct compare_subject *subject,
                           struct comparison *ret, struct error *err)
{
    return compare_each(params, subject, sign_agrees, "sign", ret, err);
}

static int compare_by_scale(const void *params, const struct compare_subject *subject,
                            struct comparison *ret, struct error *err)
{
    return compare_each(params, subject, scale_agrees, "a factor", ret, err);
}

const struct compare_kind compare_sign = {"sign", create_sign, scale, compare_by_sign};
const struct compare_kind compare_scale = {"scale", create_scale, scale, compare_by_scale};
