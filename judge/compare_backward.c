/* "backward_error" (C11): an x that solves A x = b as well as floating point allows, whatever the condition of A.
 *
 *   eta(x) = |A x - b| / (|A| |x| + |b|)     maximum norms; of A the largest row sum
 *
 * accepted iff eta <= tol: Rigal and Gaches, J. ACM 14 (1967); Higham, Accuracy and Stability, theorem 7.1.  Everything is
 * accumulated in long double.  The expected answer says only whether there is one: empty means that A is singular.
 *
 *   {"name": "backward_error", "matrix": ARG float[n,n], "rhs": ARG float[n], "solution": RETURN float[*], "tol": 1e-11} */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "judge/compare_kind.h"
#include "judge/compare_params.h"

#define NAME "backward_error"
#define ZERO 1e-300 /* of b = 0 the solution is 0: up to this (catalogue C11) */
#define DEFAULT_TOL \
    1e-11 /* pivoted elimination stays below 2e-15, an explicit inverse reaches 6e-9 */

struct params {
    size_t matrix, rhs, solution;
    double tol;
};

static int create(const json_t *json, const struct signature *signature, void **ret, bool *covered,
                  struct error *err)
{
    static const char *const keys[] = {"name", "matrix", "rhs", "solution", "tol", NULL};
    struct params params;
    int r = comparator_only_keys(json, keys, err);
    if (r == 0)
        r = param_field(json, NAME, "matrix", signature->args, signature->n_args, 2, &params.matrix,
                        err);
    if (r == 0)
        r = param_field(json, NAME, "rhs", signature->args, signature->n_args, 1, &params.rhs, err);
    if (r == 0)
        r = param_field(json, NAME, "solution", signature->returns, signature->n_returns, 1,
                        &params.solution, err);
    if (r == 0)
        r = param_number(json, NAME, "tol", 0, 1, DEFAULT_TOL, &params.tol, err);
    if (r < 0)
        return r;
    covered[params.solution] = true;
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

/* The backward error, and the row with the largest residual. */
static long double backward_error(const struct value *matrix, const double *b, const double *x,
                                  int64_t *ret_row)
{
    int64_t rows = matrix->dims[0], n = matrix->dims[1];
    const double *A = matrix->data;
    long double norm_A = 0, norm_b = 0, norm_x = 0, residual = 0;
    *ret_row = 0;
    for (int64_t j = 0; j < n; j++)
        norm_x = fmaxl(norm_x, fabsl(x[j]));
    for (int64_t i = 0; i < rows; i++) {
        long double row = 0, sum = -(long double)b[i];
        for (int64_t j = 0; j < n; j++) {
            row += fabsl(A[i * n + j]);
            sum += (long double)A[i * n + j] * x[j];
        }
        norm_A = fmaxl(norm_A, row);
        norm_b = fmaxl(norm_b, fabsl(b[i]));
        if (fabsl(sum) > residual) {
            residual = fabsl(sum);
            *ret_row = i;
        }
    }
    if (norm_b == 0 && norm_x <= ZERO)
        return 0;
    return residual > 0 ? residual / (norm_A * norm_x + norm_b) : 0;
}

static int compare(const void *data, const struct compare_answer *answer, struct comparison *ret,
                   struct error *err)
{
    const struct params *params = data;
    char name[SUBJECT_NAME];
    const struct compare_subject subject = compare_subject_of(answer, params->solution, name);
    const struct value *matrix = &answer->args->values[params->matrix];
    const struct value *rhs = &answer->args->values[params->rhs];
    bool none = subject.expected->n == 0;
    int64_t n = matrix->dims[1], row;
    if (matrix->dims[0] != n || rhs->n != n)
        return error_set(err, -EINVAL,
                         "comparator '" NAME "': a matrix of %" PRId64 " x %" PRId64
                         " and a right hand side of %" PRId64,
                         matrix->dims[0], n, rhs->n);
    int r = compare_need_finite(NAME, "the matrix", matrix, err);
    if (r == 0)
        r = compare_need_finite(NAME, "the right hand side", rhs, err);
    if (r < 0)
        return r;
    if (none && subject.got->n > 0) {
        comparison_differs(ret, &subject, "shape", -1,
                           " has %" PRId64 " elements where there is no solution (expected none)",
                           subject.got->n);
        return 0;
    }
    if (!none && subject.got->n != n) {
        comparison_differs(ret, &subject, "shape", -1,
                           " has %" PRId64 " elements, expected %" PRId64 "%s", subject.got->n, n,
                           subject.got->n ? "" : ": there is a solution");
        return 0;
    }
    if (none || !compare_all_finite(&subject, ret))
        return 0;
    long double eta = backward_error(matrix, rhs->data, subject.got->data, &row);
    if (!(eta <= params->tol))
        comparison_differs(ret, &subject, "residual", row,
                           " has a backward error of %.2Lg, tolerance %g; largest in row [%" PRId64
                           "] of A x - b",
                           eta, params->tol, row);
    return 0;
}

const struct compare_joint compare_backward_error = {NAME, create, scale, compare, NULL, NULL};
