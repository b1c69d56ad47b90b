/* "subspace" (C10): principal components, free in sign, in order within equal variances and in the basis of a tied
 * eigenspace.  With S u = Xc'(Xc u) / (n - 1), Xc the centred matrix, and the expected variances l:
 *
 *   (i)   |V V' - I| <= 1e-8        the rows of V are orthonormal
 *   (ii)  |v_i - l_i| <= 1e-8 l_1   each variance is the expected one
 *   (iii) |S V_i - v_i V_i| <= 1e-7 l_1   each row is an eigenvector of its variance
 *
 * By Davis and Kahan (1970) sin(angle) <= residual / gap for every separated cluster of eigenvalues.  l_1 is taken to be at
 * least 1e-20 max|X|^2: below that a variance is rounding.  No d x d matrix is formed: O(n d k).
 *
 *   {"name": "subspace", "matrix": ARG float[n,d], "vectors": RETURN float[k,d], "values": RETURN float[k],
 *    "center": true, "tol": 1e-8}        tol is that of (i) and (ii); (iii) has ten times as much */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "judge/compare_kind.h"
#include "judge/compare_params.h"
#include "sandbox/util.h"

#define NAME           "subspace"
#define DEFAULT_TOL    1e-8
#define RESIDUAL_TIMES 10
#define ROUNDING       1e-20 /* relative: rounding errors of the means, squared, with some room */

struct params {
    size_t matrix, vectors, values;
    bool center;
    double tol;
};

static int create(const json_t *json, const struct signature *signature, void **ret, bool *covered,
                  struct error *err)
{
    static const char *const keys[] = {"name",   "matrix", "vectors", "values",
                                       "center", "tol",    NULL};
    struct params params;
    int r = comparator_only_keys(json, keys, err);
    if (r == 0)
        r = param_field(json, NAME, "matrix", signature->args, signature->n_args, 2, &params.matrix,
                        err);
    if (r == 0)
        r = param_field(json, NAME, "vectors", signature->returns, signature->n_returns, 2,
                        &params.vectors, err);
    if (r == 0)
        r = param_field(json, NAME, "values", signature->returns, signature->n_returns, 1,
                        &params.values, err);
    if (r == 0)
        r = param_bool(json, NAME, "center", true, &params.center, err);
    if (r == 0)
        r = param_number(json, NAME, "tol", 0, 1, DEFAULT_TOL, &params.tol, err);
    if (r < 0)
        return r;
    covered[params.vectors] = covered[params.values] = true;
    *ret = param_copy(&params, sizeof params, err);
    return *ret ? 0 : -ENOMEM;
}

static int scale(const void *old, double factor, void **ret, struct error *err)
{
    struct params params = *(const struct params *)old;
    params.tol *= factor;
    *ret = param_copy(&params, sizeof params, err);
    return *ret ? 0 : -ENOMEM;
}

struct pca {
    const double *X, *V, *values, *expected;
    int64_t n, d, k;
    double *mean;    /* [d] */
    double *product; /* [d]: S V_i */
    double largest;  /* the variance that tolerances refer to */
};

static void center(struct pca *pca, bool centered)
{
    double max = 0;
    for (int64_t j = 0; j < pca->d; j++) {
        long double sum = 0;
        for (int64_t i = 0; i < pca->n; i++) {
            sum += pca->X[i * pca->d + j];
            max = fmax(max, fabs(pca->X[i * pca->d + j]));
        }
        pca->mean[j] = centered && pca->n ? (double)(sum / pca->n) : 0;
    }
    pca->largest = ROUNDING * max * max;
    for (int64_t i = 0; i < pca->k; i++)
        pca->largest = fmax(pca->largest, pca->expected[i]);
}

/* |S v - value v|, S applied row by row. */
static double residual(const struct pca *pca, const double *v, double value)
{
    for (int64_t j = 0; j < pca->d; j++)
        pca->product[j] = 0;
    for (int64_t i = 0; i < pca->n; i++) {
        const double *row = pca->X + i * pca->d;
        long double dot = 0;
        for (int64_t j = 0; j < pca->d; j++)
            dot += (long double)(row[j] - pca->mean[j]) * v[j];
        double along = (double)(dot / (pca->n > 1 ? pca->n - 1 : 1));
        for (int64_t j = 0; j < pca->d; j++)
            pca->product[j] += (row[j] - pca->mean[j]) * along;
    }
    long double square = 0;
    for (int64_t j = 0; j < pca->d; j++) {
        long double off = (long double)pca->product[j] - (long double)value * v[j];
        square += off * off;
    }
    return (double)sqrtl(square);
}

static double dot(const double *a, const double *b, int64_t n)
{
    long double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += (long double)a[i] * b[i];
    return (double)sum;
}

static void check_orthonormal(const struct pca *pca, double tol,
                              const struct compare_subject *vectors, struct comparison *ret)
{
    for (int64_t i = 0; i < pca->k; i++) {
        for (int64_t j = 0; j <= i; j++) {
            double product = dot(pca->V + i * pca->d, pca->V + j * pca->d, pca->d);
            if (fabs(product - (i == j)) <= tol)
                continue;
            if (i == j)
                comparison_differs(ret, vectors, "not a unit vector", i * pca->d,
                                   ": row [%" PRId64 "] has length %.10g, expected 1", i,
                                   sqrt(product));
            else
                comparison_differs(ret, vectors, "not orthogonal", i * pca->d,
                                   ": rows [%" PRId64 "] and [%" PRId64
                                   "] have the product %.3g, expected 0",
                                   j, i, product);
            return;
        }
    }
}

static void check_values(const struct pca *pca, double tol, const struct compare_subject *values,
                         struct comparison *ret)
{
    for (int64_t i = 0; i < pca->k; i++) {
        double error = fabs(pca->values[i] - pca->expected[i]);
        if (error <= tol * pca->largest)
            continue;
        comparison_differs(ret, values, "value", i,
                           "[%" PRId64 "] is %.10g, expected %.10g (error %.2g, tolerance %.2g)", i,
                           pca->values[i], pca->expected[i], error, tol * pca->largest);
        return;
    }
}

static void check_residuals(const struct pca *pca, double tol,
                            const struct compare_subject *vectors, struct comparison *ret)
{
    for (int64_t i = 0; i < pca->k; i++) {
        double error = residual(pca, pca->V + i * pca->d, pca->values[i]);
        if (error <= tol * pca->largest)
            continue;
        comparison_differs(ret, vectors, "not an eigenvector", i * pca->d,
                           ": row [%" PRId64
                           "] is no eigenvector of its variance (residual %.2g, tolerance %.2g)",
                           i, error, tol * pca->largest);
        return;
    }
}

static int compare(const void *data, const struct compare_answer *answer, struct comparison *ret,
                   struct error *err)
{
    const struct params *params = data;
    char vectors_name[SUBJECT_NAME], values_name[SUBJECT_NAME];
    const struct compare_subject vectors =
        compare_subject_of(answer, params->vectors, vectors_name);
    const struct compare_subject values = compare_subject_of(answer, params->values, values_name);
    const struct value *X = &answer->args->values[params->matrix];
    int r = compare_need_finite(NAME, "the matrix", X, err);
    if (r == 0)
        r = compare_need_finite(NAME, "expected", values.expected, err);
    if (r < 0)
        return r;
    if (!compare_same_shape(&vectors, ret) || !compare_same_shape(&values, ret) ||
        !compare_all_finite(&vectors, ret) || !compare_all_finite(&values, ret))
        return 0;
    struct pca pca = {.X = X->data,
                      .V = vectors.got->data,
                      .values = values.got->data,
                      .expected = values.expected->data,
                      .n = X->dims[0],
                      .d = X->dims[1],
                      .k = values.expected->n};
    if (vectors.got->n != pca.k * pca.d) {
        comparison_differs(ret, &vectors, "shape", -1,
                           " has %" PRId64 " elements, expected %" PRId64, vectors.got->n,
                           pca.k * pca.d);
        return 0;
    }
    auto_free double *room = calloc((size_t)pca.d * 2 + 1, sizeof *room);
    if (!room)
        return error_oom(err);
    pca.mean = room;
    pca.product = room + pca.d;
    center(&pca, params->center);
    check_orthonormal(&pca, params->tol, &vectors, ret);
    if (ret->equal)
        check_values(&pca, params->tol, &values, ret);
    if (ret->equal)
        check_residuals(&pca, RESIDUAL_TIMES * params->tol, &vectors, ret);
    return 0;
}

const struct compare_joint compare_subspace = {NAME, create, scale, compare, NULL, NULL};
