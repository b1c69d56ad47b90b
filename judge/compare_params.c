#include "judge/compare_params.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge/escape.h"

int param_number(const json_t *json, const char *comparator, const char *key, double min,
                 double max, double fallback, double *ret, struct error *err)
{
    const json_t *value = json_object_get(json, key);
    if (!value && !isnan(fallback)) {
        *ret = fallback;
        return 0;
    }
    double number = json_number_value(value);
    if (!json_is_number(value) || !(number >= min && number <= max))
        return error_set(err, -EINVAL, "comparator '%s': \"%s\" must be a number from %g to %g",
                         comparator, key, min, max);
    *ret = number;
    return 0;
}

int param_int(const json_t *json, const char *comparator, const char *key, int64_t min, int64_t max,
              int64_t fallback, int64_t *ret, struct error *err)
{
    const json_t *value = json_object_get(json, key);
    *ret = value ? json_integer_value(value) : fallback;
    if ((value && !json_is_integer(value)) || *ret < min || *ret > max)
        return error_set(err, -EINVAL,
                         "comparator '%s': \"%s\" must be a whole number from %lld to %lld",
                         comparator, key, (long long)min, (long long)max);
    return 0;
}

int param_bool(const json_t *json, const char *comparator, const char *key, bool fallback,
               bool *ret, struct error *err)
{
    const json_t *value = json_object_get(json, key);
    if (value && !json_is_boolean(value))
        return error_set(err, -EINVAL, "comparator '%s': \"%s\" must be true or false", comparator,
                         key);
    *ret = value ? json_is_true(value) : fallback;
    return 0;
}

int param_word(const json_t *json, const char *comparator, const char *key,
               const char *const *words, size_t *ret, struct error *err)
{
    const json_t *value = json_object_get(json, key);
    const char *text = value ? json_string_value(value) : words[0];
    for (size_t i = 0; text && words[i]; i++) {
        if (strcmp(words[i], text) == 0) {
            *ret = i;
            return 0;
        }
    }
    char known[128] = "";
    for (size_t i = 0; words[i]; i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s\"%s\"", i ? ", " : "", words[i]);
    }
    return error_set(err, -EINVAL, "comparator '%s': \"%s\" must be one of %s", comparator, key,
                     known);
}

int param_is_floats(const char *comparator, const struct type *type, int rank, struct error *err)
{
    static const char *const shapes[] = {"[n]", "[n]", "[n,d]", "[n,d,e]", "[n,d,e,f]"};
    if (type->kind == KIND_ARRAY && type->elem == ELEM_FLOAT && !type->nullable &&
        type->rank == rank)
        return 0;
    char text[128];
    return error_set(err, -EINVAL, "comparator '%s' needs float%s here, not %s", comparator,
                     shapes[rank], type_format(type, text, sizeof text));
}

int param_index(const json_t *json, const char *comparator, const char *key,
                const struct field *fields, size_t n_fields, size_t *ret, struct error *err)
{
    const json_t *value = json_object_get(json, key);
    const char *name = value ? json_string_value(value) : "";
    if (!name)
        return error_set(err, -EINVAL, "comparator '%s': \"%s\" must be a name", comparator, key);
    for (size_t i = 0; i < n_fields; i++) {
        if (strcmp(fields[i].name, name) != 0)
            continue;
        *ret = i;
        return 0;
    }
    char shown[64];
    return error_set(err, -EINVAL,
                     "comparator '%s': \"%s\" is '%s', and there is none of that name", comparator,
                     key, escape_text(name, strlen(name), shown, sizeof shown));
}

int param_field(const json_t *json, const char *comparator, const char *key,
                const struct field *fields, size_t n_fields, int rank, size_t *ret,
                struct error *err)
{
    int r = param_index(json, comparator, key, fields, n_fields, ret, err);
    if (r < 0)
        return r;
    struct error why = ERROR_INIT;
    r = param_is_floats(comparator, &fields[*ret].type, rank, &why);
    return r < 0 ? error_set(err, r, "\"%s\": %s", key, why.text) : 0;
}

void *param_copy(const void *params, size_t size, struct error *err)
{
    void *copy = malloc(size);
    if (!copy)
        error_oom(err);
    else
        memcpy(copy, params, size);
    return copy;
}
