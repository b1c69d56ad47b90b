/* JSON -> values.
 *
 * Every field is collected in memory of its own (struct building), then all become one frame.  The place in
 * the JSON is kept as a pointer ("/X_train/3/1"); messages show the same as "args.X_train[3][1]". */
#include "judge/value_json.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "judge/cells.h"
#include "judge/csv_table.h"
#include "judge/escape.h"
#include "judge/files.h"
#include "judge/json_place.h"
#include "judge/npy.h"
#include "judge/utf8.h"
#include "sandbox/util.h"

struct building {
    struct value value;
    struct cells cells;
    int64_t *row_offsets; /* RAGGED */
    char *file;           /* CSV out of a $file */
    struct cells *column_cells;
    struct value *columns;
    size_t n_columns;
};

struct reader {
    char pointer[256];
    const char *root; /* what messages call the JSON: "args", "expected" */
    int package_fd;
    struct error *err;
};

static void building_done(struct building *b)
{
    cells_done(&b->cells);
    for (size_t i = 0; i < b->n_columns && b->column_cells; i++)
        cells_done(&b->column_cells[i]);
    free(b->column_cells);
    free(b->columns);
    free(b->row_offsets);
    free(b->file);
}

/* "args.X_train[3][1]" out of "/X_train/3/1". */
static void label(const struct reader *r, char *buffer, size_t size)
{
    size_t used = (size_t)snprintf(buffer, size, "%s", r->root);
    for (const char *c = r->pointer; *c && used < size;) {
        size_t length = strcspn(++c, "/");
        bool number = length > 0 && strspn(c, "0123456789") >= length;
        used += (size_t)snprintf(buffer + used, size - used, number ? "[%.*s]" : ".%.*s",
                                 (int)length, c);
        c += length;
    }
}

static int __attribute__((format(printf, 2, 3))) bad(struct reader *r, const char *format, ...)
{
    char text[384], where[160], shown[200];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    label(r, where, sizeof where);
    escape_text(where, strlen(where), shown, sizeof shown);
    return error_set(r->err, -EINVAL, "%s: %s", shown, text);
}

static int out_of(struct reader *r, int code)
{
    return code == -ENOMEM ? error_oom(r->err) : code;
}

static const char *what_is(const json_t *json)
{
    switch (json_typeof(json)) {
    case JSON_OBJECT: return "an object";
    case JSON_ARRAY: return "a list";
    case JSON_STRING: return "a string";
    case JSON_INTEGER: return "an integer";
    case JSON_REAL: return "a number with a fraction or exponent";
    case JSON_TRUE:
    case JSON_FALSE: return "a bool";
    case JSON_NULL: return "null";
    }
    return "something";
}

/* ---- elements ---- */

static bool named_float(const char *text, double *ret)
{
    if (strcmp(text, "NaN") == 0)
        *ret = NAN;
    else if (strcmp(text, "Infinity") == 0)
        *ret = INFINITY;
    else if (strcmp(text, "-Infinity") == 0)
        *ret = -INFINITY;
    else
        return false;
    return true;
}

static int read_float(struct reader *r, const json_t *json, struct cells *cells)
{
    double number;
    if (json_is_number(json))
        return out_of(r, cells_add_float(cells, json_number_value(json)));
    if (json_is_string(json) && named_float(json_string_value(json), &number)) {
        if (isnan(number) && cells->nullable)
            return bad(r, "\"NaN\" where float? is declared; NULL is null");
        return out_of(r, cells_add_float(cells, number));
    }
    return bad(r, "%s where float is declared%s", what_is(json),
               json_is_string(json) ? " (only \"NaN\", \"Infinity\" and \"-Infinity\" are strings)"
                                    : "");
}

static int read_str(struct reader *r, const json_t *json, struct cells *cells)
{
    const char *text = json_string_value(json);
    size_t length = json_string_length(json);
    if (!utf8_valid(text, length))
        return bad(r, "a string with a NUL");
    return out_of(r, cells_add_str(cells, text, length));
}

static int read_cell(struct reader *r, const json_t *json, struct cells *cells)
{
    if (json_is_null(json)) {
        const char *name = elem_name(cells->elem);
        return cells->nullable ? out_of(r, cells_add_null(cells))
                               : bad(r, "null where %s is declared (%s? may be NULL)", name, name);
    }
    switch (cells->elem) {
    case ELEM_FLOAT: return read_float(r, json, cells);
    case ELEM_INT:
        if (json_is_integer(json))
            return out_of(r, cells_add_int(cells, json_integer_value(json)));
        break;
    case ELEM_BOOL:
        if (json_is_boolean(json))
            return out_of(r, cells_add_bool(cells, json_is_true(json)));
        break;
    case ELEM_STR:
        if (json_is_string(json))
            return read_str(r, json, cells);
        break;
    case ELEM_NONE: break;
    }
    return bad(r, "%s where %s is declared", what_is(json), elem_name(cells->elem));
}

/* ---- lists ---- */

static int expect_list(struct reader *r, const json_t *json, const struct type *type)
{
    char declared[256];
    if (json_is_array(json))
        return 0;
    return bad(r, "%s where a list is needed (%s)", what_is(json),
               type_format(type, declared, sizeof declared));
}

/* Dimensions from `depth` on; dims[i] < 0 = not seen yet. */
static int read_lists(struct reader *r, const json_t *json, const struct type *type, int depth,
                      int64_t dims[TYPE_MAX_RANK], struct cells *cells)
{
    int error = expect_list(r, json, type);
    if (error < 0)
        return error;
    size_t n = json_array_size(json);
    if (dims[depth] >= 0 && dims[depth] != (int64_t)n)
        return bad(r, "%zu elements, but the rows before have %" PRId64, n, dims[depth]);
    dims[depth] = (int64_t)n;
    for (size_t i = 0; i < n && error == 0; i++) {
        const json_t *element = json_array_get(json, i);
        size_t before = json_pointer_index(r->pointer, sizeof r->pointer, i);
        if (depth + 1 == type->rank)
            error = read_cell(r, element, cells);
        else
            error = read_lists(r, element, type, depth + 1, dims, cells);
        if (error == 0)
            json_pointer_cut(r->pointer, before);
    }
    return error;
}

static int read_array(struct reader *r, const json_t *json, const struct type *type,
                      struct building *b)
{
    int64_t dims[TYPE_MAX_RANK] = {-1, -1, -1, -1};
    int error = read_lists(r, json, type, 0, dims, &b->cells);
    if (error < 0)
        return error;
    b->value = cells_view(&b->cells);
    if (dims[0] == 0)
        return 0; /* [] stays of rank 1 until the other dimensions are known */
    b->value.rank = type->rank;
    for (int i = 0; i < type->rank; i++)
        b->value.dims[i] = dims[i] < 0 ? 0 : dims[i];
    return 0;
}

static int read_ragged(struct reader *r, const json_t *json, const struct type *type,
                       struct building *b)
{
    int error = expect_list(r, json, type);
    if (error < 0)
        return error;
    size_t rows = json_array_size(json);
    b->row_offsets = calloc(rows + 1, sizeof *b->row_offsets);
    if (!b->row_offsets)
        return error_oom(r->err);
    for (size_t i = 0; i < rows && error == 0; i++) {
        int64_t any[TYPE_MAX_RANK] = {-1, -1, -1, -1};
        size_t before = json_pointer_index(r->pointer, sizeof r->pointer, i);
        error = read_lists(r, json_array_get(json, i), type, 0, any, &b->cells);
        if (error == 0)
            json_pointer_cut(r->pointer, before);
        b->row_offsets[i + 1] = b->cells.n;
    }
    b->value = cells_view(&b->cells);
    b->value.kind = KIND_RAGGED;
    b->value.dims[0] = (int64_t)rows;
    b->value.row_offsets = b->row_offsets;
    return error;
}

/* ---- tables ---- */

static int read_row(struct reader *r, const json_t *row, const struct type *type,
                    struct building *b)
{
    if (!json_is_array(row))
        return bad(r, "%s where a row (a list) is needed", what_is(row));
    if (json_array_size(row) != type->n_columns)
        return bad(r, "a row of %zu elements where %zu columns are declared", json_array_size(row),
                   type->n_columns);
    int error = 0;
    for (size_t i = 0; i < type->n_columns && error == 0; i++) {
        size_t before = json_pointer_index(r->pointer, sizeof r->pointer, i);
        error = read_cell(r, json_array_get(row, i), &b->column_cells[i]);
        if (error < 0 && r->err)
            error_prefix(r->err, error, "column %s", type->columns[i].name);
        else if (error == 0)
            json_pointer_cut(r->pointer, before);
    }
    return error;
}

static int check_columns(struct reader *r, const json_t *names, const struct type *type)
{
    if (json_array_size(names) != type->n_columns)
        return bad(r, "%zu columns where %zu are declared", json_array_size(names),
                   type->n_columns);
    for (size_t i = 0; i < type->n_columns; i++) {
        const char *name = json_string_value(json_array_get(names, i));
        if (!name || strcmp(name, type->columns[i].name) != 0) {
            json_pointer_index(r->pointer, sizeof r->pointer, i);
            return bad(r, "not the declared column '%s'", type->columns[i].name);
        }
    }
    return 0;
}

static int only_keys(struct reader *r, const json_t *object, const char *one, const char *other)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        if (strcmp(key, one) != 0 && strcmp(key, other) != 0) {
            json_pointer_key(r->pointer, sizeof r->pointer, key);
            return bad(r, "unknown key (a table has \"columns\" and \"rows\")");
        }
    }
    return 0;
}

static int table_begin(struct reader *r, const struct type *type, struct building *b)
{
    b->columns = calloc(type->n_columns, sizeof *b->columns);
    b->column_cells = calloc(type->n_columns, sizeof *b->column_cells);
    if (!b->columns || !b->column_cells)
        return error_oom(r->err);
    b->n_columns = type->n_columns;
    for (size_t i = 0; i < b->n_columns; i++) {
        b->column_cells[i].elem = type->columns[i].type.elem;
        b->column_cells[i].nullable = type->columns[i].type.nullable;
    }
    return 0;
}

static void table_end(struct building *b)
{
    for (size_t i = 0; i < b->n_columns; i++)
        b->columns[i] = cells_view(&b->column_cells[i]);
    b->value = (struct value){
        .kind = KIND_TABLE, .rank = 1, .columns = b->columns, .n_columns = b->n_columns};
    b->value.dims[0] = b->columns[0].n;
}

static int read_table(struct reader *r, const json_t *json, const struct type *type,
                      struct building *b)
{
    const json_t *names = json_object_get(json, "columns");
    const json_t *rows = json_object_get(json, "rows");
    int error = only_keys(r, json, "columns", "rows");
    if (error < 0)
        return error;
    if (!json_is_array(names) || !json_is_array(rows))
        return bad(r, "not a table: {\"columns\": [...], \"rows\": [[...]]}");
    size_t before = json_pointer_key(r->pointer, sizeof r->pointer, "columns");
    error = check_columns(r, names, type);
    if (error < 0)
        return error;
    json_pointer_cut(r->pointer, before);

    before = json_pointer_key(r->pointer, sizeof r->pointer, "rows");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        size_t at_rows = json_pointer_index(r->pointer, sizeof r->pointer, i);
        error = read_row(r, json_array_get(rows, i), type, b);
        if (error < 0)
            return error;
        json_pointer_cut(r->pointer, at_rows);
    }
    json_pointer_cut(r->pointer, before);
    table_end(b);
    return 0;
}

/* ---- files ---- */

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n > m && strcmp(text + n - m, end) == 0;
}

static int read_npy(const char *bytes, size_t size, const struct type *type, struct building *b,
                    struct error *why)
{
    struct npy npy;
    int error = npy_parse(bytes, size, &npy, why);
    if (error == 0 && npy.rank != type->rank)
        error = error_set(why, -EINVAL, "rank %d where %d is declared", npy.rank, type->rank);
    if (error == 0)
        error = npy_append(&npy, &b->cells, why);
    if (error < 0)
        return error;
    for (int64_t i = 0; i < npy.n && type->nullable && type->elem == ELEM_FLOAT; i++) {
        if (isnan(((const double *)b->cells.data)[i]))
            b->cells.valid[i] = 0; /* as in Python: where float? is declared NaN is NULL */
    }
    b->value = cells_view(&b->cells);
    b->value.rank = npy.rank;
    memcpy(b->value.dims, npy.dims, sizeof b->value.dims);
    return 0;
}

static int read_file(struct reader *r, const char *path, const struct type *type,
                     struct building *b)
{
    char shown[128], declared[128];
    escape_text(path, strlen(path), shown, sizeof shown);
    bool npy = ends_with(path, ".npy"), csv = ends_with(path, ".csv");
    bool wants_csv = type->kind == KIND_TABLE || type->kind == KIND_CSV;
    if (type->kind == KIND_ARRAY ? !npy || type->elem == ELEM_STR : !wants_csv || !csv)
        return bad(
            r,
            "a file '%s' where %s is declared; arrays of numbers and bools come from .npy, tables "
            "and csv from .csv",
            shown, type_format(type, declared, sizeof declared));
    struct error why = ERROR_INIT;
    size_t size = 0;
    int error = file_read_beneath(r->package_fd, path, VALUE_FILE_MAX_BYTES, &b->file, &size, &why);
    if (error < 0)
        return error == -ENOMEM ? error_oom(r->err) : bad(r, "%s", why.text);
    if (type->kind == KIND_CSV) {
        b->value = (struct value){.kind = KIND_CSV, .bytes = b->file, .n_bytes = size};
        return 0;
    }
    if (type->kind == KIND_TABLE)
        error =
            csv_table_read(b->file, size, type->columns, type->n_columns, b->column_cells, &why);
    else
        error = read_npy(b->file, size, type, b, &why);
    free(steal(&b->file));
    if (error == -ENOMEM)
        return error_oom(r->err);
    if (error < 0)
        return bad(r, "file '%s': %s", shown, why.text);
    if (type->kind == KIND_TABLE)
        table_end(b);
    return 0;
}

/* ---- fields ---- */

static int read_scalar(struct reader *r, const json_t *json, struct building *b)
{
    int error = read_cell(r, json, &b->cells);
    if (error < 0)
        return error;
    b->value = cells_view(&b->cells);
    b->value.kind = KIND_SCALAR;
    b->value.rank = 0;
    b->value.dims[0] = 0;
    return 0;
}

static int read_csv(struct reader *r, const json_t *json, struct building *b)
{
    if (!json_is_string(json))
        return bad(r, "%s where csv is declared (a string, or {\"$file\": \"X.csv\"})",
                   what_is(json));
    b->value = (struct value){
        .kind = KIND_CSV, .bytes = json_string_value(json), .n_bytes = json_string_length(json)};
    return 0;
}

static int read_field(struct reader *r, const json_t *json, const struct type *type,
                      struct building *b)
{
    b->cells.elem = type->elem;
    b->cells.nullable = type->nullable;
    if (type->kind == KIND_TABLE) {
        int error = table_begin(r, type, b);
        if (error < 0)
            return error;
    }
    const json_t *file = json_object_get(json, "$file");
    if (file) {
        if (!json_is_string(file) || json_object_size(json) != 1)
            return bad(r, "not {\"$file\": \"NAME\"} alone");
        return read_file(r, json_string_value(file), type, b);
    }
    switch (type->kind) {
    case KIND_SCALAR: return read_scalar(r, json, b);
    case KIND_ARRAY: return read_array(r, json, type, b);
    case KIND_RAGGED: return read_ragged(r, json, type, b);
    case KIND_TABLE: return read_table(r, json, type, b);
    case KIND_CSV: return read_csv(r, json, b);
    }
    return -EINVAL;
}

static int read_object(struct reader *r, const struct field *fields, size_t n, const json_t *json,
                       struct building *buildings)
{
    if (!json_is_object(json))
        return bad(r, "%s where an object by name is needed", what_is(json));
    for (size_t i = 0; i < n; i++) {
        const json_t *member = json_object_get(json, fields[i].name);
        if (!member)
            return bad(r, "'%s' is missing", fields[i].name);
        size_t before = json_pointer_key(r->pointer, sizeof r->pointer, fields[i].name);
        int error = read_field(r, member, &fields[i].type, &buildings[i]);
        if (error < 0)
            return error;
        json_pointer_cut(r->pointer, before);
    }
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)json, key, value)
    {
        bool known = false;
        for (size_t i = 0; i < n && !known; i++)
            known = strcmp(fields[i].name, key) == 0;
        if (!known) {
            json_pointer_key(r->pointer, sizeof r->pointer, key);
            return bad(r, "the signature has no such name");
        }
    }
    return 0;
}

/* What only a whole set of arguments can be held to: dimensions that agree, legal strings. */
static int check_args(struct reader *r, const struct field *fields, size_t n, struct value *values)
{
    struct dims dims = {0};
    struct error why = ERROR_INIT;
    size_t field;
    int error = values_check_field(fields, n, values, n, &dims, "argument", &field, &why);
    if (error == 0)
        values_resolve(fields, values, n, &dims);
    else if (field < n)
        json_pointer_key(r->pointer, sizeof r->pointer, fields[field].name);
    return error < 0 ? error_set(r->err, -EINVAL, "%s", why.text) : 0;
}

int values_from_json(const struct field *fields, size_t n_fields, const json_t *json,
                     enum frame_kind kind, int package_fd, void **ret, size_t *ret_size,
                     char *ret_path, size_t path_size, struct error *err)
{
    assert(json);
    struct reader r = {
        .root = kind == FRAME_ARGS ? "args" : "expected", .package_fd = package_fd, .err = err};
    auto_free struct building *buildings = calloc(n_fields + 1, sizeof *buildings);
    auto_free struct value *values = calloc(n_fields + 1, sizeof *values);
    if (!buildings || !values)
        return error_oom(err);
    int error;
    if (kind != FRAME_ARGS && n_fields == 1 && !fields[0].name[0])
        error = read_field(&r, json, &fields[0].type, &buildings[0]);
    else
        error = read_object(&r, fields, n_fields, json, buildings);
    for (size_t i = 0; i < n_fields; i++)
        values[i] = buildings[i].value;
    if (error == 0 && kind == FRAME_ARGS)
        error = check_args(&r, fields, n_fields, values);
    if (error == 0)
        error = frame_build(kind, values, n_fields, ret, ret_size, err);
    for (size_t i = 0; i < n_fields; i++)
        building_done(&buildings[i]);
    if (error < 0 && ret_path && path_size > 0)
        snprintf(ret_path, path_size, "%s", r.pointer);
    return error;
}
