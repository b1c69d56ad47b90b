/* Reads the signature JSON.  The judge wrote it, so it is well-formed; what this reader does not need it skips.
 * Values are pointers to their first character; the closing NUL ends every loop. */
#include <stdlib.h>
#include <string.h>

#include "harness.h"

static const char *skip_space(const char *p)
{
    while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r' || *p == ',' || *p == ':')
        p++;
    return p;
}

static const char *skip_string(const char *p)
{
    for (p++; *p && *p != '"'; p++)
        if (*p == '\\' && p[1])
            p++;
    return *p ? p + 1 : p;
}

/* Behind the value at p. */
static const char *skip_value(const char *p)
{
    int depth = 0;
    do {
        p = skip_space(p);
        if (*p == '"') {
            p = skip_string(p);
        } else if (*p == '{' || *p == '[') {
            depth++;
            p++;
        } else if (*p == '}' || *p == ']') {
            depth--;
            p++;
        } else {
            while (*p && !strchr(" \t\r\n,:]}", *p))
                p++;
        }
    } while (*p && depth > 0);
    return p;
}

/* The value at p, or NULL at the end of its array or object. */
static const char *element(const char *p)
{
    p = skip_space(p);
    return *p && *p != ']' && *p != '}' ? p : NULL;
}

static const char *first(const char *array)
{
    return element(array + 1);
}

static const char *next(const char *value)
{
    return element(skip_value(value));
}

static size_t count(const char *array)
{
    size_t n = 0;
    for (const char *value = first(array); value; value = next(value))
        n++;
    return n;
}

static bool is_string(const char *value, const char *text)
{
    size_t n = strlen(text);
    return *value == '"' && strncmp(value + 1, text, n) == 0 && value[1 + n] == '"';
}

static const char *member(const char *object, const char *key, bool required)
{
    for (const char *p = first(object); p; p = next(p)) {
        const char *value = skip_space(skip_string(p));
        if (is_string(p, key))
            return value;
        p = value;
    }
    if (required)
        our_failure("the signature has no \"%s\"", key);
    return NULL;
}

static void copy_name(const char *value, char ret[TYPE_NAME_MAX + 1])
{
    size_t n = *value == '"' ? (size_t)(skip_string(value) - value) - 2 : 0;
    if (*value != '"' || n > TYPE_NAME_MAX)
        our_failure("a name in the signature is no short string");
    memcpy(ret, value + 1, n);
    ret[n] = '\0';
}

static int one_of(const char *value, const char *const *names, int n, const char *what)
{
    for (int i = 0; i < n; i++)
        if (names[i] && is_string(value, names[i]))
            return i;
    our_failure("the signature has an unknown %s", what);
}

static void read_dims(const char *dims, struct type *type)
{
    type->rank = 0;
    for (const char *value = first(dims); value; value = next(value)) {
        /* the second dimension of a ragged type is said by its kind */
        if (type->kind == KIND_RAGGED && type->rank == 1)
            break;
        if (type->rank == TYPE_MAX_RANK)
            our_failure("the signature has an array of more than %d dimensions", TYPE_MAX_RANK);
        struct dim *dim = &type->dims[type->rank++];
        if (is_string(value, "*")) {
            dim->kind = DIM_FREE;
        } else if (*value == '"') {
            dim->kind = DIM_NAME;
            copy_name(value, dim->name);
        } else {
            dim->kind = DIM_NUMBER;
            dim->size = strtoll(value, NULL, 10);
        }
    }
}

static void read_fields(const char *array, struct field **ret, size_t *ret_n);

static void read_field(const char *object, struct field *ret)
{
    static const char *const kinds[] = {"scalar", "array", "ragged", "table", "csv"};
    static const char *const elems[] = {NULL, "int", "float", "bool", "str"};
    struct type *type = &ret->type;
    copy_name(member(object, "name", true), ret->name);
    type->kind = (enum kind)one_of(member(object, "kind", true), kinds, 5, "kind");
    if (type->kind != KIND_TABLE && type->kind != KIND_CSV)
        type->elem = (enum elem)one_of(member(object, "elem", true), elems, 5, "elem");
    type->nullable = *member(object, "nullable", true) == 't';
    read_dims(member(object, "dims", true), type);
    if (type->kind == KIND_TABLE)
        read_fields(member(object, "columns", true), &type->columns, &type->n_columns);
}

static void read_fields(const char *array, struct field **ret, size_t *ret_n)
{
    *ret_n = count(array);
    *ret = need(*ret_n, sizeof **ret);
    struct field *field = *ret;
    for (const char *value = first(array); value; value = next(value))
        read_field(value, field++);
}

static void read_methods(const char *array, struct signature *ret)
{
    ret->n_methods = count(array);
    ret->methods = need(ret->n_methods, sizeof *ret->methods);
    struct method *method = ret->methods;
    for (const char *value = first(array); value; value = next(value), method++) {
        struct field *result = NULL;
        size_t n = 0;
        copy_name(member(value, "name", true), method->name);
        read_fields(member(value, "args", true), &method->args, &method->n_args);
        read_fields(member(value, "returns", true), &result, &n);
        method->has_result = n == 1;
        if (method->has_result)
            method->result = *result;
    }
}

void signature_read(const char *json, struct signature *ret)
{
    json = skip_space(json);
    if (*json != '{')
        our_failure("the signature is no JSON object");
    copy_name(member(json, "entry", true), ret->entry);
    read_fields(member(json, "args", true), &ret->args, &ret->n_args);
    read_fields(member(json, "returns", true), &ret->returns, &ret->n_returns);
    const char *methods = member(json, "methods", false);
    if (methods)
        read_methods(methods, ret);
    const char *names = member(json, "names", false);
    ret->any_names = names && is_string(names, "any");
}
