/* "normwise" (C3): |X - E|_F <= atol + rtol |E|_F, every element finite.  For iterated linear algebra, where small entries
 * carry the noise of large ones.  Sums in long double: squares of doubles do not overflow there. */
#include <errno.h>
#include <math.h>

#include "judge/compare_kind.h"
#include "judge/compare_params.h"
#include "judge/value_text.h"

static int create(const json_t *json, const struct type *type, void **ret, struct error *err)
{
    static const char *const keys[] = {"name", "rtol", "atol", NULL};
    struct cell_rule rule = {0};
    const json_t *object = json_is_object(json) ? json : NULL;
    int r = comparator_only_keys(object, keys, err);
    if (r == 0 && (type->kind != KIND_ARRAY || type->elem != ELEM_FLOAT || type->nullable))
        r = error_set(err, -EINVAL, "comparator 'normwise' is for arrays of floats without NULL");
    if (r == 0)
        r = param_number(object, "normwise", "rtol", 0, 1, 1e-9, &rule.rtol, err);
    if (r == 0)
        r = param_number(object, "normwise", "atol", 0, 1e300, 0, &rule.atol, err);
    if (r < 0)
        return r;
    *ret = param_copy(&rule, sizeof rule, err);
    return *ret ? 0 : -ENOMEM;
}

static int scale(const void *old, const struct type *type, double factor, void **ret,
                 struct error *err)
{
    (void)type;
    struct cell_rule rule = *(const struct cell_rule *)old;
    rule.rtol *= factor;
    rule.atol *= factor;
    *ret = param_copy(&rule, sizeof rule, err);
    return *ret ? 0 : -ENOMEM;
}

static int compare(const void *data, const struct compare_subject *subject, struct comparison *ret,
                   struct error *err)
{
    const struct cell_rule *rule = data;
    if (compare_need_finite("normwise", "expected", subject->expected, err) < 0)
        return -EINVAL;
    if (!compare_same_shape(subject, ret) || !compare_all_finite(subject, ret))
        return 0;
    const double *e = subject->expected->data, *x = subject->got->data;
    long double off = 0, norm = 0, worst = -1;
    int64_t at = 0;
    for (int64_t i = 0; i < subject->expected->n; i++) {
        long double difference = (long double)x[i] - e[i];
        if (fabsl(difference) > worst) {
            worst = fabsl(difference);
            at = i;
        }
        off += difference * difference;
        norm += (long double)e[i] * e[i];
    }
    long double tolerance = rule->atol + rule->rtol * sqrtl(norm);
    char index[CELL_TEXT], e_text[CELL_TEXT], x_text[CELL_TEXT];
    if (!(sqrtl(off) <= tolerance))
        comparison_differs(ret, subject, "value", at,
                           ": |X - E| is %.3Lg, tolerance %.3Lg; most at %s: %s, expected %s",
                           sqrtl(off), tolerance, value_index_text(subject->got, at, index),
                           float_text(x[at], x_text), float_text(e[at], e_text));
    return 0;
}

const struct compare_kind compare_normwise = {"normwise", create, scale, compare};
