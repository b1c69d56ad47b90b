/* "relabel" (C7): two labelings that group alike, whatever the groups are called.
 *
 *   {"name": "relabel", "reserved": [-1]}      reserved labels (noise) stand for themselves
 *
 * Both are renumbered by first appearance; they agree iff the numbers do. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "judge/compare_kind.h"
#include "judge/compare_labels.h"
#include "judge/compare_params.h"
#include "judge/value_text.h"
#include "sandbox/util.h"

#define RESERVED_MAX 16

struct params {
    int64_t reserved[RESERVED_MAX];
    size_t n_reserved;
};

static int create(const json_t *json, const struct type *type, void **ret, struct error *err)
{
    static const char *const keys[] = {"name", "reserved", NULL};
    struct params params = {0};
    const json_t *object = json_is_object(json) ? json : NULL;
    const json_t *reserved = json_object_get(object, "reserved");
    int r = comparator_only_keys(object, keys, err);
    if (r == 0 &&
        (type->kind != KIND_ARRAY || type->elem != ELEM_INT || type->rank != 1 || type->nullable))
        r = error_set(err, -EINVAL, "comparator 'relabel' is for int[n]");
    params.n_reserved = json_array_size(reserved);
    if (r == 0 && reserved && (!json_is_array(reserved) || params.n_reserved > RESERVED_MAX))
        r = error_set(err, -EINVAL,
                      "comparator 'relabel': \"reserved\" must be a list of at most %d labels",
                      RESERVED_MAX);
    for (size_t i = 0; r == 0 && i < params.n_reserved; i++) {
        const json_t *label = json_array_get(reserved, i);
        params.reserved[i] = json_integer_value(label);
        if (!json_is_integer(label))
            r = error_set(err, -EINVAL, "comparator 'relabel': \"reserved\" holds labels (int)");
    }
    if (r < 0)
        return r;
    *ret = param_copy(&params, sizeof params, err);
    return *ret ? 0 : -ENOMEM;
}

static int scale(const void *old, const struct type *type, double factor, void **ret,
                 struct error *err)
{
    (void)type;
    (void)factor;
    *ret = param_copy(old, sizeof(struct params), err);
    return *ret ? 0 : -ENOMEM;
}

static bool is_reserved(const struct params *params, int64_t label)
{
    for (size_t i = 0; i < params->n_reserved; i++)
        if (params->reserved[i] == label)
            return true;
    return false;
}

static int compare(const void *data, const struct compare_subject *subject, struct comparison *ret,
                   struct error *err)
{
    const struct params *params = data;
    if (!compare_same_shape(subject, ret))
        return 0;
    int64_t n = subject->expected->n;
    const int64_t *e = subject->expected->data, *x = subject->got->data;
    auto_free int64_t *numbers = calloc(2 * (size_t)n + 1, sizeof *numbers);
    if (!numbers || labels_renumber(e, n, numbers) < 0 || labels_renumber(x, n, numbers + n) < 0)
        return error_oom(err);
    for (int64_t i = 0; i < n; i++) {
        bool fixed = is_reserved(params, e[i]) || is_reserved(params, x[i]);
        if (fixed && e[i] != x[i]) {
            comparison_differs(ret, subject, "value", i,
                               "[%" PRId64 "] is %" PRId64 ", expected %" PRId64
                               " (a label that stands for itself)",
                               i, x[i], e[i]);
            return 0;
        }
        if (numbers[i] == numbers[n + i])
            continue;
        bool together = numbers[n + i] < numbers[i];
        comparison_differs(ret, subject, "grouping", i,
                           "[%" PRId64 "] (label %" PRId64 ", expected group %" PRId64
                           ") is grouped with elements before it %s",
                           i, x[i], e[i],
                           together ? "that belong to others" : "otherwise than expected");
        return 0;
    }
    return 0;
}

const struct compare_kind compare_relabel = {"relabel", create, scale, compare};
