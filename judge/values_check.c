/* Values against the declared fields: types first, then dimensions, then every element.
 *
 * Dimensions take two passes.  The first binds names (int arguments, then the sizes of values whose kind and
 * rank are right); the second compares, so that a message names the value that came later.  A name stays bound
 * to the first: when returns are checked all names are bound by the arguments already (signature_check()). */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "judge/frame.h"
#include "judge/utf8.h"
#include "judge/value_text.h"

struct check {
    const char *what;
    const char *name;   /* of the field, "" = unnamed */
    const char *column; /* of a table, NULL = none */
    struct dims *dims;
    struct error *err;
};

static int __attribute__((format(printf, 2, 3))) bad(const struct check *c, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return error_set(c->err, -EBADMSG, "%s%s%s%s%s: %s", c->what, c->name[0] ? " " : "", c->name,
                     c->column ? ", column " : "", c->column ? c->column : "", text);
}

static const int64_t *lookup(const struct dims *dims, const char *name)
{
    for (size_t i = 0; i < dims->n; i++) {
        if (strcmp(dims->bound[i].name, name) == 0)
            return &dims->bound[i].size;
    }
    return NULL;
}

static int bind(struct dims *dims, const char *name, int64_t size, struct error *err)
{
    if (lookup(dims, name))
        return 0;
    if (dims->n == DIMS_MAX) /* signature_check() allows no such signature */
        return error_set(err, -E2BIG, "more than %d dimension names", DIMS_MAX);
    struct dim_binding *binding = &dims->bound[dims->n++];
    snprintf(binding->name, sizeof binding->name, "%s", name);
    binding->size = size;
    return 0;
}

/* `[]`: an array without elements and of unknown shape. */
static bool is_empty_list(const struct type *type, const struct value *value)
{
    return type->kind == KIND_ARRAY && value->kind == KIND_ARRAY && value->rank == 1 &&
           value->dims[0] == 0;
}

/* Kind and rank agree, so that dims[i] of one belongs to dims[i] of the other. */
static bool has_dims(const struct type *type, const struct value *value)
{
    return (type->kind == KIND_ARRAY || type->kind == KIND_RAGGED) && value->kind == type->kind &&
           value->rank == type->rank && !is_empty_list(type, value);
}

static int64_t declared_size(const struct dim *dim, const struct dims *dims)
{
    if (dim->kind == DIM_NUMBER)
        return dim->size;
    const int64_t *bound = dim->kind == DIM_NAME ? lookup(dims, dim->name) : NULL;
    return bound ? *bound : 0;
}

static int bind_all(const struct field *fields, const struct value *values, size_t n,
                    struct dims *dims, struct error *err)
{
    int r = 0;
    for (size_t i = 0; i < n && r == 0; i++) {
        const struct type *type = &fields[i].type;
        if (fields[i].name[0] && type->kind == KIND_SCALAR && type->elem == ELEM_INT &&
            values[i].kind == KIND_SCALAR && values[i].elem == ELEM_INT &&
            !value_is_null(&values[i], 0))
            r = bind(dims, fields[i].name, value_int(&values[i], 0), err);
    }
    for (size_t i = 0; i < n; i++) {
        const struct type *type = &fields[i].type;
        for (int d = 0; d < type->rank && has_dims(type, &values[i]) && r == 0; d++) {
            if (type->dims[d].kind == DIM_NAME)
                r = bind(dims, type->dims[d].name, values[i].dims[d], err);
        }
    }
    return r;
}

/* What nothing has bound is 0. */
static int bind_rest(const struct field *fields, size_t n, struct dims *dims, struct error *err)
{
    int r = 0;
    for (size_t i = 0; i < n; i++) {
        const struct type *type = &fields[i].type;
        for (int d = 0; d < type->rank && r == 0; d++) {
            if (type->dims[d].kind == DIM_NAME)
                r = bind(dims, type->dims[d].name, 0, err);
        }
    }
    return r;
}

static int check_empty_list(const struct check *c, const struct type *type)
{
    char shape[CELL_TEXT] = "";
    size_t used = 0;
    for (int d = 0; d < type->rank; d++) {
        int64_t size = declared_size(&type->dims[d], c->dims);
        if (size == 0)
            return 0;
        used +=
            (size_t)snprintf(shape + used, sizeof shape - used, "%s%" PRId64, d ? ", " : "", size);
    }
    return bad(c, "no elements where shape (%s) is needed", shape);
}

static int check_dims(const struct check *c, const struct type *type, const struct value *value)
{
    for (int d = 0; d < type->rank; d++) {
        const struct dim *dim = &type->dims[d];
        int64_t size = value->dims[d];
        int64_t need = declared_size(dim, c->dims);
        if (dim->kind == DIM_FREE || size == need)
            continue;
        char along[32] = "elements";
        if (type->rank == 2 || type->kind == KIND_RAGGED)
            snprintf(along, sizeof along, "%s", d == 0 ? "rows" : "columns");
        else if (type->rank > 2)
            snprintf(along, sizeof along, "elements along axis %d", d);
        if (dim->kind == DIM_NAME)
            return bad(c, "%" PRId64 " %s where %s = %" PRId64, size, along, dim->name, need);
        return bad(c, "%" PRId64 " %s where %" PRId64 " are declared", size, along, need);
    }
    return 0;
}

static int check_nulls(const struct check *c, const struct type *type, const struct value *value)
{
    if (type->nullable || !value->valid || value->n == 0)
        return 0;
    const uint8_t *null = memchr(value->valid, 0, (size_t)value->n);
    if (!null)
        return 0;
    char index[CELL_TEXT];
    value_index_text(value, null - value->valid, index);
    return bad(c, "NULL%s%s where %s is declared", index[0] ? " at " : "", index,
               elem_name(type->elem));
}

static bool is_legal(const struct type *type, const char *text, size_t length)
{
    for (size_t i = 0; i < type->n_legal; i++) {
        if (strlen(type->legal[i]) == length && memcmp(type->legal[i], text, length) == 0)
            return true;
    }
    return type->n_legal == 0;
}

static int bad_element(const struct check *c, const struct value *value, int64_t i, const char *why)
{
    char index[CELL_TEXT], cell[CELL_TEXT] = "";
    value_index_text(value, i, index);
    if (value->elem != ELEM_BOOL)
        value_cell_text(value, i, cell);
    return bad(c, "%s%s%s%s%s", index, index[0] && cell[0] ? " " : "", cell,
               index[0] || cell[0] ? " " : "", why);
}

static int check_elements(const struct check *c, const struct type *type, const struct value *value)
{
    for (int64_t i = 0; i < value->n; i++) {
        if (value_is_null(value, i))
            continue;
        if (value->elem == ELEM_BOOL) {
            if (((const uint8_t *)value->data)[i] > 1)
                return bad_element(c, value, i, "is a bool that is neither 0 nor 1");
            continue;
        }
        size_t length;
        const char *text = value_str(value, i, &length);
        if (!utf8_valid(text, length))
            return bad_element(c, value, i, "is not UTF-8 without NUL");
        if (!is_legal(type, text, length))
            return bad_element(c, value, i, "is none of the legal values");
    }
    return 0;
}

static int check_plain(const struct check *c, const struct type *type, const struct value *value)
{
    int r = check_nulls(c, type, value);
    if (r < 0 || (value->elem != ELEM_BOOL && value->elem != ELEM_STR))
        return r;
    return check_elements(c, type, value);
}

static int bad_type(const struct check *c, const struct type *type, const struct value *value)
{
    char shape[CELL_TEXT], declared[256];
    return bad(c, "%s where %s is declared", value_shape_text(value, shape),
               type_format(type, declared, sizeof declared));
}

static int check_table(struct check *c, const struct type *type, const struct value *value)
{
    if (value->n_columns != type->n_columns)
        return bad(c, "%zu columns where %zu are declared", value->n_columns, type->n_columns);
    int r = 0;
    for (size_t i = 0; i < type->n_columns && r == 0; i++) {
        const struct field *column = &type->columns[i];
        c->column = column->name;
        if (value->columns[i].elem != column->type.elem)
            r = bad(c, "%s where %s is declared", elem_name(value->columns[i].elem),
                    elem_name(column->type.elem));
        else
            r = check_plain(c, &column->type, &value->columns[i]);
    }
    c->column = NULL;
    return r;
}

static int check_value(struct check *c, const struct type *type, const struct value *value)
{
    if (value->kind != type->kind || value->elem != type->elem)
        return bad_type(c, type, value);
    switch (type->kind) {
    case KIND_SCALAR: return check_plain(c, type, value);
    case KIND_ARRAY:
        if (is_empty_list(type, value))
            return check_empty_list(c, type);
        if (value->rank != type->rank)
            return bad_type(c, type, value);
        break;
    case KIND_RAGGED: break;
    case KIND_TABLE: return check_table(c, type, value);
    case KIND_CSV: return value->external_fd ? bad(c, "a csv that is not in the frame") : 0;
    }
    int r = check_dims(c, type, value);
    return r < 0 ? r : check_plain(c, type, value);
}

int values_check_field(const struct field *fields, size_t n_fields, const struct value *values,
                       size_t n_values, struct dims *dims, const char *what, size_t *ret_field,
                       struct error *err)
{
    assert(dims);
    *ret_field = n_fields;
    if (n_values != n_fields)
        return error_set(err, -EBADMSG, "%zu %ss where %zu are declared", n_values, what, n_fields);
    int r = bind_all(fields, values, n_fields, dims, err);
    for (size_t i = 0; i < n_fields && r == 0; i++) {
        struct check c = {.what = what, .name = fields[i].name, .dims = dims, .err = err};
        r = check_value(&c, &fields[i].type, &values[i]);
        if (r < 0)
            *ret_field = i;
    }
    if (r == 0)
        r = bind_rest(fields, n_fields, dims, err);
    return r;
}

int values_check(const struct field *fields, size_t n_fields, const struct value *values,
                 size_t n_values, struct dims *dims, const char *what, struct error *err)
{
    size_t field;
    return values_check_field(fields, n_fields, values, n_values, dims, what, &field, err);
}

void values_resolve(const struct field *fields, struct value *values, size_t n_values,
                    const struct dims *dims)
{
    for (size_t i = 0; i < n_values; i++) {
        const struct type *type = &fields[i].type;
        struct value *value = &values[i];
        if (!is_empty_list(type, value))
            continue;
        value->rank = type->rank;
        for (int d = 0; d < type->rank; d++)
            value->dims[d] = declared_size(&type->dims[d], dims);
    }
}
