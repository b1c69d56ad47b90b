#include "judge/compare_block.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* The loops have no branch but their end, so that compilers use vector instructions; -O2 of gcc 12 does so only where
 * it is told to. */
#if defined(__GNUC__) && !defined(__clang__)
#define VECTORIZED __attribute__((optimize("O3")))
#else
#define VECTORIZED
#endif

/* Both the same number (+0 and -0 are, infinities too), or both NaN. */
VECTORIZED static bool same_floats(const double *restrict e, const double *restrict x, int64_t n)
{
    int64_t bad = 0;
    for (int64_t i = 0; i < n; i++)
        bad |= !((e[i] == x[i]) | ((e[i] != e[i]) & (x[i] != x[i])));
    return !bad;
}

/* The same, or a finite error within the tolerance of a finite expected number: an infinite one has no finite error,
 * and a NaN compares false. */
VECTORIZED static bool close_floats(const double *restrict e, const double *restrict x, int64_t n,
                                    double rtol, double atol)
{
    int64_t bad = 0;
    for (int64_t i = 0; i < n; i++) {
        double error = fabs(x[i] - e[i]);
        bad |= !((error <= atol + rtol * fabs(e[i])) & (error <= DBL_MAX));
    }
    return !bad;
}

/* No NULL among them. */
static bool all_valid(const struct value *value, int64_t i, int64_t n)
{
    return !value->valid || !memchr(value->valid + i, 0, (size_t)n);
}

bool cells_surely_equal(const struct cell_rule *rule, const struct value *expected,
                        const struct value *got, int64_t i, int64_t n)
{
    if (!all_valid(expected, i, n) || !all_valid(got, i, n))
        return false;
    switch (expected->elem) {
    case ELEM_FLOAT: {
        const double *e = (const double *)expected->data + i, *x = (const double *)got->data + i;
        return (!rule->exact && close_floats(e, x, n, rule->rtol, rule->atol)) ||
               same_floats(e, x, n);
    }
    case ELEM_INT:
        return memcmp((const int64_t *)expected->data + i, (const int64_t *)got->data + i,
                      (size_t)n * sizeof(int64_t)) == 0;
    case ELEM_BOOL:
        return memcmp((const uint8_t *)expected->data + i, (const uint8_t *)got->data + i,
                      (size_t)n) == 0;
    case ELEM_STR:
    case ELEM_NONE: break;
    }
    return false;
}

int64_t cells_first_doubtful(const struct cell_rule *rule, const struct value *expected,
                             const struct value *got, int64_t i, int64_t n, int64_t *ret_end)
{
    for (; i < n; i = *ret_end) {
        *ret_end = n - i < COMPARE_BLOCK ? n : i + COMPARE_BLOCK;
        if (!cells_surely_equal(rule, expected, got, i, *ret_end - i))
            return i;
    }
    *ret_end = n;
    return n;
}
