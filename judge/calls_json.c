/* Every argument of every call is read as values_from_json() reads it, then the frames of all calls become one. */
#include "judge/calls_json.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/calls.h"
#include "judge/escape.h"
#include "judge/value_json.h"
#include "sandbox/util.h"

/* The items of a frame in the making: for each field of each method all its calls, as JSON. */
struct column {
    struct field field; /* its type: of a scalar an array over all calls */
    bool stacked;       /* a scalar: all of its values are one item */
    json_t *list;       /* a value a call */
    int64_t *calls;     /* the number of the call of each value */
    size_t n, capacity;
};

struct columns {
    const struct signature *signature;
    struct column *all; /* methods in order, their fields in order */
    size_t *first;      /* [n_methods] */
    size_t n;
};

static void columns_done(struct columns *columns)
{
    for (size_t i = 0; i < columns->n; i++) {
        json_decref(columns->all[i].list);
        free(columns->all[i].calls);
    }
    free(columns->all);
    free(columns->first);
}

static size_t n_fields(const struct method *method, bool results)
{
    return results ? method->has_result : method->n_args;
}

static int add_column(struct columns *columns, const struct field *field, struct error *err)
{
    struct column *column = &columns->all[columns->n++];
    *column = (struct column){
        .field = *field, .stacked = calls_stacks(&field->type), .list = json_array()};
    if (column->stacked) {
        column->field.type.kind = KIND_ARRAY;
        column->field.type.rank = 1;
        column->field.type.dims[0] = (struct dim){.kind = DIM_FREE};
    }
    return column->list ? 0 : error_oom(err);
}

static int columns_new(const struct signature *signature, bool results, struct columns *ret,
                       struct error *err)
{
    size_t n = 0;
    int r = 0;
    *ret = (struct columns){.signature = signature};
    for (size_t m = 0; m < signature->n_methods; m++)
        n += n_fields(&signature->methods[m], results);
    ret->all = calloc(n + 1, sizeof *ret->all);
    ret->first = calloc(signature->n_methods + 1, sizeof *ret->first);
    if (!ret->all || !ret->first)
        return error_oom(err);
    for (size_t m = 0; r == 0 && m < signature->n_methods; m++) {
        const struct method *method = &signature->methods[m];
        ret->first[m] = ret->n;
        for (size_t i = 0; r == 0 && i < n_fields(method, results); i++)
            r = add_column(ret, results ? &method->result : &method->args[i], err);
    }
    return r;
}

static int append(struct column *column, json_t *value, size_t call, struct error *err)
{
    if (column->n == column->capacity) {
        size_t capacity = column->capacity ? 2 * column->capacity : 64;
        int64_t *calls = reallocarray(column->calls, capacity, sizeof *calls);
        if (!calls)
            return error_oom(err);
        column->calls = calls;
        column->capacity = capacity;
    }
    if (json_array_append(column->list, value) < 0)
        return error_oom(err);
    column->calls[column->n++] = (int64_t)call;
    return 0;
}

/* ---- a call ---- */

static const struct method *find_method(const struct signature *signature, const char *name,
                                        size_t *ret)
{
    for (size_t m = 0; name && m < signature->n_methods; m++)
        if (strcmp(signature->methods[m].name, name) == 0) {
            *ret = m;
            return &signature->methods[m];
        }
    return NULL;
}

struct place {
    char *path;
    size_t size;
};

static int __attribute__((format(printf, 4, 5)))
bad(const struct place *place, size_t call, struct error *err, const char *format, ...)
{
    char text[300];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    snprintf(place->path, place->size, "/%zu", call);
    return error_set(err, -EINVAL, "call %zu: %s", call, text);
}

/* [name, {arguments}] into the columns. */
static int add_call(struct columns *columns, const json_t *json, size_t call, int64_t *ret_method,
                    const struct place *place, struct error *err)
{
    const char *name = json_string_value(json_array_get(json, 0));
    const json_t *args = json_array_get(json, 1);
    char shown[64];
    size_t m = 0;
    if (json_array_size(json) != 2 || !name || !json_is_object(args))
        return bad(place, call, err, "a call is [\"method\", {arguments by name}]");
    const struct method *method = find_method(columns->signature, name, &m);
    if (!method)
        return bad(place, call, err, "no method is called '%s'",
                   escape_text(name, strlen(name), shown, sizeof shown));
    if ((m == 0) != (call == 0))
        return bad(place, call, err, "__init__ is called first, and once");
    if (json_object_size(args) != method->n_args)
        return bad(place, call, err, "%s() takes %zu arguments, not %zu", method->name,
                   method->n_args, json_object_size(args));
    *ret_method = (int64_t)m;
    int r = 0;
    for (size_t a = 0; r == 0 && a < method->n_args; a++) {
        json_t *value = json_object_get(args, method->args[a].name);
        r = value ? append(&columns->all[columns->first[m] + a], value, call, err)
                  : bad(place, call, err, "argument '%s' of %s() is missing", method->args[a].name,
                        method->name);
    }
    return r;
}

/* ---- columns into one frame ---- */

struct parts {
    void **blocks; /* frames of one value each */
    struct frame *frames;
    size_t n;
};

static void parts_done(struct parts *parts)
{
    for (size_t i = 0; i < parts->n; i++) {
        frame_done(&parts->frames[i]);
        free(parts->blocks[i]);
    }
    free(parts->blocks);
    free(parts->frames);
}

/* The place of a complaint in terms of the calls: `inner` is relative to the column's values, or to one of them. */
static void tell_place(const struct column *column, const char *inner, size_t which, bool results,
                       const struct place *place)
{
    if (column->stacked && inner[0] == '/') {
        char *end = NULL;
        which = (size_t)strtoull(inner + 1, &end, 10);
        inner = end;
    }
    long long call = which < column->n ? column->calls[which] : 0;
    if (results)
        snprintf(place->path, place->size, "/%lld%.200s", call, inner);
    else
        snprintf(place->path, place->size, "/%lld/1/%s%.200s", call, column->field.name, inner);
}

/* One item: all values of a scalar, or one value of anything else.  Arguments by name, for the sake of messages. */
static int read_part(const struct column *column, json_t *json, size_t which, bool results,
                     int package_fd, void **ret, size_t *ret_size, const struct place *place,
                     struct error *err)
{
    char inner[256] = "";
    const char *name = column->field.name;
    json_t *named = results ? json_incref(json) : json_pack("{s:O}", name, json);
    if (!named)
        return error_oom(err);
    int r = values_from_json(&column->field, 1, named, results ? FRAME_RESULT : FRAME_ARGS,
                             package_fd, ret, ret_size, inner, sizeof inner, err);
    json_decref(named);
    size_t before = results ? 0 : 1 + strlen(name); /* "/NAME" */
    if (r < 0)
        tell_place(column, strlen(inner) > before ? inner + before : "", which, results, place);
    return r;
}

/* `[]` was given the sizes that it has alone; in its call it may have others. */
static void forget_sizes(const struct column *column, const json_t *json, struct value *value)
{
    if (column->field.type.kind != KIND_ARRAY || !json_is_array(json) || json_array_size(json) > 0)
        return;
    value->rank = 1;
    memset(value->dims, 0, sizeof value->dims);
}

static int add_part(struct parts *parts, const struct column *column, json_t *json, size_t which,
                    bool results, int package_fd, const struct place *place, struct error *err)
{
    void *block = NULL;
    size_t size = 0;
    int r = read_part(column, json, which, results, package_fd, &block, &size, place, err);
    if (r == 0)
        r = frame_parse(block, size, &parts->frames[parts->n], err);
    if (r < 0) {
        free(block);
        return r;
    }
    forget_sizes(column, json, &parts->frames[parts->n].values[0]);
    parts->blocks[parts->n++] = block;
    return 0;
}

static int make_parts(const struct columns *columns, bool results, int package_fd,
                      const struct place *place, struct parts *parts, struct error *err)
{
    size_t n = 0;
    int r = 0;
    for (size_t i = 0; i < columns->n; i++)
        n += columns->all[i].stacked ? 1 : columns->all[i].n;
    parts->blocks = calloc(n + 1, sizeof *parts->blocks);
    parts->frames = calloc(n + 1, sizeof *parts->frames);
    if (!parts->blocks || !parts->frames)
        return error_oom(err);
    for (size_t i = 0; r == 0 && i < columns->n; i++) {
        const struct column *column = &columns->all[i];
        for (size_t k = 0; r == 0 && k < (column->stacked ? 1 : column->n); k++)
            r = add_part(parts, column,
                         column->stacked ? column->list : json_array_get(column->list, k), k,
                         results, package_fd, place, err);
    }
    return r;
}

/* `order`: the methods of the calls, or NULL in a result frame. */
static int join(const struct parts *parts, const int64_t *order, size_t n_calls,
                enum frame_kind kind, void **ret, size_t *ret_size, struct error *err)
{
    size_t n = order != NULL;
    auto_free struct value *values = calloc(parts->n + 1, sizeof *values);
    if (!values)
        return error_oom(err);
    if (order)
        values[0] = (struct value){.kind = KIND_ARRAY,
                                   .elem = ELEM_INT,
                                   .rank = 1,
                                   .dims = {(int64_t)n_calls},
                                   .n = (int64_t)n_calls,
                                   .data = order};
    for (size_t i = 0; i < parts->n; i++)
        values[n++] = parts->frames[i].values[0];
    return frame_build(kind, values, n, ret, ret_size, err);
}

static int build(const struct columns *columns, const int64_t *order, size_t n_calls,
                 int package_fd, const struct place *place, void **ret, size_t *ret_size,
                 struct error *err)
{
    bool results = order == NULL;
    struct parts parts = {0};
    int r = make_parts(columns, results, package_fd, place, &parts, err);
    if (r == 0)
        r = join(&parts, order, n_calls, results ? FRAME_RESULT : FRAME_ARGS, ret, ret_size, err);
    parts_done(&parts);
    return r;
}

int calls_from_json(const struct signature *signature, const json_t *calls, int package_fd,
                    void **ret, size_t *ret_size, char *path, size_t path_size, struct error *err)
{
    const struct place place = {path, path_size};
    struct columns columns;
    size_t n = json_array_size(calls);
    auto_free int64_t *order = calloc(n + 1, sizeof *order);
    path[0] = '\0';
    if (n == 0)
        return error_set(err, -EINVAL, "the first call is [\"__init__\", {...}]");
    int r = columns_new(signature, false, &columns, err);
    if (r == 0 && !order)
        r = error_oom(err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = add_call(&columns, json_array_get(calls, i), i, &order[i], &place, err);
    if (r == 0)
        r = build(&columns, order, n, package_fd, &place, ret, ret_size, err);
    columns_done(&columns);
    return r;
}

int results_from_json(const struct signature *signature, const json_t *calls,
                      const json_t *expected, int package_fd, void **ret, size_t *ret_size,
                      char *path, size_t path_size, struct error *err)
{
    const struct place place = {path, path_size};
    struct columns columns;
    size_t n = json_array_size(calls);
    path[0] = '\0';
    if (!json_is_array(expected) || json_array_size(expected) != n)
        return error_set(err, -EINVAL, "expected: a list with an entry for each of the %zu calls",
                         n);
    int r = columns_new(signature, true, &columns, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        size_t m = 0;
        const char *name = json_string_value(json_array_get(json_array_get(calls, i), 0));
        const struct method *method = find_method(signature, name, &m);
        json_t *value = json_array_get(expected, i);
        if (!method->has_result && !json_is_null(value))
            r = bad(&place, i, err, "expected null: %s() has no result", method->name);
        else if (method->has_result)
            r = append(&columns.all[columns.first[m]], value, i, err);
    }
    if (r == 0)
        r = build(&columns, NULL, n, package_fd, &place, ret, ret_size, err);
    columns_done(&columns);
    return r;
}

/* ---- to JSON ---- */

static json_t *call_to_json(const struct calls *calls, const struct value *values, int64_t call,
                            size_t max_elements)
{
    const struct method *method = calls_method(calls, call);
    struct value args[METHOD_ARGS_MAX];
    calls_args(calls, values, call, args);
    json_t *by_name = method->n_args
                          ? values_to_json(method->args, args, method->n_args, max_elements)
                          : json_object();
    return json_pack("[s,o]", method->name, by_name);
}

static json_t *result_to_json(const struct calls *calls, const struct frame *results, int64_t call,
                              size_t max_elements)
{
    struct value value;
    if (!calls_result(calls, results->values, call, &value))
        return json_null();
    return values_to_json(&calls_method(calls, call)->result, &value, 1, max_elements);
}

static json_t *list(const struct signature *signature, const struct frame *args,
                    const struct frame *results, size_t max_calls, size_t max_elements)
{
    struct calls calls;
    if (calls_open(signature, args, &calls, NULL) < 0)
        return NULL;
    json_t *json = json_array();
    for (int64_t i = 0; json && i < calls.n; i++) {
        bool more = max_calls && (size_t)i == max_calls;
        json_t *one = more      ? json_sprintf("... (%lld more)", (long long)(calls.n - i))
                      : results ? result_to_json(&calls, results, i, max_elements)
                                : call_to_json(&calls, args->values, i, max_elements);
        if (json_array_append_new(json, one) < 0) {
            json_decref(json);
            json = NULL;
        }
        if (more)
            break;
    }
    calls_done(&calls);
    return json;
}

json_t *calls_to_json(const struct signature *signature, const struct frame *args, size_t max_calls,
                      size_t max_elements)
{
    return list(signature, args, NULL, max_calls, max_elements);
}

json_t *results_to_json(const struct signature *signature, const struct frame *args,
                        const struct frame *results, size_t max_calls, size_t max_elements)
{
    return list(signature, args, results, max_calls, max_elements);
}
