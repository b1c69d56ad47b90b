/* decimal: one number written in many ways. */
#include "tests/unit/compare_properties.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sandbox/util.h"

#define TEXT_MAX 4096 /* bytes of a decimal */
#define DIGITS   40

/* +-digits * 10^exponent, the digits without zeros at either end; none: zero. */
struct number {
    bool negative;
    char digits[DIGITS + 1];
    int64_t exponent;
};

static struct number random_number(struct round *round)
{
    struct number number = {.negative = one_in(round, 2)};
    int64_t n = one_in(round, 5) ? 0 : 1 + below(round, one_in(round, 3) ? DIGITS : 4);
    for (int64_t i = 0; i < n; i++) {
        bool end = i == 0 || i == n - 1;
        number.digits[i] = (char)('0' + end + below(round, end ? 9 : 10));
    }
    number.exponent = n ? below(round, one_in(round, 4) ? 200000 : 20) - 9 : 0;
    return number;
}

/* Any text that means it. */
static const char *written(struct round *round, const struct number *number, size_t *ret_length)
{
    enum { ROOM = 200 };
    char *text = room(round, ROOM), digits[3 * DIGITS + 2] = "";
    size_t n = 0, before = (size_t)below(round, 4), after = (size_t)below(round, 4);
    for (size_t i = 0; i < before; i++)
        digits[n++] = '0';
    for (const char *c = number->digits; *c; c++)
        digits[n++] = *c;
    for (size_t i = 0; i < after; i++)
        digits[n++] = '0';
    if (n == 0)
        digits[n++] = '0';
    size_t point = (size_t)below(round, (int64_t)n + 1); /* digits before the point */
    int64_t exponent = number->exponent - (int64_t)after + (int64_t)(n - point);
    if (!number->digits[0])
        exponent = below(round, 100) - 50;
    bool negative = number->digits[0] ? number->negative : one_in(round, 2);
    size_t used = (size_t)snprintf(text, ROOM, "%s%.*s%s%s",
                                   negative           ? "-"
                                   : one_in(round, 3) ? "+"
                                                      : "",
                                   (int)point, digits, point < n || one_in(round, 2) ? "." : "",
                                   digits + point);
    if (exponent != 0 || one_in(round, 2))
        used += (size_t)snprintf(text + used, ROOM - used, "%c%s%s%" PRId64,
                                 one_in(round, 2) ? 'e' : 'E',
                                 exponent < 0       ? "-"
                                 : one_in(round, 2) ? "+"
                                                    : "",
                                 one_in(round, 3) ? "00" : "", exponent < 0 ? -exponent : exponent);
    *ret_length = used;
    return text;
}

/* Texts of `n` numbers, other texts of the same, and the numbers. */
static struct number *make_pair(struct round *round, int64_t n, struct value *e, struct value *g)
{
    struct number *numbers = room(round, (size_t)n * sizeof *numbers);
    const char **texts = room(round, 2 * (size_t)n * sizeof *texts);
    size_t *lengths = room(round, 2 * (size_t)n * sizeof *lengths);
    for (int64_t i = 0; i < n; i++) {
        numbers[i] = random_number(round);
        texts[i] = written(round, &numbers[i], &lengths[i]);
        texts[n + i] = written(round, &numbers[i], &lengths[n + i]);
    }
    *e = text_list(round, texts, lengths, n);
    *g = text_list(round, texts + n, lengths + n, n);
    if (one_in(round, 2)) {
        e->nullable = g->nullable = true;
        e->valid = room(round, (size_t)n);
        g->valid = room(round, (size_t)n);
        for (int64_t i = 0; i < n; i++)
            valid(e)[i] = valid(g)[i] = !one_in(round, 5);
    }
    return numbers;
}

static const struct contest *decimal(struct round *round, const struct value *value)
{
    return contest(round, "", value->nullable ? ":str?[*]" : ":str[*]", "\"decimal\"");
}

static void decimal_reflexive(struct round *round)
{
    struct value e, other;
    make_pair(round, round->n, &e, &other);
    struct value g = copy_of(round, &e);
    accept(round, decimal(round, &e), &e, &g);
}

static void decimal_invariant(struct round *round)
{
    struct value e, g;
    make_pair(round, round->n, &e, &g);
    accept(round, decimal(round, &e), &e, &g);
}

/* Texts that are no decimals, not even when the same is expected. */
static const char *junk(struct round *round, size_t *ret_length)
{
    static const char *const words[] = {"",      "-",    ".",      "e5",  "1e",        "1e+",
                                        "1e5.0", "0x10", "NaN",    "inf", "1,5",       " 1",
                                        "1 ",    "1_0",  "--1",    "+-1", "1..2",      "1.2.",
                                        "1e5e5", "1e-",  "\u0661", "1\n", "1e1000001", "+"};
    if (one_in(round, 2)) {
        const char *text = hostile_text(round, ret_length);
        if (*ret_length > 0)
            return text;
    }
    const char *word = words[below(round, ARRAY_LEN(words))];
    *ret_length = strlen(word);
    return word;
}

static void decimal_sensitive(struct round *round)
{
    struct value e, same;
    struct number *numbers = make_pair(round, round->n, &e, &same);
    const struct contest *c = decimal(round, &e);
    for (int tries = 0; tries < 8 && e.n > 0; tries++) {
        int64_t i = below(round, e.n);
        size_t length;
        if (value_is_null(&e, i))
            continue;
        struct number other = numbers[i];
        size_t n = strlen(other.digits);
        if (n == 0)
            strcpy(other.digits, "1");
        else if (one_in(round, 3))
            other.negative = !other.negative;
        else if (one_in(round, 2))
            other.exponent += one_in(round, 2) ? 1 : -1;
        else
            other.digits[n - 1] =
                other.digits[n - 1] == '9' ? '8' : (char)(other.digits[n - 1] + 1);
        const char *text = written(round, &other, &length);
        struct value g = with_text(round, &same, i, text, length);
        struct comparison result = refuse(round, c, &e, &g, "value");
        if (result.index != i)
            broken(round, "element %" PRId64 " differs, not %" PRId64, i, result.index);
        text = junk(round, &length);
        g = with_text(round, &same, i, text, length);
        refuse(round, c, &e, &g, "not a decimal");
        refuse(round, c, &g, &g, "not a decimal");
        refuse(round, c, &g, &e, "value");
        if (e.valid) {
            g = copy_of(round, &e);
            valid(&g)[i] = 0;
            refuse(round, c, &e, &g, "null");
        }
    }
    if (e.n > 0) {
        struct value fewer = taken(round, &e, in_order(round, e.n), e.n - 1);
        refuse(round, c, &e, &fewer, "shape");
        refuse(round, c, &fewer, &e, "shape");
    }
}

/* The longest decimal there is, and one byte more. */
static void decimal_long(struct round *round)
{
    char *nines = room(round, TEXT_MAX + 1);
    memset(nines, '9', TEXT_MAX + 1);
    const char *texts[] = {nines};
    size_t lengths[] = {TEXT_MAX};
    struct value e = text_list(round, texts, lengths, 1);
    accept(round, decimal(round, &e), &e, &e);
    struct value longer = with_text(round, &e, 0, nines, TEXT_MAX + 1);
    refuse(round, decimal(round, &e), &longer, &longer, "not a decimal");
    nines[below(round, TEXT_MAX)] = '8';
    struct value other = with_text(round, &e, 0, nines, TEXT_MAX);
    refuse(round, decimal(round, &e), &e, &other, "value");
}

static void decimal_symmetric(struct round *round)
{
    struct value a, b;
    make_pair(round, round->n, &a, &b);
    symmetric(round, decimal(round, &a), &a, &b);
    if (a.n > 0) {
        struct number number = random_number(round);
        size_t length;
        const char *text = written(round, &number, &length);
        b = with_text(round, &b, below(round, b.n), text, length);
        symmetric(round, decimal(round, &a), &a, &b);
    }
    decimal_long(round);
}

const struct properties properties_decimal = {
    "decimal", decimal_reflexive, decimal_invariant, decimal_sensitive, decimal_symmetric, 1000};
