#include "judge/compare_hint.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/statistics.h"
#include "judge/value_text.h"
#include "sandbox/util.h"

#define ELEMENTS_MAX ((int64_t)1 << 20) /* a hint is worth no more time than that */

/* Both sides as floats. */
struct sides {
    int64_t n;
    double *e, *g;
    bool
        rounded; /* ints that floats cannot tell apart: what is said of these would not be said of those */
};

static struct value as_floats(const double *numbers, int64_t n)
{
    return (struct value){
        .kind = KIND_ARRAY, .elem = ELEM_FLOAT, .rank = 1, .dims = {n}, .n = n, .data = numbers};
}

static bool all_equal(const struct cell_rule *rule, const double *e, const double *g, int64_t n)
{
    const struct value expected = as_floats(e, n), got = as_floats(g, n);
    int64_t i = 0;
    while (i < n && cell_equal(rule, &expected, i, &got, i))
        i++;
    return i == n;
}

static bool read_numbers(const struct value *value, double *to, bool *rounded)
{
    for (int64_t i = 0; i < value->n; i++) {
        if (value_is_null(value, i))
            return false;
        to[i] = value->elem == ELEM_INT ? (double)value_int(value, i) : value_float(value, i);
        if (!isfinite(to[i]))
            return false;
        *rounded = *rounded || (value->elem == ELEM_INT && fabs(to[i]) >= 0x1p53);
    }
    return true;
}

static void say(struct comparison *ret, const char *kind, const char *text)
{
    size_t used = strlen(ret->message);
    snprintf(ret->message + used, sizeof ret->message - used, "; %s", text);
    if (kind)
        snprintf(ret->kind, sizeof ret->kind, "%s", kind);
}

/* Where all that is not 0 is the same number, any constant answer is some factor times what is expected. */
static bool has_two_values(const struct sides *sides, int64_t top)
{
    double one = sides->e[top];
    for (int64_t i = 0; i < sides->n; i++)
        if (fabs(sides->e[i]) > 0 && (sides->e[i] < one || sides->e[i] > one))
            return true;
    return false;
}

/* The same number added everywhere, or every number times the same one.  `changed`: room. */
static bool find_constant(const struct cell_rule *rule, const struct sides *sides, double *changed,
                          struct comparison *ret)
{
    int64_t top = 0;
    char text[64], number[CELL_TEXT];
    for (int64_t i = 1; i < sides->n; i++)
        top = fabs(sides->e[i]) > fabs(sides->e[top]) ? i : top;
    double shift = sides->g[top] - sides->e[top], factor = sides->g[top] / sides->e[top];
    for (int64_t i = 0; i < sides->n; i++)
        changed[i] = sides->e[i] + shift;
    if (fabs(shift) == 1 && all_equal(rule, changed, sides->g, sides->n)) {
        snprintf(text, sizeof text, "off by %s1 everywhere", shift < 0 ? "-" : "");
        say(ret, NULL, text);
        return true;
    }
    for (int64_t i = 0; i < sides->n; i++)
        changed[i] = sides->e[i] * factor;
    if (!has_two_values(sides, top) || !isfinite(factor) || factor == 0 ||
        !all_equal(rule, changed, sides->g, sides->n))
        return false;
    snprintf(text, sizeof text, "%.40s times what is expected", float_text(factor, number));
    say(ret, NULL, text);
    return true;
}

static bool find_sign(const struct cell_rule *rule, const struct sides *sides, double *changed,
                      struct comparison *ret)
{
    for (int64_t i = 0; i < sides->n; i++)
        changed[i] = copysign(sides->e[i], sides->g[i]);
    if (!all_equal(rule, changed, sides->g, sides->n))
        return false;
    say(ret, "sign", "equal up to sign");
    return true;
}

/* Sorts both sides: the last question. */
static void find_order(const struct cell_rule *rule, struct sides *sides, struct comparison *ret)
{
    qsort(sides->e, (size_t)sides->n, sizeof *sides->e, compare_doubles);
    qsort(sides->g, (size_t)sides->n, sizeof *sides->g, compare_doubles);
    if (all_equal(rule, sides->e, sides->g, sides->n))
        say(ret, "order", "equal up to order");
}

static int compare_ints(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The same of ints as they are. */
static int find_order_of_ints(const struct value *expected, const struct value *got,
                              struct comparison *ret, struct error *err)
{
    size_t n = (size_t)expected->n;
    auto_free int64_t *e = calloc(n, sizeof *e);
    auto_free int64_t *g = calloc(n, sizeof *g);
    if (!e || !g)
        return error_oom(err);
    memcpy(e, expected->data, n * sizeof *e);
    memcpy(g, got->data, n * sizeof *g);
    qsort(e, n, sizeof *e, compare_ints);
    qsort(g, n, sizeof *g, compare_ints);
    if (memcmp(e, g, n * sizeof *e) == 0)
        say(ret, "order", "equal up to order");
    return 0;
}

int compare_hint(const struct cell_rule *rule, const struct value *expected,
                 const struct value *got, struct comparison *ret, struct error *err)
{
    struct sides sides = {.n = expected->n};
    size_t n = (size_t)sides.n;
    bool numbers = expected->elem == ELEM_INT || expected->elem == ELEM_FLOAT;
    if (!numbers || sides.n < 2 || sides.n > ELEMENTS_MAX || got->n != sides.n)
        return 0;
    auto_free double *room = calloc(3 * n, sizeof *room);
    if (!room)
        return error_oom(err);
    double *changed = room + 2 * n;
    sides.e = room;
    sides.g = room + n;
    if (!read_numbers(expected, sides.e, &sides.rounded) ||
        !read_numbers(got, sides.g, &sides.rounded))
        return 0;
    if (sides.rounded)
        return find_order_of_ints(expected, got, ret, err);
    if (!find_sign(rule, &sides, changed, ret) && !find_constant(rule, &sides, changed, ret))
        find_order(rule, &sides, ret);
    return 0;
}
