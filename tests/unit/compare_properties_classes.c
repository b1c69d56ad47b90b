/* Comparators of methods: each call by itself, and the message says which. */
#include "tests/unit/compare_properties.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sandbox/util.h"
#include "tests/unit/class_fixture.h"

#define METHOD "a_method_with_a_long_name" /* no longer one is taken */

struct method_kind {
    const char *type, *comparator;
    struct value (*make)(struct round *round);
};

static struct value texts(struct round *round)
{
    return random_list(round, ELEM_STR, 1 + below(round, 4), false);
}

static struct value numbers(struct round *round)
{
    return random_list(round, ELEM_FLOAT, 1 + below(round, 4), true);
}

static struct value labels(struct round *round)
{
    struct value value = list(round, ELEM_INT, 2);
    ints(&value)[1] = below(round, 2);
    return value;
}

static struct value rows(struct round *round)
{
    int64_t n = 1 + below(round, 3);
    const struct value columns[] = {random_list(round, ELEM_STR, n, true),
                                    random_list(round, ELEM_STR, n, false),
                                    filled(round, list(round, ELEM_FLOAT, n), tame)};
    return table(round, columns, ARRAY_LEN(columns));
}

static const struct method_kind kinds[] = {
    {"str[*]", "\"exact\"", texts},
    {"float?[*]", "{\"name\": \"close\", \"rtol\": 1e-9, \"atol\": 0}", numbers},
    {"int[*]", "\"relabel\"", labels},
    {"table{s:str?,t:str,x:float}", "\"rows\"", rows},
    {"table{s:str?,t:str,x:float}",
     "{\"name\": \"rows\", \"ordered\": false, \"columns\": {\"x\": \"close\"}}", rows},
};

/* Another value that is not equal. */
static struct value changed(struct round *round, const struct value *value)
{
    struct value ret = copy_of(round, value);
    if (value->valid) { /* NULL, or no longer */
        valid(&ret)[value->n - 1] ^= 1;
        return ret;
    }
    if (value->kind != KIND_TABLE)
        return nudged(round, value, value->n - 1);
    floats(&ret.columns[2])[below(round, value->dims[0])] += 100;
    return ret;
}

static void judge_calls(struct round *round, const struct method_kind *kind)
{
    struct signature signature;
    struct error err = {0};
    char text[200], start[80];
    int64_t n = 1 + round->n, differs = 1 + below(round, n);
    snprintf(text, sizeof text, "__init__()|%s()->%s", METHOD, kind->type);
    if (fixture_class(text, &signature, &err) < 0)
        broken(round, "%s: %s", text, err.text);
    json_t *json = json_loads(kind->comparator, JSON_DECODE_ANY, NULL);
    struct comparator *comparator = NULL;
    if (comparator_new(json, &signature, &comparator, &err) < 0)
        broken(round, "%s: %s", kind->comparator, err.text);
    json_decref(json);

    struct value methods = list(round, ELEM_INT, n + 1);
    struct value *e = room(round, (size_t)n * sizeof *e), *g = room(round, (size_t)n * sizeof *g);
    for (int64_t i = 0; i < n; i++) {
        ints(&methods)[i + 1] = 1;
        e[i] = kind->make(round);
        g[i] = copy_of(round, &e[i]);
    }
    const struct frame args = {FRAME_ARGS, &methods, 1, NULL};
    const struct frame expected = {FRAME_RESULT, e, (size_t)n, NULL};
    const struct frame got = {FRAME_RESULT, g, (size_t)n, NULL};
    struct comparison result;
    assert_int_equal(compare_values(comparator, &signature, &args, &expected, &got, &result, &err),
                     0);
    check_comparison(round, kind->comparator, &result);
    if (!result.equal)
        broken(round, "%s: calls that are alike: %s", kind->comparator, result.message);

    g[differs - 1] = changed(round, &e[differs - 1]);
    assert_int_equal(compare_values(comparator, &signature, &args, &expected, &got, &result, &err),
                     0);
    int length = snprintf(start, sizeof start, "call %" PRId64 ", %s(): ", differs, METHOD);
    if (result.equal || result.index != differs ||
        strncmp(result.message, start, (size_t)length) != 0)
        broken(round, "%s: call %" PRId64 " differs, and index %" PRId64 ": '%s'", kind->comparator,
               differs, result.index, result.message);
    memmove(result.message, result.message + length, strlen(result.message + length) + 1);
    check_comparison(round, kind->comparator, &result);
    comparator_free(comparator);
    signature_done(&signature);
}

void calls_are_compared_one_by_one(struct round *round)
{
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
        judge_calls(round, &kinds[k]);
}
