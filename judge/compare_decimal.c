/* "decimal" (C20): strings that are the same decimal number, as exact rationals: "1.50" = "1.5" = "15e-1", "-0" = "0".  For
 * money and fixed-point columns; no binary float is involved.  A string that is no decimal equals nothing.
 *
 *   decimal = [+-] digits [. digits] [e [+-] digits]      at least one digit before the e; at most 4096 bytes
 *                                                        and an exponent of at most 1000000
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "judge/compare_kind.h"
#include "judge/compare_params.h"
#include "judge/value_text.h"

#define TEXT_MAX     4096
#define EXPONENT_MAX 1000000

/* The digits without zeros at either end; value = +-digits * 10^exponent.  n = 0: zero. */
struct decimal {
    bool negative;
    char digits[TEXT_MAX];
    size_t n;
    int64_t exponent;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t take_digits(const char *text, size_t at, size_t length, struct decimal *ret)
{
    for (; at < length && is_digit(text[at]); at++)
        ret->digits[ret->n++] = text[at];
    return at;
}

/* "e-12" at the end of the text; false if it is none, or too large to mean anything. */
static bool take_exponent(const char *text, size_t at, size_t length, int64_t *ret)
{
    *ret = 0;
    if (at == length)
        return true;
    if (text[at] != 'e' && text[at] != 'E')
        return false;
    at++;
    bool negative = at < length && text[at] == '-';
    at += at < length && (text[at] == '-' || text[at] == '+');
    if (at == length)
        return false;
    for (; at < length && is_digit(text[at]); at++) {
        *ret = *ret * 10 + (text[at] - '0');
        if (*ret > EXPONENT_MAX)
            return false;
    }
    *ret = negative ? -*ret : *ret;
    return at == length;
}

static void trim(struct decimal *d)
{
    while (d->n && d->digits[d->n - 1] == '0') {
        d->n--;
        d->exponent++;
    }
    size_t zeros = 0;
    while (zeros < d->n && d->digits[zeros] == '0')
        zeros++;
    memmove(d->digits, d->digits + zeros, d->n - zeros);
    d->n -= zeros;
    if (d->n == 0) {
        d->negative = false;
        d->exponent = 0;
    }
}

static bool parse(const char *text, size_t length, struct decimal *ret)
{
    size_t at = 0;
    int64_t exponent;
    ret->n = 0;
    ret->exponent = 0;
    if (length == 0 || length > TEXT_MAX)
        return false;
    ret->negative = text[0] == '-';
    at += text[0] == '-' || text[0] == '+';
    at = take_digits(text, at, length, ret);
    size_t whole = ret->n;
    if (at < length && text[at] == '.')
        at = take_digits(text, at + 1, length, ret);
    if (ret->n == 0 || !take_exponent(text, at, length, &exponent))
        return false;
    ret->exponent = exponent - (int64_t)(ret->n - whole);
    trim(ret);
    return true;
}

static bool same(const struct decimal *a, const struct decimal *b)
{
    return a->negative == b->negative && a->exponent == b->exponent && a->n == b->n &&
           memcmp(a->digits, b->digits, a->n) == 0;
}

static int create(const json_t *json, const struct type *type, void **ret, struct error *err)
{
    static const char *const keys[] = {"name", NULL};
    int r = comparator_only_keys(json_is_object(json) ? json : NULL, keys, err);
    if (r == 0 && (type->elem != ELEM_STR || type->kind == KIND_TABLE || type->kind == KIND_RAGGED))
        r = error_set(err, -EINVAL, "comparator 'decimal' is for strings that hold numbers");
    if (r < 0)
        return r;
    static const char nothing = 0;
    *ret = param_copy(&nothing, sizeof nothing, err);
    return *ret ? 0 : -ENOMEM;
}

static int scale(const void *old, const struct type *type, double factor, void **ret,
                 struct error *err)
{
    (void)type;
    (void)factor;
    *ret = param_copy(old, 1, err);
    return *ret ? 0 : -ENOMEM;
}

/* The i-th cells; *ret_is_number: what was got is a decimal, or one of the two is NULL. */
static bool cells_agree(const struct compare_subject *subject, int64_t i, struct decimal room[2],
                        bool *ret_is_number)
{
    const struct value *e = subject->expected, *g = subject->got;
    size_t e_length, g_length;
    *ret_is_number = true;
    if (value_is_null(e, i) || value_is_null(g, i))
        return value_is_null(e, i) && value_is_null(g, i);
    const char *e_text = value_str(e, i, &e_length), *g_text = value_str(g, i, &g_length);
    *ret_is_number = parse(g_text, g_length, &room[1]);
    return *ret_is_number && parse(e_text, e_length, &room[0]) && same(&room[0], &room[1]);
}

static int compare(const void *params, const struct compare_subject *subject,
                   struct comparison *ret, struct error *err)
{
    (void)params;
    if (!compare_same_shape(subject, ret))
        return 0;
    struct decimal *room = malloc(2 * sizeof *room);
    if (!room)
        return error_oom(err);
    for (int64_t i = 0; ret->equal && i < subject->expected->n; i++) {
        char at[CELL_TEXT], e_text[CELL_TEXT], g_text[CELL_TEXT];
        bool is_number;
        if (cells_agree(subject, i, room, &is_number))
            continue;
        bool null = value_is_null(subject->expected, i) || value_is_null(subject->got, i);
        comparison_differs(ret, subject,
                           null        ? "null"
                           : is_number ? "value"
                                       : "not a decimal",
                           i, "%s is %s%s, expected %s", value_index_text(subject->got, i, at),
                           value_cell_text(subject->got, i, g_text),
                           is_number ? "" : ", which is no decimal number",
                           value_cell_text(subject->expected, i, e_text));
    }
    free(room);
    return 0;
}

const struct compare_kind compare_decimal = {"decimal", create, scale, compare};
