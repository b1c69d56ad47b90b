#include "judge/compare_hint.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/statistics.h"
#include "judge/value_text.h"
#include "sandbox/util.h"

#define ELEMENTS_MAX ((int64_t)1 << 20) /* a hint is worth no more time than that */

/* Both sides as floats: a hint need not be exact in the 53rd bit. */
struct sides {
    int64_t n;
    double *e, *g;
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

static bool read_numbers(const struct value *value, double *to)
{
    for (int64_t i = 0; i < value->n; i++) {
        if (value_is_null(value, i))
            return false;
        to[i] = value->elem == ELEM_INT ? (double)value_int(value, i) : value_float(value, i);
        if (!isfinite(to[i]))
            return false;
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
    if (read_numbers(expected, sides.e) && read_numbers(got, sides.g) &&
        !find_sign(rule, &sides, changed, ret) && !find_constant(rule, &sides, changed, ret))
        find_order(rule, &sides, ret);
    return 0;
}
