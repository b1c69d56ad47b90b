/* "orthonormal": the rows (or columns) of a float[k,d] are unit vectors at right angles: |V V' - I| <= tol, element by
 * element.  The expected answer gives the shape only.
 *
 *   {"name": "orthonormal", "of": "rows" | "columns", "tol": 1e-9} */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "judge/compare_kind.h"
#include "judge/compare_params.h"

static const char *const sides[] = {"rows", "columns", NULL};

struct params {
    size_t side;
    double tol;
};

static int create(const json_t *json, const struct type *type, void **ret, struct error *err)
{
    static const char *const keys[] = {"name", "of", "tol", NULL};
    struct params params;
    const json_t *object = json_is_object(json) ? json : NULL;
    int r = comparator_only_keys(object, keys, err);
    if (r == 0)
        r = param_is_floats("orthonormal", type, 2, err);
    if (r == 0)
        r = param_word(object, "orthonormal", "of", sides, &params.side, err);
    if (r == 0)
        r = param_number(object, "orthonormal", "tol", 0, 1, 1e-9, &params.tol, err);
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
    params.tol *= factor;
    *ret = param_copy(&params, sizeof params, err);
    return *ret ? 0 : -ENOMEM;
}

static int compare(const void *data, const struct compare_subject *subject, struct comparison *ret,
                   struct error *err)
{
    (void)err;
    const struct params *params = data;
    if (!compare_same_shape(subject, ret) || !compare_all_finite(subject, ret) ||
        subject->got->n == 0)
        return 0;
    const double *V = subject->got->data;
    int64_t rows = subject->got->dims[0], columns = subject->got->dims[1];
    int64_t count = params->side ? columns : rows, length = params->side ? rows : columns;
    int64_t step = params->side ? columns : 1, next = params->side ? 1 : columns;
    for (int64_t i = 0; i < count; i++) {
        for (int64_t j = 0; j <= i; j++) {
            long double product = 0;
            for (int64_t k = 0; k < length; k++)
                product += (long double)V[i * next + k * step] * V[j * next + k * step];
            if (fabsl(product - (i == j)) <= params->tol)
                continue;
            comparison_differs(ret, subject, i == j ? "not a unit vector" : "not orthogonal",
                               i * next,
                               ": the product of %s [%" PRId64 "] and [%" PRId64
                               "] is %.10Lg, expected %d (tolerance %g)",
                               sides[params->side], j, i, product, i == j, params->tol);
            return 0;
        }
    }
    return 0;
}

const struct compare_kind compare_orthonormal = {"orthonormal", create, scale, compare};
