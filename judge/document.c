#include "judge/document.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/files.h"
#include "judge/json_memory.h"
#include "judge/json_place.h"
#include "sandbox/util.h"

/* jansson passes over a NUL behind a number or a word. */
static int refuse_nul(const struct document *document, struct error *err)
{
    const char *nul = memchr(document->text, '\0', document->size);
    if (!nul)
        return 0;
    int line = 1;
    const char *start = document->text;
    for (const char *at = start; at < nul; at++) {
        if (*at == '\n') {
            line++;
            start = at + 1;
        }
    }
    return error_at(err, -EINVAL, document->name, line, (int)(nul - start) + 1,
                    "a NUL byte; JSON has none");
}

int document_load(struct document *document, int dir_fd, const char *path, const char *display,
                  struct error *err)
{
    *document = (struct document){0};
    snprintf(document->name, sizeof document->name, "%s", display);
    int r =
        file_read_beneath(dir_fd, path, DOCUMENT_MAX_BYTES, &document->text, &document->size, err);
    if (r < 0)
        return r;
    r = refuse_nul(document, err);
    if (r < 0) {
        document_done(document);
        return r;
    }
    json_error_t json_error;
    r = json_read(document->text, document->size, JSON_REJECT_DUPLICATES, &document->root,
                  &json_error);
    if (r == -ENOMEM) {
        document_done(document);
        return error_oom(err);
    }
    if (r < 0) {
        r = error_at(err, -EINVAL, display, json_error.line,
                     json_error.column > 0 ? json_error.column : 1, "%s", json_error.text);
        document_done(document);
        return r;
    }
    if (!json_is_object(document->root)) {
        r = error_at(err, -EINVAL, display, 1, 1, "the file must hold one JSON object");
        document_done(document);
        return r;
    }
    return 0;
}

void document_done(struct document *document)
{
    json_decref(document->root);
    free(document->text);
    document->root = NULL;
    document->text = NULL;
}

const char *pointer_join(char at[POINTER_MAX], const char *pointer, const char *key)
{
    size_t n = 0;
    for (const char *p = pointer; *p && n < POINTER_MAX - 1; p++)
        at[n++] = *p;
    if (n < POINTER_MAX - 1)
        at[n++] = '/';
    for (const char *p = key; *p && n < POINTER_MAX - 2; p++) {
        bool escaped = *p == '~' || *p == '/';
        at[n++] = escaped ? '~' : *p;
        if (escaped)
            at[n++] = *p == '~' ? '0' : '1';
    }
    at[n] = '\0';
    return at;
}

int document_error(const struct document *document, const char *pointer, struct error *err,
                   const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    int line = 0;
    int column = 0;
    json_place(document->text, document->size, pointer, &line, &column);
    return error_at(err, -EINVAL, document->name, line, column, "%s", text);
}

int document_inner(const struct document *document, const char *pointer, const struct error *inner,
                   struct error *err)
{
    if (inner->code == -ENOMEM)
        return error_oom(err);
    return document_error(document, pointer, err, "%s", inner->text);
}

int document_only(const struct document *document, const json_t *object, const char *pointer,
                  const char *const *keys, struct error *err)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        bool known = false;
        for (size_t i = 0; keys[i] && !known; i++)
            known = strcmp(keys[i], key) == 0;
        if (known)
            continue;
        char list[256] = "";
        for (size_t i = 0; keys[i]; i++)
            snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? ", " : "",
                     keys[i]);
        char at[POINTER_MAX];
        pointer_join(at, pointer, key);
        return document_error(document, at, err, "unknown key \"%.64s\" (known here: %s)", key,
                              list);
    }
    return 0;
}

static const char *type_name(json_type type)
{
    switch (type) {
    case JSON_OBJECT: return "an object";
    case JSON_ARRAY: return "a list";
    case JSON_STRING: return "a string";
    case JSON_INTEGER: return "an integer";
    case JSON_REAL: return "a number";
    case JSON_TRUE:
    case JSON_FALSE: return "true or false";
    case JSON_NULL: return "null";
    }
    return "?";
}

int document_member(const struct document *document, const json_t *object, const char *pointer,
                    const char *key, bool required, json_type type, json_t **ret, struct error *err)
{
    json_t *value = json_object_get(object, key);
    if (!value) {
        if (required)
            return document_error(document, pointer, err, "\"%s\" is missing", key);
        return 0;
    }
    bool fits = json_typeof(value) == type || (type == JSON_REAL && json_is_number(value)) ||
                (type == JSON_TRUE && json_is_boolean(value));
    if (!fits) {
        char at[POINTER_MAX];
        pointer_join(at, pointer, key);
        return document_error(document, at, err, "\"%s\" must be %s, not %s", key, type_name(type),
                              type_name(json_typeof(value)));
    }
    *ret = value;
    return 0;
}

int document_string(const struct document *document, const json_t *object, const char *pointer,
                    const char *key, bool required, const char **ret, struct error *err)
{
    json_t *value = NULL;
    int r = document_member(document, object, pointer, key, required, JSON_STRING, &value, err);
    if (r == 0 && value)
        *ret = json_string_value(value);
    return r;
}

int document_number(const struct document *document, const json_t *object, const char *pointer,
                    const char *key, bool required, double min, double max, double *ret,
                    struct error *err)
{
    json_t *value = NULL;
    int r = document_member(document, object, pointer, key, required, JSON_REAL, &value, err);
    if (r < 0 || !value)
        return r;
    double number = json_number_value(value);
    if (!(number >= min && number <= max)) {
        char at[POINTER_MAX];
        pointer_join(at, pointer, key);
        return document_error(document, at, err, "\"%s\" must lie between %g and %g", key, min,
                              max);
    }
    *ret = number;
    return 0;
}

int document_int(const struct document *document, const json_t *object, const char *pointer,
                 const char *key, bool required, int64_t min, int64_t max, int64_t *ret,
                 struct error *err)
{
    json_t *value = NULL;
    int r = document_member(document, object, pointer, key, required, JSON_INTEGER, &value, err);
    if (r < 0 || !value)
        return r;
    int64_t number = json_integer_value(value);
    if (number < min || number > max) {
        char at[POINTER_MAX];
        pointer_join(at, pointer, key);
        return document_error(document, at, err, "\"%s\" must lie between %" PRId64 " and %" PRId64,
                              key, min, max);
    }
    *ret = number;
    return 0;
}

int document_bool(const struct document *document, const json_t *object, const char *pointer,
                  const char *key, bool *ret, struct error *err)
{
    json_t *value = NULL;
    int r = document_member(document, object, pointer, key, false, JSON_TRUE, &value, err);
    if (r == 0 && value)
        *ret = json_is_true(value);
    return r;
}

int document_strings(const struct document *document, const json_t *object, const char *pointer,
                     const char *key, bool required, const char ***ret, size_t *ret_n,
                     struct error *err)
{
    json_t *list = NULL;
    int r = document_member(document, object, pointer, key, required, JSON_ARRAY, &list, err);
    if (r < 0 || !list)
        return r;
    size_t n = json_array_size(list);
    const char **strings = calloc(n + 1, sizeof *strings);
    if (!strings)
        return error_oom(err);
    for (size_t i = 0; i < n; i++) {
        strings[i] = json_string_value(json_array_get(list, i));
        if (!strings[i]) {
            char at[POINTER_MAX];
            pointer_join(at, pointer, key);
            snprintf(at + strlen(at), sizeof at - strlen(at), "/%zu", i);
            free(strings);
            return document_error(document, at, err, "\"%s\" must be a list of strings", key);
        }
    }
    *ret = strings;
    *ret_n = n;
    return 0;
}
