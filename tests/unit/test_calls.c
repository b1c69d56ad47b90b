/* Tests of a class: frames of calls that a stranger wrote, JSON and back, what is known in which call, comparing. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "judge/calls.h"
#include "judge/calls_json.h"
#include "judge/compare.h"
#include "tests/unit/class_fixture.h"

/* A class, its calls and what they return. */
struct test {
    struct signature signature;
    json_t *calls;
    void *args_bytes, *results_bytes;
    struct frame args, results;
};

static json_t *parse(const char *text)
{
    json_error_t syntax;
    json_t *json = json_loads(text, 0, &syntax);
    if (!json)
        fail_msg("%s: %s", text, syntax.text);
    return json;
}

static void make_class(const char *text, struct signature *ret)
{
    struct error err = ERROR_INIT;
    if (fixture_class(text, ret, &err) < 0)
        fail_msg("%s: %s", text, err.text);
}

static void results_of(const struct test *test, const char *text, void **ret, struct frame *frame)
{
    json_t *json = parse(text);
    size_t size = 0;
    char path[256];
    struct error err = ERROR_INIT;
    if (results_from_json(&test->signature, test->calls, json, -1, ret, &size, path, sizeof path,
                          &err) < 0)
        fail_msg("%s: %s: %s", text, path, err.text);
    assert_int_equal(frame_parse(*ret, size, frame, NULL), 0);
    json_decref(json);
}

static void make(struct test *test, const char *class, const char *calls, const char *results)
{
    size_t size = 0;
    char path[256];
    struct error err = ERROR_INIT;
    *test = (struct test){0};
    make_class(class, &test->signature);
    test->calls = parse(calls);
    if (calls_from_json(&test->signature, test->calls, -1, &test->args_bytes, &size, path,
                        sizeof path, &err) < 0)
        fail_msg("%s: %s: %s", calls, path, err.text);
    assert_int_equal(frame_parse(test->args_bytes, size, &test->args, NULL), 0);
    if (results)
        results_of(test, results, &test->results_bytes, &test->results);
}

static void done(struct test *test)
{
    frame_done(&test->args);
    frame_done(&test->results);
    free(test->args_bytes);
    free(test->results_bytes);
    json_decref(test->calls);
    signature_done(&test->signature);
}

static const char scaler[] =
    "__init__(d:int;names:str[d])|fit(X:float[n,d];weight:float?)|mean()->float[d]|"
    "name(i:int)->str?|rows(k:int)->table{a:int,b:str?}|count()->int";
static const char scaler_calls[] =
    "[[\"__init__\", {\"d\": 2, \"names\": [\"x\", \"\\u00e9\"]}], [\"count\", {}],"
    " [\"fit\", {\"X\": [[1, 2], [3, 4.5]], \"weight\": null}], [\"name\", {\"i\": 7}],"
    " [\"fit\", {\"X\": [], \"weight\": 0.5}], [\"mean\", {}], [\"rows\", {\"k\": 2}],"
    " [\"name\", {\"i\": -1}], [\"count\", {}]]";
static const char scaler_results[] =
    "[null, 0, null, \"x\", null, [2, 3.25],"
    " {\"columns\": [\"a\", \"b\"], \"rows\": [[1, null], [2, \"two\"]]}, null, 2]";

/* ---- where the values of a call are ---- */

static void test_calls_open_finds_every_value(void **state)
{
    (void)state;
    struct test test;
    struct calls calls;
    struct value args[METHOD_ARGS_MAX], result;
    make(&test, scaler, scaler_calls, scaler_results);
    assert_int_equal(calls_open(&test.signature, &test.args, &calls, NULL), 0);
    assert_int_equal(calls.n, 9);
    assert_int_equal(calls.n_arg_items,
                     1 + 2 + 3 + 1 + 1);       /* order; d, names; X, X, weight; i; k */
    assert_int_equal(calls.n_result_items, 4); /* mean, name, rows, count */
    assert_string_equal(calls_method(&calls, 3)->name, "name");
    calls_args(&calls, test.args.values, 7, args);
    assert_int_equal(value_int(&args[0], 0), -1);
    calls_args(&calls, test.args.values, 4, args);
    assert_int_equal(args[0].n, 0);
    assert_true(args[1].kind == KIND_SCALAR && !value_is_null(&args[1], 0));
    assert_true(value_float(&args[1], 0) == 0.5);
    calls_args(&calls, test.args.values, 2, args);
    assert_true(value_float(&args[0], 3) == 4.5 && value_is_null(&args[1], 0));
    assert_false(calls_result(&calls, test.results.values, 0, &result));
    assert_false(calls_result(&calls, test.results.values, 2, &result));
    assert_true(calls_result(&calls, test.results.values, 3, &result));
    size_t length = 0;
    assert_memory_equal(value_str(&result, 0, &length), "x", 1);
    assert_int_equal(length, 1);
    assert_true(calls_result(&calls, test.results.values, 7, &result));
    assert_true(value_is_null(&result, 0));
    assert_true(calls_result(&calls, test.results.values, 8, &result));
    assert_int_equal(value_int(&result, 0), 2);
    assert_true(calls_result(&calls, test.results.values, 6, &result));
    assert_int_equal(result.n_columns, 2);
    calls_done(&calls);
    done(&test);
}

/* ---- frames of a stranger ---- */

typedef void spoil_fn(struct frame *args);

static void no_items(struct frame *args)
{
    args->n_values = 0;
}
static void order_is_scalar(struct frame *args)
{
    args->values[0].kind = KIND_SCALAR;
}
static void order_is_float(struct frame *args)
{
    args->values[0].elem = ELEM_FLOAT;
}
static void order_is_matrix(struct frame *args)
{
    args->values[0].rank = 2;
}
static void order_has_nulls(struct frame *args)
{
    static const uint8_t valid[16] = {1, 1, 1};
    args->values[0].valid = valid;
}
static void no_calls(struct frame *args)
{
    args->values[0].n = args->values[0].dims[0] = 0;
}
static void set_order(struct frame *args, int64_t call, int64_t method)
{
    ((int64_t *)(uintptr_t)args->values[0].data)[call] = method;
}
static void below_all_methods(struct frame *args)
{
    set_order(args, 2, -1);
}
static void above_all_methods(struct frame *args)
{
    set_order(args, 8, 6);
}
static void far_above_all_methods(struct frame *args)
{
    set_order(args, 1, INT64_MAX);
}
static void init_twice(struct frame *args)
{
    set_order(args, 5, 0);
}
static void init_not_first(struct frame *args)
{
    set_order(args, 0, 1);
}
static void another_method(struct frame *args) /* needs other items than are there */
{
    set_order(args, 5, 1);
}
static void another_scalar_method(struct frame *args) /* needs as many items, of other sizes */
{
    set_order(args, 3, 4);
}
static void one_item_less(struct frame *args)
{
    args->n_values--;
}
static void one_item_more(struct frame *args)
{
    args->n_values++; /* never looked at */
}
static void stacked_is_scalar(struct frame *args)
{
    args->values[1].kind = KIND_SCALAR;
}
static void stacked_is_float(struct frame *args)
{
    args->values[1].elem = ELEM_FLOAT;
}
static void stacked_is_matrix(struct frame *args)
{
    args->values[1].rank = 2;
}
static void stacked_too_long(struct frame *args)
{
    args->values[1].n = args->values[1].dims[0] = 2;
}
static void stacked_too_short(struct frame *args)
{
    args->values[6].n = args->values[6].dims[0] = 1; /* name's i */
}

static void test_calls_open_refuses_hostile_frames(void **state)
{
    (void)state;
    static const struct {
        spoil_fn *spoil;
        const char *words;
    } cases[] = {
        {no_items, "begin with its calls"},
        {order_is_scalar, "begin with its calls"},
        {order_is_float, "begin with its calls"},
        {order_is_matrix, "begin with its calls"},
        {order_has_nulls, "begin with its calls"},
        {no_calls, "begin with its calls"},
        {below_all_methods, "call 2 is of no method"},
        {above_all_methods, "call 8 is of no method"},
        {far_above_all_methods, "call 1 is of no method"},
        {init_twice, "call 5: __init__ is called first, and once"},
        {init_not_first, "call 0: __init__ is called first, and once"},
        {another_method, "8 items of arguments where the calls need 9"},
        {another_scalar_method, "argument i of name(): not one int for each of its 1 calls"},
        {one_item_less, "7 items of arguments where the calls need 8"},
        {one_item_more, "9 items of arguments where the calls need 8"},
        {stacked_is_scalar, "argument d of __init__(): not one int for each of its 1 calls"},
        {stacked_is_float, "argument d of __init__(): not one int"},
        {stacked_is_matrix, "argument d of __init__(): not one int"},
        {stacked_too_long, "argument d of __init__(): not one int"},
        {stacked_too_short, "argument i of name(): not one int for each of its 2 calls"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct test test;
        struct calls calls;
        struct error err = ERROR_INIT;
        make(&test, scaler, scaler_calls, NULL);
        cases[i].spoil(&test.args);
        assert_int_equal(calls_open(&test.signature, &test.args, &calls, &err), -EBADMSG);
        if (!strstr(err.text, cases[i].words))
            fail_msg("case %zu: '%s', not '%s'", i, err.text, cases[i].words);
        assert_null(calls.ordinals);
        struct dims dims = {0};
        assert_int_equal(args_check(&test.signature, &test.args, &dims, NULL), -EBADMSG);
        done(&test);
    }
}

/* ---- JSON ---- */

static void test_calls_json_comes_back(void **state)
{
    (void)state;
    struct test test;
    make(&test, scaler, scaler_calls, scaler_results);
    json_t *calls = calls_to_json(&test.signature, &test.args, 0, 0);
    json_t *results = results_to_json(&test.signature, &test.args, &test.results, 0, 0);
    assert_true(calls && results);
    struct test again = {0};
    make_class(scaler, &again.signature);
    again.calls = json_incref(calls);
    size_t size = 0, again_size = 0;
    void *bytes = NULL;
    char path[256];
    assert_int_equal(
        calls_from_json(&test.signature, calls, -1, &bytes, &size, path, sizeof path, NULL), 0);
    assert_int_equal(calls_from_json(&test.signature, test.calls, -1, &again.args_bytes,
                                     &again_size, path, sizeof path, NULL),
                     0);
    assert_int_equal(size, again_size);
    assert_memory_equal(bytes, again.args_bytes, size);
    assert_string_equal(path, "");
    char *text = json_dumps(results, JSON_COMPACT);
    assert_string_equal(text, "[null,0,null,\"x\",null,[2.0,3.25],{\"columns\":[\"a\",\"b\"],"
                              "\"rows\":[[1,null],[2,\"two\"]]},null,2]");
    free(text);
    free(bytes);
    json_decref(calls);
    json_decref(results);
    done(&again);
    done(&test);
}

static void test_calls_json_cuts_samples(void **state)
{
    (void)state;
    struct test test;
    make(&test, scaler, scaler_calls, scaler_results);
    json_t *calls = calls_to_json(&test.signature, &test.args, 3, 2);
    json_t *results = results_to_json(&test.signature, &test.args, &test.results, 2, 2);
    char *text = json_dumps(calls, JSON_COMPACT), *more = json_dumps(results, JSON_COMPACT);
    assert_non_null(strstr(text, "[\"count\",{}]"));
    assert_null(strstr(text, "name\""));
    assert_non_null(strstr(text, "\"... (6 more)\"]"));
    assert_string_equal(more, "[null,0,\"... (7 more)\"]");
    free(text);
    free(more);
    json_decref(calls);
    json_decref(results);
    done(&test);
}

static void test_calls_json_says_where(void **state)
{
    (void)state;
#define INIT "[\"__init__\", {\"d\": 1, \"names\": [\"x\"]}]"
    static const struct {
        const char *calls, *path, *words;
    } cases[] = {
        {"[]", "", "the first call is [\"__init__\", {...}]"},
        {"{}", "", "the first call is"},
        {"[7]", "/0", "call 0: a call is [\"method\", {arguments by name}]"},
        {"[[\"__init__\"]]", "/0", "a call is"},
        {"[[\"__init__\", {}, 1]]", "/0", "a call is"},
        {"[[\"__init__\", [1, [\"x\"]]]]", "/0", "a call is"},
        {"[[1, {}]]", "/0", "a call is"},
        {"[[\"count\", {}]]", "/0", "call 0: __init__ is called first, and once"},
        {"[" INIT ", [\"count\", {}], " INIT "]", "/2", "call 2: __init__ is called first"},
        {"[" INIT ", [\"cou\\u0007nt\", {}]]", "/1", "call 1: no method is called 'cou\\x07nt'"},
        {"[" INIT ", [\"name\", {}]]", "/1", "name() takes 1 arguments, not 0"},
        {"[" INIT ", [\"name\", {\"i\": 1, \"j\": 2}]]", "/1", "takes 1 arguments, not 2"},
        {"[" INIT ", [\"name\", {\"j\": 2}]]", "/1", "argument 'i' of name() is missing"},
        {"[" INIT ", [\"name\", {\"i\": 1}], [\"count\", {}], [\"name\", {\"i\": 1.0}]]", "/3/1/i",
         ""},
        {"[" INIT ", [\"name\", {\"i\": null}]]", "/1/1/i", ""},
        {"[" INIT ", [\"count\", {}], [\"fit\", {\"X\": [[1], [\"a\"]], \"weight\": 1}]]",
         "/2/1/X/1/0", ""},
        {"[" INIT ", [\"fit\", {\"X\": [[1]], \"weight\": 1}],"
         " [\"fit\", {\"X\": [[1], [1, 2]], \"weight\": 1}]]",
         "/2/1/X/1", ""},
        {"[" INIT ", [\"fit\", {\"X\": [[1]], \"weight\": \"heavy\"}]]", "/1/1/weight", ""},
        {"[[\"__init__\", {\"d\": 1, \"names\": [\"a\", 3]}]]", "/0/1/names/1", ""},
    };
    struct signature signature;
    make_class(scaler, &signature);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        json_t *json = parse(cases[i].calls);
        void *bytes = NULL;
        size_t size = 0;
        char path[256] = "?";
        struct error err = ERROR_INIT;
        int r = calls_from_json(&signature, json, -1, &bytes, &size, path, sizeof path, &err);
        if (r != -EINVAL || strcmp(path, cases[i].path) != 0 || !err.text[0] ||
            !strstr(err.text, cases[i].words))
            fail_msg("%s: %d at '%s': %s; wanted '%s': %s", cases[i].calls, r, path, err.text,
                     cases[i].path, cases[i].words);
        json_decref(json);
    }
    signature_done(&signature);
}

static void test_results_json_says_where(void **state)
{
    (void)state;
    static const struct {
        const char *results, *path, *words;
    } cases[] = {
        {"null", "", "expected: a list with an entry for each of the 3 calls"},
        {"[null, 1]", "", "each of the 3 calls"},
        {"[null, 1, null, 2]", "", "each of the 3 calls"},
        {"[0, 1, [1]]", "/0", "call 0: expected null: __init__() has no result"},
        {"[null, null, [1]]", "/1", ""},
        {"[null, 1.5, [1]]", "/1", ""},
        {"[null, 1, 2]", "/2", ""},
        {"[null, 1, [1, [2]]]", "/2/1", ""},
    };
    struct test test;
    make(&test, scaler,
         "[[\"__init__\", {\"d\": 1, \"names\": [\"x\"]}], [\"count\", {}], [\"mean\", {}]]", NULL);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        json_t *json = json_loads(cases[i].results, JSON_DECODE_ANY, NULL);
        void *bytes = NULL;
        size_t size = 0;
        char path[256] = "?";
        struct error err = ERROR_INIT;
        int r = results_from_json(&test.signature, test.calls, json, -1, &bytes, &size, path,
                                  sizeof path, &err);
        if (r != -EINVAL || strcmp(path, cases[i].path) != 0 || !err.text[0] ||
            !strstr(err.text, cases[i].words))
            fail_msg("%s: %d at '%s': %s; wanted '%s': %s", cases[i].results, r, path, err.text,
                     cases[i].path, cases[i].words);
        json_decref(json);
    }
    done(&test);
}

/* ---- what is known in which call ---- */

static void test_args_check_knows_sizes(void **state)
{
    (void)state;
    static const char class[] = "__init__(d:int;start:float[s])|fit(X:float[n,d];y:int[n])|near(x:"
                                "float[d];d:int)->float[d]|"
                                "mean()->float[d]|all()->float[s,d]";
#define MAKE "[\"__init__\", {\"d\": 2, \"start\": [1, 2, 3]}], "
    static const struct {
        const char *calls, *words; /* NULL: good */
    } cases[] = {
        {"[" MAKE "[\"fit\", {\"X\": [[1, 2]], \"y\": [1]}],"
         " [\"fit\", {\"X\": [[1, 2], [3, 4]], \"y\": [1, 2]}]]",
         NULL}, /* n is each call's own */
        {"[" MAKE "[\"fit\", {\"X\": [], \"y\": []}]]", NULL},
        {"[" MAKE "[\"fit\", {\"X\": [[1, 2]], \"y\": [1, 2]}]]",
         "call 1, fit(): argument y: 2 elements where n = 1"},
        {"[" MAKE "[\"mean\", {}], [\"fit\", {\"X\": [[1, 2, 3]], \"y\": [1]}]]",
         "call 2, fit(): argument X: 3 columns where d = 2"},
        {"[" MAKE "[\"near\", {\"x\": [1, 2, 3], \"d\": 3}]]", NULL}, /* its own d */
        {"[" MAKE "[\"near\", {\"x\": [1, 2], \"d\": 3}]]",
         "call 1, near(): argument x: 2 elements where d = 3"},
        {"[" MAKE "[\"near\", {\"x\": [], \"d\": 0}]]", NULL},
        {"[" MAKE "[\"near\", {\"x\": [], \"d\": 1}]]", "no elements where shape (1)"},
        {"[[\"__init__\", {\"d\": 0, \"start\": []}], [\"fit\", {\"X\": [[]], \"y\": [1]}]]", NULL},
        {"[[\"__init__\", {\"d\": 1, \"start\": []}], [\"fit\", {\"X\": [[1, 2]], \"y\": [1]}]]",
         "d = 1"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct test test;
        struct dims dims = {0};
        struct error err = ERROR_INIT;
        make(&test, class, cases[i].calls, NULL);
        int r = args_check(&test.signature, &test.args, &dims, &err);
        if (r != (cases[i].words ? -EBADMSG : 0) ||
            (cases[i].words && !strstr(err.text, cases[i].words)))
            fail_msg("%s: %d %s", cases[i].calls, r, err.text);
        done(&test);
    }
}

static void test_results_check_knows_sizes(void **state)
{
    (void)state;
    static const char class[] = "__init__(d:int;start:float[s])|near(d:int)->float[d]|"
                                "mean()->float[d]|all()->float[s,d]|kind()->str in {a,b}|n()->int";
    static const char calls[] =
        "[[\"__init__\", {\"d\": 2, \"start\": [1, 2, 3]}], [\"near\", {\"d\": 3}], [\"mean\", {}],"
        " [\"all\", {}], [\"kind\", {}], [\"near\", {\"d\": 0}], [\"n\", {}]]";
    static const struct {
        const char *results, *words;
    } cases[] = {
        {"[null, [1, 2, 3], [1, 2], [[1, 2], [1, 2], [1, 2]], \"a\", [], 1]", NULL},
        {"[null, [1, 2], [1, 2], [[1, 2], [1, 2], [1, 2]], \"a\", [], 1]",
         "call 1, near(): return: 2 elements where d = 3"},
        {"[null, [1, 2, 3], [1, 2, 3], [[1, 2], [1, 2], [1, 2]], \"a\", [], 1]",
         "call 2, mean(): return: 3 elements where d = 2"},
        {"[null, [1, 2, 3], [1, 2], [[1, 2], [1, 2]], \"a\", [], 1]",
         "call 3, all(): return: 2 rows where s = 3"},
        {"[null, [1, 2, 3], [1, 2], [], \"a\", [], 1]",
         "call 3, all(): return: no elements where shape (3, 2) is needed"},
        {"[null, [1, 2, 3], [1, 2], [[1, 2], [1, 2], [1, 2]], \"a\", [1], 1]",
         "call 5, near(): return: 1 elements where d = 0"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct test test;
        struct dims dims = {0};
        struct error err = ERROR_INIT;
        make(&test, class, calls, cases[i].results);
        int r = results_check(&test.signature, &test.args, &dims, &test.results, "return", &err);
        if (r != (cases[i].words ? -EBADMSG : 0) ||
            (cases[i].words && !strstr(err.text, cases[i].words)))
            fail_msg("%s: %d %s", cases[i].results, r, err.text);
        done(&test);
    }
    struct test test;
    struct dims dims = {0};
    struct error err = ERROR_INIT;
    make(&test, class, calls, cases[0].results);
    struct value *all = &test.results.values[3], *kind = &test.results.values[4],
                 *n = &test.results.values[5];
    assert_int_equal(all->rank, 2);
    ((char *)(uintptr_t)kind->bytes)[0] = 'c';
    assert_int_equal(
        results_check(&test.signature, &test.args, &dims, &test.results, "return", &err), -EBADMSG);
    assert_non_null(strstr(err.text, "call 4, kind(): return: "));
    assert_non_null(strstr(err.text, "is none of the legal values"));
    ((char *)(uintptr_t)kind->bytes)[0] = 'b';
    n->elem = ELEM_FLOAT;
    err = ERROR_INIT;
    assert_int_equal(
        results_check(&test.signature, &test.args, &dims, &test.results, "return", &err), -EBADMSG);
    assert_non_null(strstr(err.text, "return of n(): not one int for each of its 1 calls"));
    n->elem = ELEM_INT;
    test.results.n_values--;
    err = ERROR_INIT;
    assert_int_equal(
        results_check(&test.signature, &test.args, &dims, &test.results, "return", &err), -EBADMSG);
    assert_non_null(strstr(err.text, "5 return items where the calls have 6"));
    done(&test);
}

/* `[]` of a result gets its rank and sizes before a comparator sees it. */
static void test_results_check_resolves_empty_lists(void **state)
{
    (void)state;
    struct test test;
    struct dims dims = {0};
    make(&test, "__init__(d:int)|rows()->float[*,d]",
         "[[\"__init__\", {\"d\": 3}], [\"rows\", {}], [\"rows\", {}]]", "[null, [[1, 2, 3]], []]");
    assert_int_equal(
        results_check(&test.signature, &test.args, &dims, &test.results, "return", NULL), 0);
    assert_int_equal(test.results.values[1].rank, 2);
    assert_int_equal(test.results.values[1].dims[1], 3);
    done(&test);
}

/* A class none of whose calls has a result: a frame of nothing. */
static void test_results_may_be_none(void **state)
{
    (void)state;
    struct test test;
    struct dims dims = {0};
    make(&test, "__init__()|rows()->float[*]", "[[\"__init__\", {}]]", "[null]");
    assert_int_equal(test.results.n_values, 0);
    assert_int_equal(
        results_check(&test.signature, &test.args, &dims, &test.results, "return", NULL), 0);
    done(&test);
}

/* ---- comparing ---- */

static void test_compare_calls(void **state)
{
    (void)state;
    static const struct {
        const char *comparator, *got, *kind, *words; /* kind NULL: equal */
        int64_t index;
    } cases[] = {
        {"\"exact\"", "[null, 1, [1, 2], \"a\", 3]", NULL, NULL, -1},
        {"\"exact\"", "[null, 1, [1, 2], \"a\", 4]", "value", "call 4, n(): returned value", 4},
        {"\"exact\"", "[null, 1, [1, 2], \"b\", 4]", "value", "call 3, kind(): returned value", 3},
        {"{\"returns\": {\"mean\": {\"name\": \"close\", \"rtol\": 0.1, \"atol\": 0}}}",
         "[null, 1, [1.01, 2], \"a\", 3]", NULL, NULL, -1},
        {"{\"returns\": {\"mean\": {\"name\": \"close\", \"rtol\": 0.001, \"atol\": 0}}}",
         "[null, 1, [1, 2.01], \"a\", 3]", "value", "call 2, mean(): returned value: element [1]",
         2},
        {"{\"returns\": {\"kind\": \"exact\"}}", "[null, 2, [1, 2], \"a\", 3]", "value",
         "call 1, n()", 1},
        {"{\"returns\": {\"mean\": {\"every\": [\"exact\"]}, \"n\": \"exact\"}}",
         "[null, 1, [1.01, 2], \"a\", 3]", "value", "call 2, mean(): returned value: element [0]",
         2},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct test test;
        struct comparator *comparator = NULL, *scaled = NULL;
        struct comparison result;
        struct error err = ERROR_INIT;
        void *bytes = NULL;
        struct frame got;
        make(&test, "__init__()|n()->int|mean()->float[*]|kind()->str",
             "[[\"__init__\", {}], [\"n\", {}], [\"mean\", {}], [\"kind\", {}], [\"n\", {}]]",
             "[null, 1, [1, 2], \"a\", 3]");
        results_of(&test, cases[i].got, &bytes, &got);
        json_t *json = json_loads(cases[i].comparator, JSON_DECODE_ANY, NULL);
        if (comparator_new(json, &test.signature, &comparator, &err) < 0)
            fail_msg("%s: %s", cases[i].comparator, err.text);
        assert_int_equal(comparator_runs(comparator), 1);
        assert_int_equal(compare_values(comparator, &test.signature, &test.args, &test.results,
                                        &got, &result, &err),
                         0);
        if (result.equal != !cases[i].kind || result.index != cases[i].index ||
            (cases[i].kind && (strcmp(result.kind, cases[i].kind) != 0 ||
                               strncmp(result.message, cases[i].words, strlen(cases[i].words)))))
            fail_msg("case %zu: %d at %lld, %s: %s", i, result.equal, (long long)result.index,
                     result.kind, result.message);
        assert_int_equal(comparator_scaled(comparator, 1e-9, &scaled, NULL), 0);
        assert_int_equal(compare_values(scaled, &test.signature, &test.args, &test.results,
                                        &test.results, &result, &err),
                         0);
        assert_true(result.equal);
        comparator_free(comparator);
        comparator_free(scaled);
        json_decref(json);
        frame_done(&got);
        free(bytes);
        done(&test);
    }
}

static void test_comparator_of_a_class_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *comparator, *words;
    } cases[] = {
        {"{\"returns\": {\"put\": \"exact\"}}", "no return is called 'put'"}, /* has no result */
        {"{\"returns\": {\"__init__\": \"exact\"}}", "no return is called '__init__'"},
        {"{\"returns\": {\"average\": \"exact\"}}", "no return is called 'average'"},
        {"{\"returns\": {\"mean\": \"fuzzy\"}}", "return 'mean': no comparator is called 'fuzzy'"},
        {"{\"all\": [{\"name\": \"statistical\"}]}", "comparator 'statistical' is for functions"},
        {"{\"all\": [\"product\"]}", "comparator 'product' is for functions"},
        {"{\"all\": [{\"name\": \"subspace\"}]}", "comparator 'subspace' is for functions"},
        {"{\"all\": [{\"name\": \"backward_error\"}], \"returns\": {\"n\": \"exact\"}}",
         "comparator 'backward_error' is for functions"},
        {"{\"all\": [\"exact\"]}", "no comparator is called 'exact'"},
        {"null", "a comparator is a name"},
    };
    struct signature signature;
    make_class("__init__(k:int)|put(x:float)|mean()->float[*]|n()->int", &signature);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct comparator *comparator = NULL;
        struct error err = ERROR_INIT;
        json_t *json = json_loads(cases[i].comparator, JSON_DECODE_ANY, NULL);
        int r = comparator_new(json, &signature, &comparator, &err);
        if (r != -EINVAL || comparator || !err.text[0] || !strstr(err.text, cases[i].words))
            fail_msg("%s: %d %s", cases[i].comparator, r, err.text);
        print_message("# %s\n", err.text);
        json_decref(json);
    }
    signature_done(&signature);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls_open_finds_every_value),
        cmocka_unit_test(test_calls_open_refuses_hostile_frames),
        cmocka_unit_test(test_calls_json_comes_back),
        cmocka_unit_test(test_calls_json_cuts_samples),
        cmocka_unit_test(test_calls_json_says_where),
        cmocka_unit_test(test_results_json_says_where),
        cmocka_unit_test(test_args_check_knows_sizes),
        cmocka_unit_test(test_results_check_knows_sizes),
        cmocka_unit_test(test_results_check_resolves_empty_lists),
        cmocka_unit_test(test_results_may_be_none),
        cmocka_unit_test(test_compare_calls),
        cmocka_unit_test(test_comparator_of_a_class_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
