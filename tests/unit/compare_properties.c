/* One round, and one comparison with what holds of all comparisons. */
#include "tests/unit/compare_properties.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/value_json.h"
#include "sandbox/util.h"
#include "tests/unit/fields.h"

struct block {
    struct block *next;
    _Alignas(16) char bytes[];
};

void *room(struct round *round, size_t size)
{
    struct block *block = calloc(1, sizeof *block + size + (size == 0));
    assert_non_null(block);
    block->next = round->blocks;
    round->blocks = block;
    return block->bytes;
}

void round_begin(struct round *round, const char *property, unsigned seed, int64_t n)
{
    *round = (struct round){.seed = seed, .n = n, .property = property};
    round->state = seed * UINT64_C(1000003) + (uint64_t)n;
    for (const char *c = property; *c; c++)
        round->state = round->state * 31 + (unsigned char)*c;
}

void round_end(struct round *round)
{
    for (struct contest *one; (one = round->contests);) {
        round->contests = one->next;
        comparator_free(one->whole);
        comparator_free(one->tenth);
        signature_done(&one->signature);
        free(one);
    }
    for (struct block *block; (block = round->blocks);) {
        round->blocks = block->next;
        free(block);
    }
}

void broken(struct round *round, const char *format, ...)
{
    char text[3000];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fail_msg("%s, seed %u, size %" PRId64 ": %s", round->property, round->seed, round->n, text);
    abort(); /* fail_msg() does not return */
}

/* ---- comparing ---- */

struct contest *contest(struct round *round, const char *args, const char *returns,
                        const char *format, ...)
{
    struct contest *ret = calloc(1, sizeof *ret);
    struct error err = ERROR_INIT;
    va_list list;
    assert_non_null(ret);
    ret->next = round->contests;
    round->contests = ret;
    va_start(list, format);
    assert_true(vsnprintf(ret->text, sizeof ret->text, format, list) < (int)sizeof ret->text);
    va_end(list);
    snprintf(ret->signature.entry, sizeof ret->signature.entry, "f");
    ret->signature.n_args = make_fields(args, &ret->signature.args);
    ret->signature.n_returns = make_fields(returns, &ret->signature.returns);
    assert_true(ret->signature.n_args <= CONTEST_VALUES &&
                ret->signature.n_returns <= CONTEST_VALUES);
    json_t *json = json_loads(ret->text, JSON_DECODE_ANY, NULL);
    if (!json || comparator_new(json, &ret->signature, &ret->whole, &err) < 0 ||
        comparator_scaled(ret->whole, 0.1, &ret->tenth, &err) < 0)
        broken(round, "%s: %s", ret->text, err.text);
    json_decref(json);
    return ret;
}

/* What hidden tests may show; a kind that is none of these could carry what a program saw. */
static bool is_known_kind(const char *kind)
{
    static const char *const kinds[] = {"value",          "shape",         "null",
                                        "order",          "sign",          "not finite",
                                        "not a number",   "missing row",   "unexpected row",
                                        "grouping",       "not a decimal", "not a unit vector",
                                        "not orthogonal", "residual",      "not an eigenvector",
                                        "product",        "range",         "repetition",
                                        "distribution",   "independence"};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(kinds[i], kind) == 0)
            return true;
    return false;
}

void check_comparison(struct round *round, const char *comparator, const struct comparison *result)
{
    char escaped[8 * sizeof result->message];
    if (result->equal) {
        if (result->index != -1 || result->field != -1 || result->kind[0] || result->message[0] ||
            !(result->credit > 0 && result->credit <= 1))
            broken(round, "%s: equal, and yet '%s', credit %g", comparator, result->message,
                   result->credit);
        return;
    }
    const char *end = memchr(result->message, 0, sizeof result->message);
    if (!memchr(result->kind, 0, sizeof result->kind) || !is_known_kind(result->kind))
        broken(round, "%s: kind '%.32s'", comparator, result->kind);
    if (!end || strncmp(result->message, "returned ", 9) != 0)
        broken(round, "%s: message '%.512s'", comparator, result->message);
    /* Made harmless already: doing it again changes nothing. */
    escape_text(result->message, (size_t)(end - result->message), escaped, sizeof escaped);
    if (strcmp(escaped, result->message) != 0)
        broken(round, "%s: not escaped: '%s'", comparator, escaped);
}

static void describe(const struct value *value, size_t n, char *buffer, size_t size)
{
    size_t used = 0;
    buffer[0] = '\0';
    for (size_t i = 0; i < n && used < size; i++) {
        json_t *json = value_to_json(&value[i], 12);
        auto_free char *text = json_dumps(json, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
        used += (size_t)snprintf(buffer + used, size - used, "%s%.600s", i ? "; " : "", text);
        json_decref(json);
    }
}

/* A verdict that is not the one it should be. */
static void wrong(struct round *round, const struct contest *contest, const struct value *expected,
                  const struct value *got, const struct comparison *result, const char *should)
{
    char e[1300], g[1300];
    describe(expected, contest->signature.n_returns, e, sizeof e);
    describe(got, contest->signature.n_returns, g, sizeof g);
    broken(round, "%s: expected %s, got %s: %s; it is '%s': %s", contest->text, e, g, should,
           result->equal ? "equal" : result->kind, result->message);
}

static int compare(const struct contest *contest, const struct comparator *comparator,
                   const struct value *expected, const struct value *got, struct comparison *ret,
                   struct error *err)
{
    const struct frame frames[] = {
        {.kind = FRAME_ARGS,
         .values = (struct value *)(uintptr_t)contest->args,
         .n_values = contest->signature.n_args},
        {.kind = FRAME_RESULT,
         .values = (struct value *)(uintptr_t)expected,
         .n_values = contest->signature.n_returns},
        {.kind = FRAME_RESULT,
         .values = (struct value *)(uintptr_t)got,
         .n_values = contest->signature.n_returns},
    };
    return compare_values(comparator, &contest->signature, &frames[0], &frames[1], &frames[2], ret,
                          err);
}

bool judged(struct round *round, const struct contest *contest, const struct value *expected,
            const struct value *got, struct comparison *ret)
{
    struct error err = ERROR_INIT;
    struct comparison tenth;
    if (compare(contest, contest->whole, expected, got, ret, &err) < 0 ||
        compare(contest, contest->tenth, expected, got, &tenth, &err) < 0)
        broken(round, "%s: %s", contest->text, err.text);
    check_comparison(round, contest->text, ret);
    check_comparison(round, contest->text, &tenth);
    if (tenth.equal && !ret->equal)
        wrong(round, contest, expected, got, ret, "a tenth of the tolerance accepts it");
    return ret->equal;
}

void judge_as(struct round *round, const struct contest *contest, const struct value *expected,
              const struct value *got, bool accepted)
{
    struct comparison result;
    if (judged(round, contest, expected, got, &result) != accepted)
        wrong(round, contest, expected, got, &result,
              accepted ? "to be accepted" : "to be refused");
}

struct comparison accept(struct round *round, const struct contest *contest,
                         const struct value *expected, const struct value *got)
{
    struct comparison result;
    if (!judged(round, contest, expected, got, &result))
        wrong(round, contest, expected, got, &result, "to be accepted");
    return result;
}

static bool is_one_of(const char *kind, const char *kinds)
{
    size_t length = strlen(kind);
    for (const char *at = kinds; (at = strstr(at, kind)); at++)
        if ((at == kinds || at[-1] == '|') && (at[length] == '|' || at[length] == '\0'))
            return true;
    return false;
}

struct comparison refuse(struct round *round, const struct contest *contest,
                         const struct value *expected, const struct value *got, const char *kinds)
{
    struct comparison result;
    char should[200];
    snprintf(should, sizeof should, "to be refused (%s)", kinds);
    if (judged(round, contest, expected, got, &result) || !is_one_of(result.kind, kinds))
        wrong(round, contest, expected, got, &result, should);
    return result;
}

void faults(struct round *round, const struct contest *contest, const struct value *expected,
            const struct value *got)
{
    struct comparison result;
    struct error err = ERROR_INIT;
    int r = compare(contest, contest->whole, expected, got, &result, &err);
    if (r != -EINVAL || !err.text[0])
        broken(round, "%s: %d, not the package's fault: %s", contest->text, r, err.text);
}

void symmetric(struct round *round, const struct contest *contest, const struct value *a,
               const struct value *b)
{
    struct comparison there, back;
    judged(round, contest, a, b, &there);
    if (judged(round, contest, b, a, &back) != there.equal)
        wrong(round, contest, b, a, &back, there.equal ? "the other way accepted" : there.message);
}

/* ---- what is right, in other words ---- */

int within(const struct value *expected, const struct value *got, double rtol, double atol)
{
    int all = 1;
    for (int64_t i = 0; i < expected->n; i++) {
        double e = floats(expected)[i], x = floats(got)[i];
        bool e_null = value_is_null(expected, i), x_null = value_is_null(got, i);
        if (e_null && x_null)
            continue;
        if (e_null != x_null || isnan(e) != isnan(x) || isinf(e) != isinf(x))
            return -1;
        if (isnan(e) || e == x)
            continue;
        if (isinf(e))
            return -1;
        long double off = fabsl((long double)x - e), allowed = atol + rtol * fabsl((long double)e);
        if (off > allowed * (1 + 1e-12L) + 0x1p-1074L)
            return -1;
        if (off > allowed * (1 - 1e-12L) - 0x1p-1074L)
            all = 0;
    }
    return all;
}

long double distance_of(const double *e, const double *x, int64_t n, int64_t step, long double c)
{
    long double sum = 0;
    for (int64_t i = 0; i < n; i++) {
        long double off = (long double)x[i * step] - c * e[i * step];
        sum += off * off;
    }
    return sqrtl(sum);
}
