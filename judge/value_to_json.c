/* Values -> JSON, for people: bounded if asked to be, and never failing on hostile strings. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/utf8.h"
#include "judge/value_json.h"
#include "sandbox/util.h"

#define TEXT_MAX_BYTES 200 /* of one string, when the output is bounded */

/* How many more elements may be shown; every list and row counts as one too, so that shapes such as
 * (1000000000, 0) end soon. */
struct budget {
    bool bounded;
    size_t left;
};

static bool spend(struct budget *budget)
{
    if (!budget->bounded)
        return true;
    if (budget->left == 0)
        return false;
    budget->left--;
    return true;
}

/* What is not UTF-8 (a csv may be anything) is shown escaped. */
static json_t *text_json(const char *bytes, size_t n, bool bounded)
{
    if (n == 0)
        return json_string("");
    if (!utf8_valid(bytes, n) || (bounded && n > TEXT_MAX_BYTES)) {
        char shown[TEXT_MAX_BYTES + 4], whole[TEXT_MAX_BYTES + 64];
        size_t part = n > TEXT_MAX_BYTES ? TEXT_MAX_BYTES : n;
        while (part < n && part > 0 && ((unsigned char)bytes[part] & 0xc0) == 0x80)
            part--;
        escape_text(bytes, part, shown, sizeof shown);
        if (part == n)
            return json_string(shown);
        snprintf(whole, sizeof whole, "%s... (%zu more bytes)", shown, n - part);
        return json_string(whole);
    }
    return json_stringn(bytes, n);
}

static json_t *cell_json(const struct value *value, int64_t i, bool bounded)
{
    if (value_is_null(value, i))
        return json_null();
    switch (value->elem) {
    case ELEM_INT: return json_integer(value_int(value, i));
    case ELEM_FLOAT: {
        double number = value_float(value, i);
        if (isnan(number))
            return json_string("NaN");
        if (isinf(number))
            return json_string(number > 0 ? "Infinity" : "-Infinity");
        return json_real(number);
    }
    case ELEM_BOOL: return json_boolean(value_bool(value, i));
    case ELEM_STR: {
        size_t length;
        const char *text = value_str(value, i, &length);
        return text_json(text, length, bounded);
    }
    case ELEM_NONE: break;
    }
    return NULL;
}

static int append_more(json_t *list, int64_t n)
{
    char text[64];
    snprintf(text, sizeof text, "... (%" PRId64 " more)", n);
    return json_array_append_new(list, json_string(text));
}

/* `n` elements from `start` on. */
static json_t *list_json(const struct value *value, int64_t start, int64_t n, struct budget *budget)
{
    json_t *list = json_array();
    int r = list ? 0 : -1;
    for (int64_t i = 0; i < n && r == 0; i++) {
        if (!spend(budget)) {
            r = append_more(list, n - i);
            break;
        }
        r = json_array_append_new(list, cell_json(value, start + i, budget->bounded));
    }
    if (r == 0)
        return list;
    json_decref(list);
    return NULL;
}

/* Dimension `depth` of an array, whose elements begin at *next. */
static json_t *array_json(const struct value *value, int depth, int64_t *next,
                          struct budget *budget)
{
    int64_t n = value->dims[depth];
    if (depth + 1 == value->rank) {
        json_t *list = list_json(value, *next, value->n ? n : 0, budget);
        *next += value->n ? n : 0;
        return list;
    }
    json_t *list = json_array();
    int r = list ? 0 : -1;
    for (int64_t i = 0; i < n && r == 0; i++) {
        if (!spend(budget)) {
            r = append_more(list, n - i);
            break;
        }
        r = json_array_append_new(list, array_json(value, depth + 1, next, budget));
    }
    if (r == 0)
        return list;
    json_decref(list);
    return NULL;
}

static json_t *ragged_json(const struct value *value, struct budget *budget)
{
    json_t *list = json_array();
    int r = list ? 0 : -1;
    for (int64_t i = 0; i < value->dims[0] && r == 0; i++) {
        if (!spend(budget)) {
            r = append_more(list, value->dims[0] - i);
            break;
        }
        int64_t start = value->row_offsets[i];
        r = json_array_append_new(
            list, list_json(value, start, value->row_offsets[i + 1] - start, budget));
    }
    if (r == 0)
        return list;
    json_decref(list);
    return NULL;
}

static json_t *row_json(const struct value *table, int64_t i, bool bounded)
{
    json_t *row = json_array();
    for (size_t j = 0; j < table->n_columns && row; j++) {
        if (json_array_append_new(row, cell_json(&table->columns[j], i, bounded)) < 0) {
            json_decref(row);
            return NULL;
        }
    }
    return row;
}

/* `type` may be NULL: then the names of the columns are not known. */
static json_t *table_json(const struct value *table, const struct type *type, struct budget *budget)
{
    json_t *json = json_object();
    json_t *names = type ? json_array() : NULL;
    int r = json && (names || !type) ? 0 : -1;
    for (size_t i = 0; type && i < type->n_columns && r == 0; i++)
        r = json_array_append_new(names, json_string(type->columns[i].name));
    if (r == 0 && names)
        r = json_object_set(json, "columns", names);
    json_decref(names);

    json_t *rows = json_array();
    for (int64_t i = 0; i < table->dims[0] && r == 0; i++) {
        if (!spend(budget)) {
            r = append_more(rows, table->dims[0] - i);
            break;
        }
        r = json_array_append_new(rows, row_json(table, i, budget->bounded));
    }
    if (json_object_set_new(json, "rows", rows) < 0 || r < 0) {
        json_decref(json);
        return NULL;
    }
    return json;
}

static json_t *one_json(const struct value *value, const struct type *type, struct budget *budget)
{
    switch (value->kind) {
    case KIND_SCALAR: return cell_json(value, 0, budget->bounded);
    case KIND_ARRAY: {
        int64_t next = 0;
        return array_json(value, 0, &next, budget);
    }
    case KIND_RAGGED: return ragged_json(value, budget);
    case KIND_TABLE: return table_json(value, type, budget);
    case KIND_CSV: return text_json(value->bytes, value->n_bytes, budget->bounded);
    }
    return NULL;
}

json_t *value_to_json(const struct value *value, size_t max_elements)
{
    struct budget budget = {max_elements != 0, max_elements};
    return one_json(value, NULL, &budget);
}

json_t *values_to_json(const struct field *fields, const struct value *values, size_t n,
                       size_t max_elements)
{
    if (n == 1 && !fields[0].name[0]) {
        struct budget budget = {max_elements != 0, max_elements};
        return one_json(&values[0], &fields[0].type, &budget);
    }
    json_t *json = json_object();
    for (size_t i = 0; i < n && json; i++) {
        struct budget budget = {max_elements != 0, max_elements};
        if (json_object_set_new(json, fields[i].name,
                                one_json(&values[i], &fields[i].type, &budget)) < 0) {
            json_decref(json);
            return NULL;
        }
    }
    return json;
}
