#include "judge/compare_cell.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/value_text.h"
#include "sandbox/util.h"

#define TOLERANCE_DEFAULT 1e-9 /* catalogue G13 */

int comparator_only_keys(const json_t *json, const char *const *keys, struct error *err)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)json, key, value)
    {
        bool known = false;
        for (size_t i = 0; keys[i] && !known; i++)
            known = strcmp(key, keys[i]) == 0;
        if (!known) {
            char shown[64];
            return error_set(err, -EINVAL, "comparator '%s' has no key '%s'",
                             json_string_value(json_object_get(json, "name")),
                             escape_text(key, strlen(key), shown, sizeof shown));
        }
    }
    return 0;
}

static int read_tolerance(const json_t *json, const char *key, double max, double *ret,
                          struct error *err)
{
    const json_t *number = json_object_get(json, key);
    if (!json_is_number(number))
        return error_set(err, -EINVAL,
                         "comparator 'close': '%s' must be a number (give both rtol and atol)",
                         key);
    double value = json_number_value(number);
    if (!(value >= 0 && value < max))
        return error_set(err, -EINVAL, "comparator 'close': '%s' is %g; at least 0 and below %g",
                         key, value, max);
    *ret = value;
    return 0;
}

int cell_rule_from_json(const json_t *json, enum elem elem, struct cell_rule *ret,
                        struct error *err)
{
    const char *name =
        json_string_value(json_is_object(json) ? json_object_get(json, "name") : json);
    if (!name)
        return error_set(err, -EINVAL, "a comparator is a name or an object with a \"name\"");
    const json_t *object = json_is_object(json) ? json : NULL;
    if (strcmp(name, "exact") == 0) {
        static const char *const keys[] = {"name", NULL};
        *ret = (struct cell_rule){.exact = true};
        return comparator_only_keys(object, keys, err);
    }
    if (strcmp(name, "close") != 0) {
        char shown[64];
        return error_set(err, -EINVAL, "no comparator of elements is called '%s' (exact, close)",
                         escape_text(name, strlen(name), shown, sizeof shown));
    }
    if (elem != ELEM_FLOAT)
        return error_set(err, -EINVAL, "comparator 'close' is for float, not for %s",
                         elem_name(elem));
    *ret = (struct cell_rule){.rtol = TOLERANCE_DEFAULT, .atol = TOLERANCE_DEFAULT};
    if (!json_object_get(object, "rtol") && !json_object_get(object, "atol")) {
        static const char *const keys[] = {"name", NULL};
        return comparator_only_keys(object, keys, err);
    }
    static const char *const keys[] = {"name", "rtol", "atol", NULL};
    int r = comparator_only_keys(object, keys, err);
    if (r == 0)
        r = read_tolerance(object, "rtol", 1, &ret->rtol, err);
    if (r == 0)
        r = read_tolerance(object, "atol", HUGE_VAL, &ret->atol, err);
    return r;
}

int cell_rule_scale(struct cell_rule *rule, double factor, struct error *err)
{
    assert(factor > 0 && isfinite(factor));
    rule->rtol *= factor;
    rule->atol *= factor;
    if (!(rule->rtol < 1) || !isfinite(rule->atol))
        return error_set(err, -EINVAL, "comparator 'close': rtol times %g is not below 1", factor);
    return 0;
}

static bool float_equal(const struct cell_rule *rule, double e, double x)
{
    if (isnan(e))
        return isnan(x);
    if (rule->exact || isinf(e))
        return x == e;
    double error = fabs(x - e);
    if (!isfinite(error)) /* x is NaN or infinite, or both are huge and of opposite sign */
        return false;
    return error <= rule->atol + rule->rtol * fabs(e);
}

bool cell_equal(const struct cell_rule *rule, const struct value *expected, int64_t i,
                const struct value *got, int64_t j)
{
    assert(expected->elem == got->elem);
    bool e_null = value_is_null(expected, i), g_null = value_is_null(got, j);
    if (e_null || g_null)
        return e_null && g_null;
    switch (expected->elem) {
    case ELEM_INT: return value_int(expected, i) == value_int(got, j);
    case ELEM_FLOAT: return float_equal(rule, value_float(expected, i), value_float(got, j));
    case ELEM_BOOL: return value_bool(expected, i) == value_bool(got, j);
    case ELEM_STR: {
        size_t n, m;
        const char *e = value_str(expected, i, &n);
        const char *g = value_str(got, j, &m);
        return n == m && (n == 0 || memcmp(e, g, n) == 0);
    }
    case ELEM_NONE: break;
    }
    assert(false);
    return false;
}

const char *cell_difference_kind(const struct value *expected, int64_t i, const struct value *got,
                                 int64_t j)
{
    return value_is_null(expected, i) || value_is_null(got, j) ? "null" : "value";
}

/* Two long strings that begin alike are shown from just before the byte where they part. */
static void difference_of_strings(const struct value *expected, int64_t i, const struct value *got,
                                  int64_t j, char buffer[DIFFERENCE_TEXT])
{
    enum { CONTEXT = 16, LONG = 40 };
    size_t n, m, same = 0;
    const char *e = value_str(expected, i, &n);
    const char *g = value_str(got, j, &m);
    while (same < n && same < m && e[same] == g[same])
        same++;
    size_t from = same > LONG ? same - CONTEXT : 0;
    while (from > 0 && ((unsigned char)e[from] & 0xc0) == 0x80)
        from--;
    char e_text[80], g_text[80];
    escape_text(e + from, n - from, e_text, sizeof e_text);
    escape_text(g + from, m - from, g_text, sizeof g_text);
    int used = snprintf(buffer, DIFFERENCE_TEXT, "is %s\"%s\", expected %s\"%s\"",
                        from ? "..." : "", g_text, from ? "..." : "", e_text);
    if (from || n > sizeof e_text || m > sizeof g_text)
        snprintf(buffer + used, DIFFERENCE_TEXT - (size_t)used,
                 " (they part at byte %zu; %zu bytes, expected %zu)", same, m, n);
}

static void difference_of_floats(const struct cell_rule *rule, double e, double x,
                                 char buffer[DIFFERENCE_TEXT])
{
    char e_text[CELL_TEXT], x_text[CELL_TEXT], relative[48] = "";
    int used = snprintf(buffer, DIFFERENCE_TEXT, "is %s, expected %s", float_text(x, x_text),
                        float_text(e, e_text));
    if (!isfinite(e) || !isfinite(x))
        return;
    double error = fabs(x - e);
    if (e != 0)
        snprintf(relative, sizeof relative, ", relative %.1e", error / fabs(e));
    char *rest = buffer + used;
    size_t size = DIFFERENCE_TEXT - (size_t)used;
    if (rule->exact)
        snprintf(rest, size, " exactly (absolute error %.1e%s)", error, relative);
    else
        snprintf(rest, size, " (absolute error %.1e%s, tolerance %g + %g*|expected|)", error,
                 relative, rule->atol, rule->rtol);
}

const char *cell_difference(const struct cell_rule *rule, const struct value *expected, int64_t i,
                            const struct value *got, int64_t j, char buffer[DIFFERENCE_TEXT])
{
    bool null = value_is_null(expected, i) || value_is_null(got, j);
    if (!null && expected->elem == ELEM_STR) {
        difference_of_strings(expected, i, got, j, buffer);
    } else if (!null && expected->elem == ELEM_FLOAT) {
        difference_of_floats(rule, value_float(expected, i), value_float(got, j), buffer);
    } else {
        char e[CELL_TEXT], g[CELL_TEXT];
        snprintf(buffer, DIFFERENCE_TEXT, "is %s, expected %s", value_cell_text(got, j, g),
                 value_cell_text(expected, i, e));
    }
    return buffer;
}
