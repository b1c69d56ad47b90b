/* "agreement" (C8): a clustering that is good enough, whatever its clusters are called.
 *
 *   {"name": "agreement", "measure": "accuracy" | "ari", "at_least": 0.9}
 *
 * accuracy: the share of elements on which the two agree under the best assignment of labels to labels.
 * ari: adjusted Rand index, Hubert and Arabie, J. Classification 2 (1985), 1 where it is 0/0.
 * At most 512 groups on either side; a candidate with more is told so. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "judge/compare_kind.h"
#include "judge/compare_labels.h"
#include "judge/compare_params.h"
#include "sandbox/util.h"

#define GROUPS_MAX 512

struct params {
    size_t measure; /* index into measures[] */
    double at_least;
};

static const char *const measures[] = {"accuracy", "ari", NULL};

static int create(const json_t *json, const struct type *type, void **ret, struct error *err)
{
    static const char *const keys[] = {"name", "measure", "at_least", NULL};
    struct params params;
    const json_t *object = json_is_object(json) ? json : NULL;
    int r = comparator_only_keys(object, keys, err);
    if (r == 0 &&
        (type->kind != KIND_ARRAY || type->elem != ELEM_INT || type->rank != 1 || type->nullable))
        r = error_set(err, -EINVAL, "comparator 'agreement' is for int[n]");
    if (r == 0)
        r = param_word(object, "agreement", "measure", measures, &params.measure, err);
    if (r == 0)
        r = param_number(object, "agreement", "at_least", -1, 1, NAN, &params.at_least, err);
    if (r < 0)
        return r;
    *ret = param_copy(&params, sizeof params, err);
    return *ret ? 0 : -ENOMEM;
}

/* A tenth of the tolerance: what is missing to 1 is. */
static int scale(const void *old, const struct type *type, double factor, void **ret,
                 struct error *err)
{
    (void)type;
    struct params params = *(const struct params *)old;
    params.at_least = 1 - (1 - params.at_least) * factor;
    *ret = param_copy(&params, sizeof params, err);
    return *ret ? 0 : -ENOMEM;
}

static long double pairs(int64_t n)
{
    return (long double)n * (long double)(n - 1) / 2;
}

/* table[k][k]: how many elements have expected group i and got group j. */
static double adjusted_rand(const int64_t *table, int64_t k, int64_t n)
{
    long double both = 0, rows = 0, columns = 0;
    for (int64_t i = 0; i < k; i++) {
        int64_t row = 0, column = 0;
        for (int64_t j = 0; j < k; j++) {
            both += pairs(table[i * k + j]);
            row += table[i * k + j];
            column += table[j * k + i];
        }
        rows += pairs(row);
        columns += pairs(column);
    }
    long double chance = n > 1 ? rows * columns / pairs(n) : 0;
    long double most = (rows + columns) / 2;
    return most == chance ? 1 : (double)((both - chance) / (most - chance));
}

static int measure(const struct params *params, const int64_t *numbers, int64_t n, int64_t k,
                   double *ret)
{
    auto_free int64_t *table = calloc((size_t)(k * k) + 1, sizeof *table);
    if (!table)
        return -ENOMEM;
    for (int64_t i = 0; i < n; i++)
        table[numbers[i] * k + numbers[n + i]]++;
    if (params->measure == 1) {
        *ret = adjusted_rand(table, k, n);
        return 0;
    }
    int64_t agree = labels_best_assignment(table, k);
    *ret = n ? (double)agree / (double)n : 1;
    return agree < 0 ? -ENOMEM : 0;
}

static int compare(const void *data, const struct compare_subject *subject, struct comparison *ret,
                   struct error *err)
{
    const struct params *params = data;
    if (!compare_same_shape(subject, ret))
        return 0;
    int64_t n = subject->expected->n;
    auto_free int64_t *numbers = calloc(2 * (size_t)n + 1, sizeof *numbers);
    if (!numbers)
        return error_oom(err);
    int64_t e_groups = labels_renumber(subject->expected->data, n, numbers);
    int64_t g_groups = labels_renumber(subject->got->data, n, numbers + n);
    if (e_groups < 0 || g_groups < 0)
        return error_oom(err);
    if (e_groups > GROUPS_MAX)
        return error_set(err, -EINVAL, "comparator 'agreement': %" PRId64 " groups; at most %d",
                         e_groups, GROUPS_MAX);
    if (g_groups > GROUPS_MAX) {
        comparison_differs(ret, subject, "grouping", -1,
                           " has %" PRId64 " groups, expected %" PRId64, g_groups, e_groups);
        return 0;
    }
    double value = 0;
    if (measure(params, numbers, n, e_groups > g_groups ? e_groups : g_groups, &value) < 0)
        return error_oom(err);
    if (!(value >= params->at_least))
        comparison_differs(ret, subject, "grouping", -1,
                           ": %s %.6g with the expected grouping, at least %.6g is needed",
                           params->measure ? "adjusted Rand index" : "agreement", value,
                           params->at_least);
    return 0;
}

const struct compare_kind compare_agreement = {"agreement", create, scale, compare};
