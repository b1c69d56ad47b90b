/* Fields of a signature from a text: "name:type;name:type". */
#ifndef MLJUDGE_TEST_FIELDS_H
#define MLJUDGE_TEST_FIELDS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/type.h"
#include "sandbox/util.h"

#define FIELDS_MAX 8

/* Returns how many; *ret is the caller's. */
static inline size_t make_fields(const char *text, struct field **ret)
{
    size_t n = 0;
    *ret = calloc(FIELDS_MAX, sizeof **ret);
    assert_non_null(*ret);
    auto_free char *copy = strdup(text);
    char *rest = copy;
    for (char *part; (part = strsep(&rest, ";")) && *part; n++) {
        char *colon = strchr(part, ':');
        assert_non_null(colon);
        *colon = '\0';
        struct error err = ERROR_INIT;
        assert_true(n < FIELDS_MAX);
        snprintf((*ret)[n].name, sizeof(*ret)[n].name, "%s", part);
        if (type_parse(colon + 1, &(*ret)[n].type, &err) < 0)
            fail_msg("%s: %s", colon + 1, err.text);
    }
    return n;
}

#endif
