/* "rows": a table, or an array of rank 1, row by row (C4) or in any order (C5, C6).
 *
 * ordered (default true)  row i against row i
 * ordered: false          the same rows, as often, in any order
 * ordered_by: [names]     these columns row by row, the rows as a multiset: ties of a sort key may stand
 *                         in any order
 * columns: {name: rule}   how a column's cells are compared, for a table; exact if not named
 * cell: rule              the same for an array */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "judge/compare_kind.h"
#include "judge/compare_match.h"
#include "judge/escape.h"
#include "judge/value_text.h"
#include "sandbox/util.h"

struct rows_params {
    bool ordered;
    bool has_key;
    size_t n_columns;
    struct cell_rule rules[]; /* [n_columns], then struct column_name[n_columns] */
};

struct column_name {
    char name[TYPE_NAME_MAX + 1]; /* "" for the one column of an array */
    bool key;                     /* in ordered_by */
};

static struct column_name *names_of(const struct rows_params *params)
{
    return (struct column_name *)(uintptr_t)(params->rules + params->n_columns);
}

static size_t params_size(size_t n_columns)
{
    return sizeof(struct rows_params) +
           n_columns * (sizeof(struct cell_rule) + sizeof(struct column_name));
}

/* ---- problem.json ---- */

static int find_column(const struct rows_params *params, const char *name, size_t *ret,
                       struct error *err)
{
    for (size_t i = 0; i < params->n_columns; i++) {
        if (name[0] && strcmp(names_of(params)[i].name, name) == 0) {
            *ret = i;
            return 0;
        }
    }
    char shown[64];
    return error_set(err, -EINVAL, "comparator 'rows': no column is called '%s'",
                     escape_text(name, strlen(name), shown, sizeof shown));
}

static int read_columns(const json_t *columns, const struct type *type, struct rows_params *params,
                        struct error *err)
{
    const char *name;
    json_t *rule;
    if (!json_is_object(columns))
        return error_set(err, -EINVAL, "comparator 'rows': \"columns\" must be an object by name");
    json_object_foreach((json_t *)(uintptr_t)columns, name, rule)
    {
        size_t i;
        int r = find_column(params, name, &i, err);
        if (r < 0)
            return r;
        r = cell_rule_from_json(rule, type->columns[i].type.elem, &params->rules[i], err);
        if (r < 0)
            return error_prefix(err, r, "column '%s'", type->columns[i].name);
    }
    return 0;
}

static int read_key(const json_t *names, struct rows_params *params, struct error *err)
{
    if (!json_is_array(names) || json_array_size(names) == 0)
        return error_set(err, -EINVAL,
                         "comparator 'rows': \"ordered_by\" must be a list of columns");
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        size_t column;
        int r = name ? find_column(params, name, &column, err)
                     : error_set(err, -EINVAL,
                                 "comparator 'rows': \"ordered_by\" must be a list of columns");
        if (r < 0)
            return r;
        names_of(params)[column].key = true;
    }
    params->has_key = true;
    return 0;
}

static int read_params(const json_t *json, const struct type *type, struct rows_params *params,
                       struct error *err)
{
    static const char *const table_keys[] = {"name", "ordered", "ordered_by", "columns", NULL};
    static const char *const array_keys[] = {"name", "ordered", "cell", NULL};
    bool table = type->kind == KIND_TABLE;
    int r = comparator_only_keys(json, table ? table_keys : array_keys, err);
    const json_t *ordered = json_object_get(json, "ordered");
    const json_t *key = json_object_get(json, "ordered_by");
    const json_t *columns = json_object_get(json, "columns");
    const json_t *cell = json_object_get(json, "cell");
    if (r == 0 && ordered && !json_is_boolean(ordered))
        r = error_set(err, -EINVAL, "comparator 'rows': \"ordered\" must be true or false");
    params->ordered = !json_is_false(ordered);
    if (r == 0 && key && ordered)
        r = error_set(err, -EINVAL, "comparator 'rows': either \"ordered\" or \"ordered_by\"");
    if (r == 0 && key)
        r = read_key(key, params, err);
    if (r == 0 && columns)
        r = read_columns(columns, type, params, err);
    if (r == 0 && cell)
        r = cell_rule_from_json(cell, type->elem, &params->rules[0], err);
    return r;
}

static int create(const json_t *json, const struct type *type, void **ret, struct error *err)
{
    bool list = type->kind == KIND_ARRAY && type->rank == 1;
    if (type->kind != KIND_TABLE && !list)
        return error_set(err, -EINVAL,
                         "comparator 'rows' is for tables and arrays of one dimension");
    size_t n = list ? 1 : type->n_columns;
    struct rows_params *params = calloc(1, params_size(n));
    if (!params)
        return error_oom(err);
    params->n_columns = n;
    for (size_t i = 0; i < n; i++) {
        params->rules[i].exact = true;
        snprintf(names_of(params)[i].name, sizeof names_of(params)[i].name, "%s",
                 list ? "" : type->columns[i].name);
    }
    int r = read_params(json_is_object(json) ? json : NULL, type, params, err);
    if (r < 0)
        free(params);
    else
        *ret = params;
    return r;
}

static int scale(const void *old, const struct type *type, double factor, void **ret,
                 struct error *err)
{
    (void)type;
    const struct rows_params *params = old;
    struct rows_params *scaled = malloc(params_size(params->n_columns));
    if (!scaled)
        return error_oom(err);
    memcpy(scaled, params, params_size(params->n_columns));
    for (size_t i = 0; i < scaled->n_columns; i++) {
        int r = cell_rule_scale(&scaled->rules[i], factor, err);
        if (r < 0) {
            free(scaled);
            return r;
        }
    }
    *ret = scaled;
    return 0;
}

/* ---- comparing ---- */

static struct rows_view view_of(const struct value *value)
{
    if (value->kind == KIND_TABLE)
        return (struct rows_view){value->columns, value->n_columns, value->dims[0]};
    return (struct rows_view){value, 1, value->n};
}

struct rows {
    const struct cell_rule *rules;
    const struct column_name *names;
    struct rows_view expected, got;
    const struct compare_subject *subject;
};

/* (region = "a", n = 3); what does not fit is cut between two characters, "...)" in its place. */
static const char *row_text(const struct rows *rows, const struct rows_view *view, int64_t row,
                            char *buffer, size_t size)
{
    size_t used = (size_t)snprintf(buffer, size, "(");
    for (size_t c = 0; c < view->n_columns && used < size; c++) {
        char cell[CELL_TEXT];
        const char *name = rows->names[c].name;
        used +=
            (size_t)snprintf(buffer + used, size - used, "%s%s%s%s", c ? ", " : "", name,
                             name[0] ? " = " : "", value_cell_text(&view->columns[c], row, cell));
    }
    if (used + 1 < size) {
        snprintf(buffer + used, size - used, ")");
        return buffer;
    }
    size_t cut = size - sizeof "...)";
    while (cut > 0 && ((unsigned char)buffer[cut] & 0xc0) == 0x80)
        cut--;
    memcpy(buffer + cut, "...)", sizeof "...)");
    return buffer;
}

static void cell_differs(const struct rows *rows, int64_t e, int64_t g, size_t column,
                         const char *where, const char *tail, struct comparison *ret)
{
    char difference[DIFFERENCE_TEXT];
    const struct value *expected = &rows->expected.columns[column],
                       *got = &rows->got.columns[column];
    cell_difference(&rows->rules[column], expected, e, got, g, difference);
    const char *name = rows->names[column].name;
    comparison_differs(ret, rows->subject, cell_difference_kind(expected, e, got, g), e,
                       ": %s%s%s %s%s", where, name[0] ? ", column " : "", name, difference, tail);
}

#define ROW_TEXT       200
#define ROW_TEXT_SHORT 121 /* where the difference of a cell stands behind it */

static int any_order(const struct rows *rows, struct comparison *ret, struct error *err)
{
    struct match_result result;
    char text[ROW_TEXT], where[ROW_TEXT + 32];
    int r = rows_match(rows->rules, &rows->expected, &rows->got, &result, err);
    if (r < 0)
        return r;
    switch (result.match) {
    case MATCH_ALL: break;
    case MATCH_MISSING:
        row_text(rows, &rows->expected, result.expected_row, text, sizeof text);
        comparison_differs(ret, rows->subject, "missing row", result.expected_row,
                           ": expected row %s is missing, or there too seldom", text);
        break;
    case MATCH_UNEXPECTED:
        row_text(rows, &rows->got, result.got_row, text, sizeof text);
        comparison_differs(ret, rows->subject, "unexpected row", result.got_row,
                           ": row [%" PRId64 "] %s is not expected, or there too often",
                           result.got_row, text);
        break;
    case MATCH_CELL:
        row_text(rows, &rows->got, result.got_row, text, ROW_TEXT_SHORT);
        snprintf(where, sizeof where, "row [%" PRId64 "] %s", result.got_row, text);
        cell_differs(rows, result.expected_row, result.got_row, result.column, where, "", ret);
        break;
    }
    return 0;
}

/* Row i against row i, in the key columns only or in all. */
static void in_order(const struct rows *rows, bool key_only, struct comparison *ret)
{
    int64_t n_differ = 0, first = -1;
    size_t first_column = 0;
    for (int64_t i = 0; i < rows->expected.n_rows; i++) {
        size_t c = 0;
        while (
            c < rows->expected.n_columns &&
            ((key_only && !rows->names[c].key) ||
             cell_equal(&rows->rules[c], &rows->expected.columns[c], i, &rows->got.columns[c], i)))
            c++;
        if (c == rows->expected.n_columns)
            continue;
        if (first < 0) {
            first = i;
            first_column = c;
        }
        n_differ++;
    }
    if (first < 0)
        return;
    char where[48], tail[64];
    snprintf(where, sizeof where, "row [%" PRId64 "]", first);
    snprintf(tail, sizeof tail, "; %" PRId64 " of %" PRId64 " rows differ", n_differ,
             rows->expected.n_rows);
    cell_differs(rows, first, first, first_column, where, tail, ret);
}

#define HINT_ROWS_MAX 100000 /* sorting them takes 0.2 s; a wrong answer shall not cost more */

/* A difference in order may be one of order alone: say so. */
static int hint_order(const struct rows *rows, struct comparison *ret, struct error *err)
{
    struct match_result result;
    struct error ignored = ERROR_INIT;
    if (rows->expected.n_rows > HINT_ROWS_MAX)
        return 0;
    int r = rows_match(rows->rules, &rows->expected, &rows->got, &result, &ignored);
    if (r == -ENOMEM)
        return error_oom(err);
    if (r < 0 || result.match != MATCH_ALL)
        return 0;
    static const char hint[] = " (the same rows, but in another order)";
    size_t used = strlen(ret->message);
    snprintf(ret->message + used, sizeof ret->message - used, "%s", hint);
    snprintf(ret->kind, sizeof ret->kind, "order");
    return 0;
}

static int compare_with(const struct rows *rows, bool ordered, bool has_key, struct comparison *ret,
                        struct error *err)
{
    if (rows->expected.n_rows != rows->got.n_rows) {
        comparison_differs(ret, rows->subject, "shape", -1,
                           " has %" PRId64 " rows, expected %" PRId64, rows->got.n_rows,
                           rows->expected.n_rows);
        return 0;
    }
    if (ordered) {
        in_order(rows, has_key, ret);
        if (!ret->equal)
            return hint_order(rows, ret, err);
        if (!has_key)
            return 0;
    }
    return any_order(rows, ret, err);
}

static int compare(const void *data, const struct compare_subject *subject, struct comparison *ret,
                   struct error *err)
{
    const struct rows_params *params = data;
    const struct rows rows = {.rules = params->rules,
                              .names = names_of(params),
                              .expected = view_of(subject->expected),
                              .got = view_of(subject->got),
                              .subject = subject};
    assert(rows.expected.n_columns == params->n_columns);
    assert(rows.got.n_columns == params->n_columns);
    return compare_with(&rows, params->ordered, params->has_key, ret, err);
}

const struct compare_kind compare_rows = {"rows", create, scale, compare};
