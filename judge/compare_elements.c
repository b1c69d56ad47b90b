/* Arrays against arrays: shape first, then every element. */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "judge/compare_block.h"
#include "judge/compare_hint.h"
#include "judge/compare_kind.h"
#include "judge/value_text.h"

static void dims_text(const struct value *value, char *buffer, size_t size)
{
    size_t used = (size_t)snprintf(buffer, size, "(");
    for (int i = 0; i < value->rank && used < size; i++)
        used += (size_t)snprintf(buffer + used, size - used, "%s%" PRId64, i ? ", " : "",
                                 value->dims[i]);
    if (used < size)
        snprintf(buffer + used, size - used, value->rank == 1 ? ",)" : ")");
}

bool compare_same_shape(const struct compare_subject *subject, struct comparison *ret)
{
    const struct value *e = subject->expected, *g = subject->got;
    if (e->rank != g->rank) {
        /* values_check() lets a rank differ for `[]` only: empty, and of whatever shape is needed. */
        if (e->n == 0 && g->n == 0)
            return true;
    } else if (memcmp(e->dims, g->dims, (size_t)e->rank * sizeof e->dims[0]) == 0) {
        return true;
    }
    char e_text[CELL_TEXT], g_text[CELL_TEXT];
    if (e->rank == 1 && g->rank == 1) {
        comparison_differs(ret, subject, "shape", -1,
                           " has %" PRId64 " elements, expected %" PRId64, g->dims[0], e->dims[0]);
        return false;
    }
    dims_text(e, e_text, sizeof e_text);
    dims_text(g, g_text, sizeof g_text);
    comparison_differs(ret, subject, "shape", -1, " has shape %s, expected %s", g_text, e_text);
    return false;
}

bool compare_all_finite(const struct compare_subject *subject, struct comparison *ret)
{
    const double *x = subject->got->data;
    for (int64_t i = 0; i < subject->got->n; i++) {
        char at[CELL_TEXT], number[CELL_TEXT];
        if (isfinite(x[i]))
            continue;
        comparison_differs(ret, subject, "not finite", i,
                           "%s is %s; only finite numbers can be right",
                           value_index_text(subject->got, i, at), float_text(x[i], number));
        return false;
    }
    return true;
}

int compare_need_finite(const char *comparator, const char *what, const struct value *value,
                        struct error *err)
{
    const double *x = value->data;
    for (int64_t i = 0; i < value->n; i++) {
        char at[CELL_TEXT], number[CELL_TEXT];
        if (!isfinite(x[i]))
            return error_set(err, -EINVAL, "comparator '%s': %s%s is %s; it must be finite",
                             comparator, what, value_index_text(value, i, at),
                             float_text(x[i], number));
    }
    return 0;
}

static bool same_rows(const struct compare_subject *subject, struct comparison *ret)
{
    const struct value *e = subject->expected, *g = subject->got;
    if (e->dims[0] != g->dims[0]) {
        comparison_differs(ret, subject, "shape", -1, " has %" PRId64 " rows, expected %" PRId64,
                           g->dims[0], e->dims[0]);
        return false;
    }
    for (int64_t i = 0; i < e->dims[0]; i++) {
        int64_t e_n = e->row_offsets[i + 1] - e->row_offsets[i];
        int64_t g_n = g->row_offsets[i + 1] - g->row_offsets[i];
        if (e_n != g_n) {
            comparison_differs(ret, subject, "shape", -1,
                               ": row [%" PRId64 "] has %" PRId64 " elements, expected %" PRId64, i,
                               g_n, e_n);
            return false;
        }
    }
    return true;
}

bool compare_same_layout(const struct compare_subject *subject, struct comparison *ret)
{
    switch (subject->expected->kind) {
    case KIND_ARRAY: return compare_same_shape(subject, ret);
    case KIND_RAGGED: return same_rows(subject, ret);
    default: return true;
    }
}

int compare_elements(const struct cell_rule *rule, const struct compare_subject *subject,
                     struct comparison *ret, struct error *err)
{
    const struct value *e = subject->expected, *g = subject->got;
    if (!compare_same_layout(subject, ret))
        return 0;
    assert(e->n == g->n);
    int64_t n_differ = 0, first = -1, end = 0;
    for (int64_t i = 0; (i = cells_first_doubtful(rule, e, g, i, e->n, &end)) < e->n;) {
        for (; i < end; i++) {
            if (cell_equal(rule, e, i, g, i))
                continue;
            if (first < 0)
                first = i;
            n_differ++;
        }
    }
    if (first < 0)
        return 0;
    char index[CELL_TEXT], difference[DIFFERENCE_TEXT], count[64] = "";
    value_index_text(e, first, index);
    cell_difference(rule, e, first, g, first, difference);
    if (e->n > 1)
        snprintf(count, sizeof count, "; %" PRId64 " of %" PRId64 " elements differ", n_differ,
                 e->n);
    comparison_differs(ret, subject, cell_difference_kind(e, first, g, first), first, "%s%s %s%s",
                       index[0] ? ": element " : "", index, difference, count);
    return compare_hint(rule, e, g, ret, err);
}
