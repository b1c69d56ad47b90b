/* Signatures of classes from a line of text, and frames from JSON; for unit tests and fuzz targets. */
#ifndef MLJUDGE_TEST_CLASS_FIXTURE_H
#define MLJUDGE_TEST_CLASS_FIXTURE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/frame.h"
#include "sandbox/util.h"

#define FIXTURE_METHODS 24
#define FIXTURE_ARGS    8

static inline int fixture_args(char *text, struct method *method, struct error *err)
{
    method->args = calloc(FIXTURE_ARGS, sizeof *method->args);
    if (!method->args)
        return error_oom(err);
    for (char *part; (part = strsep(&text, ";"));) {
        char *colon = strchr(part, ':');
        if (!colon)
            continue;
        if (method->n_args == FIXTURE_ARGS)
            return error_set(err, -EINVAL, "too many arguments for the fixture");
        *colon = '\0';
        struct field *field = &method->args[method->n_args];
        snprintf(field->name, sizeof field->name, "%s", part);
        int r = type_parse(colon + 1, &field->type, err);
        if (r < 0)
            return r;
        method->n_args++;
    }
    return 0;
}

/* "put(key:str;v:float[d])->float[*]" */
static inline int fixture_method(char *text, struct method *method, struct error *err)
{
    char *open = strchr(text, '('), *close = open ? strchr(open, ')') : NULL;
    if (!close)
        return error_set(err, -EINVAL, "'%.20s' is no method", text);
    *open = *close = '\0';
    snprintf(method->name, sizeof method->name, "%s", text);
    int r = fixture_args(open + 1, method, err);
    if (r == 0 && strncmp(close + 1, "->", 2) == 0) {
        r = type_parse(close + 3, &method->result.type, err);
        method->has_result = r == 0;
    }
    return r;
}

/* "__init__(k:int)|get(key:str)->float[k]": checked.  *ret is released with signature_done(), also after an error. */
static inline int fixture_class(const char *text, struct signature *ret, struct error *err)
{
    *ret = (struct signature){.entry = "Thing"};
    auto_free char *copy = strdup(text);
    ret->methods = calloc(FIXTURE_METHODS, sizeof *ret->methods);
    if (!copy || !ret->methods)
        return error_oom(err);
    int r = 0;
    char *rest = copy;
    for (char *part; r == 0 && (part = strsep(&rest, "|"));) {
        if (ret->n_methods == FIXTURE_METHODS)
            return error_set(err, -EINVAL, "too many methods for the fixture");
        r = fixture_method(part, &ret->methods[ret->n_methods++], err);
    }
    return r == 0 ? signature_check(ret, err) : r;
}

#endif
