/* The comparators by name, and which of them judges which return. */
#include "judge/compare.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "judge/checker.h"
#include "judge/compare_kind.h"
#include "judge/escape.h"
#include "sandbox/util.h"

static const struct compare_kind *const compare_table[] = {
    &compare_exact,
    &compare_close,
    &compare_rows,
};

struct part {
    const struct compare_kind *kind;
    struct type
        type; /* a copy without what is owned: scaling needs kind, elem and the number of columns */
    void *params;
};

struct comparator {
    struct checker *checker; /* NULL, or what judges all returns together; owned */
    size_t n;                /* = n_returns; 0 with a checker */
    struct part parts[];
};

static struct comparator *allocate(size_t n)
{
    struct comparator *comparator = calloc(1, sizeof *comparator + n * sizeof comparator->parts[0]);
    if (comparator)
        comparator->n = n;
    return comparator;
}

void comparator_free(struct comparator *comparator)
{
    if (!comparator)
        return;
    checker_free(comparator->checker);
    for (size_t i = 0; i < comparator->n; i++)
        free(comparator->parts[i].params);
    free(comparator);
}

static int find_kind(const json_t *json, const struct compare_kind **ret, struct error *err)
{
    const char *name =
        json_string_value(json_is_object(json) ? json_object_get(json, "name") : json);
    if (!name)
        return error_set(
            err, -EINVAL,
            "a comparator is a name, an object with a \"name\", or {\"returns\": {...}}");
    for (size_t i = 0; i < ARRAY_LEN(compare_table); i++) {
        if (strcmp(compare_table[i]->name, name) == 0) {
            *ret = compare_table[i];
            return 0;
        }
    }
    char known[128] = "", shown[64];
    size_t used = 0;
    for (size_t i = 0; i < ARRAY_LEN(compare_table); i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                                 compare_table[i]->name);
    return error_set(err, -EINVAL, "no comparator is called '%s' (%s)",
                     escape_text(name, strlen(name), shown, sizeof shown), known);
}

static int make_part(const json_t *json, const struct field *field, struct part *ret,
                     struct error *err)
{
    struct error why = ERROR_INIT;
    int r = find_kind(json, &ret->kind, &why);
    if (r == 0)
        r = ret->kind->create(json, &field->type, &ret->params, &why);
    ret->type = field->type;
    ret->type.legal = NULL;
    ret->type.columns = NULL;
    if (r == -ENOMEM)
        return error_oom(err);
    if (r < 0)
        return error_set(err, r, "%s%s%s%s", field->name[0] ? "return '" : "", field->name,
                         field->name[0] ? "': " : "", why.text);
    return 0;
}

/* {"returns": {...}}: every name in it must be a return. */
static int check_names(const json_t *returns, const struct signature *signature, struct error *err)
{
    const char *key;
    json_t *value;
    if (!json_is_object(returns))
        return error_set(err, -EINVAL, "comparator: \"returns\" must be an object by name");
    json_object_foreach((json_t *)(uintptr_t)returns, key, value)
    {
        bool known = false;
        for (size_t i = 0; i < signature->n_returns && !known; i++)
            known = key[0] && strcmp(signature->returns[i].name, key) == 0;
        char shown[64];
        if (!known)
            return error_set(err, -EINVAL, "comparator: no return is called '%s'",
                             escape_text(key, strlen(key), shown, sizeof shown));
    }
    return 0;
}

static int new_checked(const json_t *json, struct comparator **ret, struct error *err)
{
    struct comparator *comparator = allocate(0);
    if (!comparator)
        return error_oom(err);
    int r = checker_new(json, &comparator->checker, err);
    if (r < 0)
        comparator_free(comparator);
    else
        *ret = comparator;
    return r;
}

const struct checker *comparator_checker(const struct comparator *comparator)
{
    return comparator->checker;
}

int comparator_new(const json_t *json, const struct signature *signature, struct comparator **ret,
                   struct error *err)
{
    assert(signature->n_returns > 0);
    if (checker_is(json))
        return new_checked(json, ret, err);
    const json_t *returns = json_object_get(json, "returns");
    if (returns) {
        if (json_object_size(json) != 1)
            return error_set(err, -EINVAL, "comparator: \"returns\" stands alone");
        int r = check_names(returns, signature, err);
        if (r < 0)
            return r;
    }
    json_t *exact = json_string("exact");
    struct comparator *comparator = allocate(signature->n_returns);
    if (!comparator || !exact) {
        comparator_free(comparator);
        json_decref(exact);
        return error_oom(err);
    }
    int r = 0;
    for (size_t i = 0; i < comparator->n && r == 0; i++) {
        const struct field *field = &signature->returns[i];
        const json_t *one = returns ? json_object_get(returns, field->name) : json;
        r = make_part(one ? one : exact, field, &comparator->parts[i], err);
    }
    json_decref(exact);
    if (r < 0) {
        comparator_free(comparator);
        return r;
    }
    *ret = comparator;
    return 0;
}

int comparator_scaled(const struct comparator *comparator, double factor, struct comparator **ret,
                      struct error *err)
{
    struct comparator *scaled = allocate(comparator->n);
    if (!scaled)
        return error_oom(err);
    if (comparator->checker) {
        int r = checker_scaled(comparator->checker, factor, &scaled->checker, err);
        if (r < 0) {
            comparator_free(scaled);
            return r;
        }
    }
    for (size_t i = 0; i < scaled->n; i++) {
        const struct part *part = &comparator->parts[i];
        scaled->parts[i] = *part;
        scaled->parts[i].params = NULL;
        int r = part->kind->scale(part->params, &part->type, factor, &scaled->parts[i].params, err);
        if (r < 0) {
            comparator_free(scaled);
            return r;
        }
    }
    *ret = scaled;
    return 0;
}

void comparison_differs(struct comparison *ret, const struct compare_subject *subject,
                        const char *kind, int64_t index, const char *format, ...)
{
    ret->equal = false;
    ret->index = index;
    snprintf(ret->kind, sizeof ret->kind, "%s", kind);
    int used = snprintf(ret->message, sizeof ret->message, "%s", subject->name);
    va_list args;
    va_start(args, format);
    vsnprintf(ret->message + used, sizeof ret->message - (size_t)used, format, args);
    va_end(args);
}

int compare_values(const struct comparator *comparator, const struct signature *signature,
                   const struct frame *args, const struct frame *expected, const struct frame *got,
                   struct comparison *ret, struct error *err)
{
    assert(comparator->n == signature->n_returns || comparator->checker);
    assert(comparator->n == 0 || expected->n_values == comparator->n);
    assert(comparator->n == 0 || got->n_values == comparator->n);
    *ret = (struct comparison){.equal = true, .index = -1};
    int r = 0;
    for (size_t i = 0; i < comparator->n && ret->equal && r == 0; i++) {
        const struct part *part = &comparator->parts[i];
        char name[64];
        const char *field = signature->returns[i].name;
        snprintf(name, sizeof name, "returned %s", field[0] ? field : "value");
        const struct compare_subject subject = {.name = name,
                                                .signature = signature,
                                                .args = args,
                                                .expected = &expected->values[i],
                                                .got = &got->values[i]};
        assert(subject.expected->kind == subject.got->kind);
        assert(subject.expected->elem == subject.got->elem);
        r = part->kind->compare(part->params, &subject, ret, err);
    }
    return r;
}
