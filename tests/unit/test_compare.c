/* Comparators: what is equal, where a difference is said to be, and which problem.json they take. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/compare.h"
#include "judge/compare_match.h"
#include "judge/escape.h"
#include "judge/value_json.h"
#include "sandbox/util.h"

/* "name:type;name:type" -> returns. */
static void make_signature(const char *text, struct signature *ret)
{
    *ret = (struct signature){.entry = "f", .returns = calloc(8, sizeof *ret->returns)};
    assert_non_null(ret->returns);
    auto_free char *copy = strdup(text);
    char *rest = copy;
    for (char *part; (part = strsep(&rest, ";")) && *part; ret->n_returns++) {
        char *colon = strchr(part, ':');
        assert_non_null(colon);
        *colon = '\0';
        struct field *field = &ret->returns[ret->n_returns];
        snprintf(field->name, sizeof field->name, "%s", part);
        struct error err = ERROR_INIT;
        if (type_parse(colon + 1, &field->type, &err) < 0)
            fail_msg("%s: %s", colon + 1, err.text);
    }
}

static json_t *parse(const char *text)
{
    json_error_t syntax;
    json_t *json = json_loads(text, JSON_DECODE_ANY, &syntax);
    if (!json)
        fail_msg("%s: %s", text, syntax.text);
    return json;
}

struct loaded {
    void *bytes;
    struct frame frame;
};

static void load(const struct signature *signature, const char *text, struct loaded *ret)
{
    json_t *json = parse(text);
    size_t size;
    struct error err = ERROR_INIT;
    if (values_from_json(signature->returns, signature->n_returns, json, FRAME_RESULT, -1,
                         &ret->bytes, &size, NULL, 0, &err) < 0)
        fail_msg("%s: %s", text, err.text);
    assert_int_equal(frame_parse(ret->bytes, size, &ret->frame, NULL), 0);
    json_decref(json);
}

static void unload(struct loaded *loaded)
{
    frame_done(&loaded->frame);
    free(loaded->bytes);
}

static void compare_scaled_json(const char *returns, const char *comparator_text, double factor,
                                const char *expected, const char *got, struct comparison *ret)
{
    struct signature signature;
    make_signature(returns, &signature);
    json_t *json = parse(comparator_text);
    struct comparator *comparator = NULL;
    struct error err = ERROR_INIT;
    if (comparator_new(json, &signature, &comparator, &err) < 0)
        fail_msg("%s: %s", comparator_text, err.text);
    json_decref(json);
    if (factor != 1) {
        struct comparator *scaled;
        assert_int_equal(comparator_scaled(comparator, factor, &scaled, NULL), 0);
        comparator_free(comparator);
        comparator = scaled;
    }
    struct loaded e, g;
    load(&signature, expected, &e);
    load(&signature, got, &g);
    const struct frame args = {.kind = FRAME_ARGS};
    if (compare_values(comparator, &signature, &args, &e.frame, &g.frame, ret, &err) < 0)
        fail_msg("%s", err.text);
    unload(&e);
    unload(&g);
    comparator_free(comparator);
    signature_done(&signature);
}

struct compare_case {
    const char *returns, *comparator, *expected, *got;
    const char *kind;    /* NULL = equal */
    const char *message; /* NULL = not looked at */
    int64_t index;
};

static void run_cases(const struct compare_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct compare_case *c = &cases[i];
        struct comparison result;
        compare_scaled_json(c->returns, c->comparator, 1, c->expected, c->got, &result);
        if (result.equal != !c->kind || (c->kind && strcmp(result.kind, c->kind) != 0) ||
            (c->message && strcmp(result.message, c->message) != 0) ||
            (c->kind && result.index != c->index))
            fail_msg("%s %s: %s against %s: equal %d, kind '%s', index %lld, '%s'", c->returns,
                     c->comparator, c->got, c->expected, result.equal, result.kind,
                     (long long)result.index, result.message);
        if (!c->kind)
            assert_int_equal(result.index, -1);
        /* What is expected is always equal to itself. */
        compare_scaled_json(c->returns, c->comparator, 1, c->expected, c->expected, &result);
        if (!result.equal)
            fail_msg("%s %s: %s differs from itself: %s", c->returns, c->comparator, c->expected,
                     result.message);
    }
}

#define EXACT       "\"exact\""
#define CLOSE(r, a) "{\"name\":\"close\",\"rtol\":" #r ",\"atol\":" #a "}"

static void test_exact(void **state)
{
    (void)state;
    static const struct compare_case cases[] = {
        {":int", EXACT, "3", "3", NULL, NULL, 0},
        {":int", EXACT, "3", "4", "value", "returned value is 4, expected 3", 0},
        {":int", EXACT, "9223372036854775807", "9223372036854775806", "value",
         "returned value is 9223372036854775806, expected 9223372036854775807", 0},
        {":int?", EXACT, "null", "null", NULL, NULL, 0},
        {":int?", EXACT, "null", "0", "null", "returned value is 0, expected NULL", 0},
        {":int?", EXACT, "0", "null", "null", "returned value is NULL, expected 0", 0},
        {":bool", EXACT, "true", "true", NULL, NULL, 0},
        {":bool", EXACT, "true", "false", "value", "returned value is false, expected true", 0},
        {":str", EXACT, "\"ab\"", "\"ab\"", NULL, NULL, 0},
        {":str", EXACT, "\"ab\"", "\"a\\nb\\u001b\"", "value",
         "returned value is \"a\\nb\\x1b\", expected \"ab\"", 0},
        {":str", EXACT, "\"\"", "\"a\"", "value", "returned value is \"a\", expected \"\"", 0},
        {":str?", EXACT, "\"\"", "null", "null", "returned value is NULL, expected \"\"", 0},
        {":str", EXACT,
         "\"0123456789012345678901234567890123456789012345678901234567890123456789abc\"",
         "\"0123456789012345678901234567890123456789012345678901234567890123456789abd\"", "value",
         "returned value is ...\"67890123456789"
         "abd\", expected ...\"67890123456789"
         "abc\" (they part at "
         "byte 72; 73 bytes, expected 73)",
         0},
        {":float", EXACT, "0.5", "0.5", NULL, NULL, 0},
        {":float", EXACT, "0.0", "-0.0", NULL, NULL, 0},
        {":float", EXACT, "-0.0", "0.0", NULL, NULL, 0},
        {":float", EXACT, "\"NaN\"", "\"NaN\"", NULL, NULL, 0},
        {":float", EXACT, "\"Infinity\"", "\"Infinity\"", NULL, NULL, 0},
        {":float", EXACT, "\"Infinity\"", "\"-Infinity\"", "value",
         "returned value is -Infinity, expected Infinity", 0},
        {":float", EXACT, "1", "\"NaN\"", "value", "returned value is NaN, expected 1", 0},
        {":float", EXACT, "\"NaN\"", "1", "value", "returned value is 1, expected NaN", 0},
        {":float", EXACT, "0.1", "0.10000000000000002", "value",
         "returned value is 0.10000000000000002, expected 0.1 exactly (absolute error 1.4e-17, "
         "relative "
         "1.4e-16)",
         0},
        {":float?", EXACT, "null", "0", "null", "returned value is 0, expected NULL", 0},
        {":int[*]", EXACT, "[1,2,3]", "[1,2,3]", NULL, NULL, 0},
        {":int[*]", EXACT, "[]", "[]", NULL, NULL, 0},
        {":int[*]", EXACT, "[1,2,3,4]", "[1,7,3,9]", "value",
         "returned value: element [1] is 7, expected 2; 2 of 4 elements differ", 1},
        {":int[*]", EXACT, "[1,2,3]", "[1,2]", "shape", "returned value has 2 elements, expected 3",
         -1},
        {":int[*]", EXACT, "[1]", "[]", "shape", "returned value has 0 elements, expected 1", -1},
        {":int?[*]", EXACT, "[1,null]", "[1,null]", NULL, NULL, 0},
        {":int?[*]", EXACT, "[1,null]", "[1,0]", "null",
         "returned value: element [1] is 0, expected NULL; 1 of 2 elements differ", 1},
        {":int[*,*]", EXACT, "[[1,2],[3,4]]", "[[1,2],[3,5]]", "value",
         "returned value: element [1][1] is 5, expected 4; 1 of 4 elements differ", 3},
        {":int[*,*]", EXACT, "[[1,2],[3,4]]", "[[1,2,3,4]]", "shape",
         "returned value has shape (1, 4), expected (2, 2)", -1},
        {":int[*,*]", EXACT, "[]", "[[],[]]", NULL, NULL, 0},
        {":int[*,*]", EXACT, "[[],[]]", "[]", NULL, NULL, 0},
        {":int[*,*]", EXACT, "[]", "[[1]]", "shape",
         "returned value has shape (1, 1), expected (0,)", -1},
        {":int[*,*]", EXACT, "[[],[]]", "[[],[],[]]", "shape",
         "returned value has shape (3, 0), expected (2, 0)", -1},
        {":bool[*,*,*]", EXACT, "[[[true]],[[true]]]", "[[[true]],[[false]]]", "value",
         "returned value: element [1][0][0] is false, expected true; 1 of 2 elements differ", 1},
        {":int[*][*]", EXACT, "[[],[1,2],[3]]", "[[],[1,2],[3]]", NULL, NULL, 0},
        {":int[*][*]", EXACT, "[[],[1,2],[3]]", "[[],[1,2],[4]]", "value",
         "returned value: element [2][0] is 4, expected 3; 1 of 3 elements differ", 2},
        {":int[*][*]", EXACT, "[[1,2],[3]]", "[[1],[2,3]]", "shape",
         "returned value: row [0] has 1 elements, expected 2", -1},
        {":int[*][*]", EXACT, "[[1]]", "[[1],[]]", "shape", "returned value has 2 rows, expected 1",
         -1},
        {":str[*]", EXACT, "[\"a\",\"b\"]", "[\"ab\",\"\"]", "value",
         "returned value: element [0] is \"ab\", expected \"a\"; 2 of 2 elements differ", 0},
        {"a:int;b:int[*]", EXACT, "{\"a\":1,\"b\":[1]}", "{\"a\":1,\"b\":[2]}", "value",
         "returned b: element [0] is 2, expected 1", 0},
        {":table{a:int}", EXACT, "{\"columns\":[\"a\"],\"rows\":[[1],[2]]}",
         "{\"columns\":[\"a\"],\"rows\":[[2],[1]]}", "order",
         "returned value: row [0], column a is 2, expected 1; 2 of 2 rows differ (the same rows, "
         "but in another "
         "order)",
         0},
    };
    run_cases(cases, ARRAY_LEN(cases));
}

static void test_close(void **state)
{
    (void)state;
    static const struct compare_case cases[] = {
        {":float", CLOSE(0, 0.1), "1.0", "1.05", NULL, NULL, 0},
        {":float", CLOSE(0, 0.5), "1.0", "1.5", NULL, NULL, 0},
        {":float", CLOSE(0, 0.5), "1.0", "0.5", NULL, NULL, 0},
        {":float", CLOSE(0, 0.5), "1.0", "1.5000000000000002", "value", NULL, 0},
        {":float", CLOSE(0.5, 0), "2.0", "3.0", NULL, NULL, 0},
        {":float", CLOSE(0.5, 0), "2.0", "3.1", "value", NULL, 0},
        /* rtol multiplies the expected value, not the larger one */
        {":float", CLOSE(0.5, 0), "3.0", "1.5", NULL, NULL, 0},
        {":float", CLOSE(0.5, 0), "1.0", "2.0", "value", NULL, 0},
        {":float", CLOSE(0.5, 0), "-2.0", "-3.0", NULL, NULL, 0},
        {":float", CLOSE(0.5, 1), "2.0", "4.0", NULL, NULL, 0},
        {":float", CLOSE(0.5, 0), "0", "1e-300", "value",
         "returned value is 1e-300, expected 0 (absolute error 1.0e-300, tolerance 0 + "
         "0.5*|expected|)",
         0},
        {":float", CLOSE(0.5, 1e300), "1", "\"NaN\"", "value", "returned value is NaN, expected 1",
         0},
        {":float", CLOSE(0.5, 1e300), "\"NaN\"", "1", "value", "returned value is 1, expected NaN",
         0},
        {":float", CLOSE(0, 0), "\"NaN\"", "\"NaN\"", NULL, NULL, 0},
        {":float", CLOSE(0, 0), "\"Infinity\"", "\"Infinity\"", NULL, NULL, 0},
        {":float", CLOSE(0.5, 1e300), "\"Infinity\"", "1e308", "value", NULL, 0},
        {":float", CLOSE(0.5, 1e300), "1e308", "\"Infinity\"", "value", NULL, 0},
        {":float", CLOSE(0.5, 1e300), "\"Infinity\"", "\"-Infinity\"", "value", NULL, 0},
        {":float", CLOSE(0.9, 1.7e308), "1.7e308", "-1.7e308", "value", NULL, 0},
        {":float?", CLOSE(0.5, 1e300), "null", "0", "null", NULL, 0},
        {":float?", CLOSE(0.5, 1e300), "0", "null", "null", NULL, 0},
        {":float?[*]", CLOSE(0, 0.1), "[null,1]", "[null,1.05]", NULL, NULL, 0},
        {":float[*]", "\"close\"", "[1,1]", "[1.0000000019,1]", NULL, NULL, 0},
        {":float[*]", "\"close\"", "[1,1]", "[1,1.0000000021]", "value", NULL, 1},
        {":float[*]", "{\"name\":\"close\"}", "[1,1]", "[1,1.0000000019]", NULL, NULL, 0},
        {":float[*]", CLOSE(1e-12, 1e-12), "[1,1,1,0.5]", "[1,1,1,0.41666667]", "value",
         "returned value: element [3] is 0.41666667, expected 0.5 (absolute error 8.3e-02, "
         "relative 1.7e-01, "
         "tolerance 1e-12 + 1e-12*|expected|); 1 of 4 elements differ",
         3},
        {":float[*,2]", CLOSE(0, 0.1), "[[1,2],[3,4]]", "[[1,2],[3.5,4]]", "value",
         "returned value: element [1][0] is 3.5, expected 3 (absolute error 5.0e-01, relative "
         "1.7e-01, tolerance "
         "0.1 + 0*|expected|); 1 of 4 elements differ",
         2},
        {":float[*]", CLOSE(0, 0.1), "[1,2]", "[1]", "shape", NULL, -1},
        {":float[*][*]", CLOSE(0, 0.1), "[[1],[2]]", "[[1.05],[2.2]]", "value", NULL, 1},
        {"p:float;n:int;q:float", "{\"returns\":{\"p\":" CLOSE(0, 0.1) "}}",
         "{\"p\":1,\"n\":2,\"q\":3}", "{\"p\":1.05,\"n\":2,\"q\":3}", NULL, NULL, 0},
        {"p:float;n:int;q:float", "{\"returns\":{\"p\":" CLOSE(0, 0.1) "}}",
         "{\"p\":1,\"n\":2,\"q\":3}", "{\"p\":1,\"n\":2,\"q\":3.05}", "value", NULL, 0},
    };
    run_cases(cases, ARRAY_LEN(cases));
}

#define T2(rows) "{\"columns\":[\"k\",\"x\"],\"rows\":" rows "}"
#define SX       ":table{k:str,x:float?}"
#define XX       ":table{k:float,x:float}"
#define IX       ":table{k:int?,x:int}"
#define ROWS     "{\"name\":\"rows\",\"columns\":{\"x\":" CLOSE(0, 0.1) "}}"
#define BAG      "{\"name\":\"rows\",\"ordered\":false,\"columns\":{\"x\":" CLOSE(0, 0.1) "}}"
#define BAG2                                                                                  \
    "{\"name\":\"rows\",\"ordered\":false,\"columns\":{\"k\":" CLOSE(0, 1) ",\"x\":" CLOSE(0, \
                                                                                           1) "}}"
#define KEYED "{\"name\":\"rows\",\"ordered_by\":[\"k\"]}"

static void test_rows_ordered(void **state)
{
    (void)state;
    static const struct compare_case cases[] = {
        {SX, "\"rows\"", T2("[[\"a\",1],[\"b\",null]]"), T2("[[\"a\",1],[\"b\",null]]"), NULL, NULL,
         0},
        {SX, "\"rows\"", T2("[]"), T2("[]"), NULL, NULL, 0},
        {SX, ROWS, T2("[[\"a\",1],[\"b\",2]]"), T2("[[\"a\",1.05],[\"b\",2]]"), NULL, NULL, 0},
        {SX, ROWS, T2("[[\"a\",1],[\"b\",2]]"), T2("[[\"a\",1],[\"b\",2.5]]"), "value",
         "returned value: row [1], column x is 2.5, expected 2 (absolute error 5.0e-01, relative "
         "2.5e-01, tolerance "
         "0.1 + 0*|expected|); 1 of 2 rows differ",
         1},
        {SX, ROWS, T2("[[\"a\",1],[\"b\",2]]"), T2("[[\"a\",1],[\"c\",2]]"), "value",
         "returned value: row [1], column k is \"c\", expected \"b\"; 1 of 2 rows differ", 1},
        {SX, ROWS, T2("[[\"a\",1],[\"b\",null]]"), T2("[[\"a\",1],[\"b\",0]]"), "null",
         "returned value: row [1], column x is 0, expected NULL; 1 of 2 rows differ", 1},
        {SX, ROWS, T2("[[\"a\",1],[\"b\",2]]"), T2("[[\"a\",1]]"), "shape",
         "returned value has 1 rows, expected 2", -1},
        {SX, ROWS, T2("[[\"a\",1],[\"b\",2]]"), T2("[[\"b\",2.05],[\"a\",1]]"), "order",
         "returned value: row [0], column k is \"b\", expected \"a\"; 2 of 2 rows differ (the same "
         "rows, but in "
         "another order)",
         0},
        {SX, ROWS, T2("[[\"a\",1],[\"b\",2]]"), T2("[[\"b\",1],[\"a\",2]]"), "value", NULL, 0},
        /* a sort key with ties */
        {IX, KEYED, T2("[[1,5],[1,6],[2,7]]"), T2("[[1,6],[1,5],[2,7]]"), NULL, NULL, 0},
        {IX, KEYED, T2("[[1,5],[1,6],[2,7]]"), T2("[[1,6],[2,7],[1,5]]"), "order", NULL, 1},
        {IX, KEYED, T2("[[1,5],[1,6],[2,7]]"), T2("[[1,5],[1,5],[2,7]]"), "unexpected row",
         "returned value: row [1] (k = 1, x = 5) is not expected, or there too often", 1},
        {":int[*]", "\"rows\"", "[1,2]", "[1,3]", "value",
         "returned value: row [1] is 3, expected 2; 1 of 2 rows "
         "differ",
         1},
    };
    run_cases(cases, ARRAY_LEN(cases));
}

static void test_rows_unordered(void **state)
{
    (void)state;
    static const struct compare_case cases[] = {
        /* no close column: sizes of groups */
        {SX, BAG, T2("[]"), T2("[]"), NULL, NULL, 0},
        {":int[*]", "{\"name\":\"rows\",\"ordered\":false}", "[3,1,2,1]", "[1,1,2,3]", NULL, NULL,
         0},
        {":int[*]", "{\"name\":\"rows\",\"ordered\":false}", "[3,1,2,1]", "[1,2,2,3]",
         "missing row", "returned value: expected row (1) is missing, or there too seldom", 3},
        {":int[*]", "{\"name\":\"rows\",\"ordered\":false}", "[3,2,2]", "[1,2,3]", "unexpected row",
         "returned value: row [0] (1) is not expected, or there too often", 0},
        {":int[*]", "{\"name\":\"rows\",\"ordered\":false}", "[1]", "[1,1]", "shape", NULL, -1},
        {":str[*]", "{\"name\":\"rows\",\"ordered\":false}", "[\"a\",\"ab\",\"\"]",
         "[\"ab\",\"\",\"a\"]", NULL, NULL, 0},
        {":bool[*]", "{\"name\":\"rows\",\"ordered\":false}", "[true,false]", "[false,true]", NULL,
         NULL, 0},
        {":float[*]", "{\"name\":\"rows\",\"ordered\":false}", "[0.0,\"NaN\",1]",
         "[\"NaN\",1,-0.0]", NULL, NULL, 0},
        {":int?[*]", "{\"name\":\"rows\",\"ordered\":false}", "[null,0]", "[0,null]", NULL, NULL,
         0},
        {":int?[*]", "{\"name\":\"rows\",\"ordered\":false}", "[null,0]", "[0,0]", "missing row",
         NULL, 0},
        {":str?[*]", "{\"name\":\"rows\",\"ordered\":false}", "[null,\"\"]", "[\"\",\"\"]",
         "missing row", NULL, 0},
        {":float?[*]", "{\"name\":\"rows\",\"ordered\":false}", "[null]", "[0]", "missing row",
         NULL, 0},
        /* one: sorted pairs inside each group */
        {SX, BAG, T2("[[\"a\",1],[\"b\",2],[\"a\",3]]"),
         T2("[[\"a\",3.05],[\"a\",0.95],[\"b\",2]]"), NULL, NULL, 0},
        {SX, BAG, T2("[[\"a\",1],[\"a\",3]]"), T2("[[\"a\",3],[\"a\",1.2]]"), "value",
         "returned value: row [1] (k = \"a\", x = 1.2), column x is 1.2, expected 1 (absolute "
         "error 2.0e-01, relative "
         "2.0e-01, tolerance 0.1 + 0*|expected|)",
         0},
        {SX, BAG, T2("[[\"a\",null],[\"a\",3]]"), T2("[[\"a\",3],[\"a\",null]]"), NULL, NULL, 0},
        {SX, BAG, T2("[[\"a\",null],[\"a\",3]]"), T2("[[\"a\",3],[\"a\",3]]"), "null", NULL, 0},
        {":float[*]", "{\"name\":\"rows\",\"ordered\":false,\"cell\":" CLOSE(0, 0.1) "}",
         "[\"NaN\",\"-Infinity\",1,\"Infinity\"]", "[\"Infinity\",1.05,\"NaN\",\"-Infinity\"]",
         NULL, NULL, 0},
        {":float[*]", "{\"name\":\"rows\",\"ordered\":false,\"cell\":" CLOSE(0, 0.1) "}",
         "[1,1.15]", "[1.08,1.08]", NULL, NULL, 0},
        {":float[*]", "{\"name\":\"rows\",\"ordered\":false,\"cell\":" CLOSE(0, 0.1) "}", "[1,1.3]",
         "[1.05,1.05]", "value", NULL, 1},
        /* two: the sorted pairing fails (0.0 with 0.5 first, but x does not), another succeeds */
        {XX, BAG2, T2("[[0,10],[0.5,0]]"), T2("[[0.1,0],[0.2,10]]"), NULL, NULL, 0},
        {XX, BAG2, T2("[[0,10],[0.5,0]]"), T2("[[0.1,0],[0.2,12]]"), "missing row",
         "returned value: expected row (k = 0, x = 10) is missing, or there too seldom", 0},
        /* a chain that needs augmenting: 0 could take both, 2 only the one that 0 takes first */
        {XX, BAG2, T2("[[0,0],[1.5,0],[2.5,0]]"), T2("[[0.9,0.5],[2,0],[3,-0.5]]"), NULL, NULL, 0},
        {XX, BAG2, T2("[[0,5],[0,0],[0,2]]"), T2("[[0.1,1],[0.2,4.5],[0.3,0.5]]"), NULL, NULL, 0},
        {XX, BAG2, T2("[[0,5],[0,0],[0,0]]"), T2("[[0.1,1.5],[0.2,4.5],[0.3,0.5]]"), "missing row",
         NULL, 2},
        {XX, BAG2, T2("[[0,0]]"), T2("[[0,3]]"), "value",
         "returned value: row [0] (k = 0, x = 3), column x is 3, expected 0 (absolute error "
         "3.0e+00, tolerance 1 + "
         "0*|expected|)",
         0},
    };
    run_cases(cases, ARRAY_LEN(cases));
}

/* Matching against brute force over all pairings, on small random groups. */
static bool pairing_exists(const double *e, const double *g, size_t n, unsigned used, size_t i)
{
    if (i == n)
        return true;
    for (size_t j = 0; j < n; j++) {
        bool agree = fabs(e[2 * i] - g[2 * j]) <= 1 && fabs(e[2 * i + 1] - g[2 * j + 1]) <= 1;
        if (agree && !(used >> j & 1) && pairing_exists(e, g, n, used | 1u << j, i + 1))
            return true;
    }
    return false;
}

static void test_matching_agrees_with_brute_force(void **state)
{
    (void)state;
    uint64_t random = 88172645463325252u;
    static const struct cell_rule rules[2] = {{.atol = 1}, {.atol = 1}};
    int n_paired = 0, n_not = 0;
    for (int round = 0; round < 4000; round++) {
        enum { N = 6 };
        double e[2 * N], g[2 * N], e_columns[2][N], g_columns[2][N];
        for (int i = 0; i < 2 * N; i++) {
            random ^= random << 13, random ^= random >> 7, random ^= random << 17;
            e[i] = (double)(random % 5);
            g[i] = (double)(random / 64 % 5);
            e_columns[i % 2][i / 2] = e[i];
            g_columns[i % 2][i / 2] = g[i];
        }
        struct value e_values[2], g_values[2];
        for (int c = 0; c < 2; c++) {
            e_values[c] = (struct value){.kind = KIND_ARRAY,
                                         .elem = ELEM_FLOAT,
                                         .rank = 1,
                                         .dims = {N},
                                         .n = N,
                                         .data = e_columns[c]};
            g_values[c] = e_values[c];
            g_values[c].data = g_columns[c];
        }
        const struct rows_view expected = {e_values, 2, N}, got = {g_values, 2, N};
        struct match_result result;
        assert_int_equal(rows_match(rules, &expected, &got, &result, NULL), 0);
        bool exists = pairing_exists(e, g, N, 0, 0);
        assert_int_equal(result.match == MATCH_ALL, exists);
        n_paired += exists;
        n_not += !exists;
    }
    assert_true(n_paired > 200 && n_not > 200);
}

/* The limit of a group holds for what is expected, whatever was got. */
static void test_group_of_two_close_columns_is_bounded(void **state)
{
    (void)state;
    static double zeros[MATCH_GROUP_MAX + 1];
    static const struct cell_rule rules[2] = {{.atol = 1}, {.atol = 1}};
    struct value columns[2];
    for (int64_t n = MATCH_GROUP_MAX; n <= MATCH_GROUP_MAX + 1; n++) {
        for (int c = 0; c < 2; c++)
            columns[c] = (struct value){.kind = KIND_ARRAY,
                                        .elem = ELEM_FLOAT,
                                        .rank = 1,
                                        .dims = {n},
                                        .n = n,
                                        .data = zeros};
        const struct rows_view view = {columns, 2, n};
        struct match_result result;
        struct error err = ERROR_INIT;
        int r = rows_match(rules, &view, &view, &result, &err);
        assert_int_equal(r, n > MATCH_GROUP_MAX ? -EINVAL : 0);
        struct cell_rule one_close[2] = {{.exact = true}, {.atol = 1}};
        assert_int_equal(rows_match(one_close, &view, &view, &result, NULL), 0);
    }
}

static void run_hint(const struct compare_case *c)
{
    struct comparison result;
    size_t n = strlen(c->message);
    compare_scaled_json(c->returns, c->comparator, 1, c->expected, c->got, &result);
    size_t length = strlen(result.message);
    if (result.equal || strcmp(result.kind, c->kind) != 0 || length < n ||
        strcmp(result.message + length - n, c->message) != 0)
        fail_msg("%s against %s: kind '%s', '%s'", c->got, c->expected, result.kind,
                 result.message);
}

/* What a wrong array has in common with the right one is said, and of "order" and "sign" to everybody. */
static void test_hints(void **state)
{
    (void)state;
    static const struct compare_case cases[] = {
        {":float[n]", CLOSE(1e-9, 0), "[1.0, -2.0, 3.0]", "[-1.0, -2.0, 3.0]", "sign",
         "equal up to sign", 0},
        {":int[n]", EXACT, "[3, 1, 2]", "[1, 2, 3]", "order", "equal up to order", 0},
        {":int[n]", EXACT, "[9007199254740993, 5]", "[9007199254740992, 5]", "value",
         "1 of 2 elements differ", 0}, /* one float, and not of one absolute value */
        {":int[n]", EXACT, "[9007199254740993, 5]", "[5, 9007199254740993]", "order",
         "equal up to order", 0},
        {":int[n]", EXACT, "[9007199254740993, 5]", "[5, 9007199254740992]", "value",
         "2 of 2 elements differ", 0},
        {":int[n]", EXACT, "[3, 1, 2]", "[4, 2, 3]", "value", "off by 1 everywhere", 0},
        {":int[n]", EXACT, "[3, 1, 2]", "[2, 0, 1]", "value", "off by -1 everywhere", 0},
        {":float[n]", CLOSE(1e-9, 0), "[1.0, 4.0, 3.0]", "[0.5, 2.0, 1.5]", "value",
         "0.5 times what is expected", 0},
        {":int[n]", EXACT, "[3, 3, 0]", "[-1, -1, 0]", "value", "2 of 3 elements differ", 1},
        {":int[n]", EXACT, "[3, -3, 3]", "[6, -6, 6]", "value", "2 times what is expected", 0},
        {":float[n,d]", CLOSE(1e-9, 0), "[[1.0, 2.0], [3.0, 4.0]]", "[[1.0, 3.0], [2.0, 4.0]]",
         "order", "equal up to order", 0},
        {":float[n]", EXACT, "[1.0, 2.0]", "[1.0, 2.5]", "value", "1 of 2 elements differ", 1},
        {":float[n]", EXACT, "[1.0, \"NaN\"]", "[\"NaN\", 1.0]", "value", "2 of 2 elements differ",
         0},
        {":str[n]", EXACT, "[\"a\", \"b\"]", "[\"b\", \"a\"]", "value", "2 of 2 elements differ",
         0},
        {":int?[n]", EXACT, "[1, null]", "[null, 1]", "null", "2 of 2 elements differ", 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        run_hint(&cases[i]);
}

static void test_scaled_tolerance(void **state)
{
    (void)state;
    static const struct {
        const char *returns, *comparator, *expected, *got;
        double factor;
        bool equal;
    } cases[] = {
        {":float", CLOSE(0, 0.1), "1", "1.05", 1, true},
        {":float", CLOSE(0, 0.1), "1", "1.05", 0.1, false},
        {":float", CLOSE(0, 0.1), "1", "1.005", 0.1, true},
        {":float", CLOSE(0.1, 0), "1", "1.05", 0.1, false},
        {":float", CLOSE(0, 0.1), "1", "1.15", 2, true},
        {":float", EXACT, "1", "1", 0.1, true},
        {":table{x:float}", EXACT, "{\"columns\":[\"x\"],\"rows\":[[1]]}",
         "{\"columns\":[\"x\"],\"rows\":[[1]]}", 0.1, true},
        {SX, ROWS, T2("[[\"a\",1]]"), T2("[[\"a\",1.05]]"), 1, true},
        {SX, ROWS, T2("[[\"a\",1]]"), T2("[[\"a\",1.05]]"), 0.1, false},
        {SX, BAG, T2("[[\"a\",1]]"), T2("[[\"a\",1.005]]"), 0.1, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct comparison result;
        compare_scaled_json(cases[i].returns, cases[i].comparator, cases[i].factor,
                            cases[i].expected, cases[i].got, &result);
        if (result.equal != cases[i].equal)
            fail_msg("case %zu: %s", i, result.message);
    }
    struct signature signature;
    make_signature(":float", &signature);
    json_t *json = parse(CLOSE(0.2, 0));
    struct comparator *comparator, *scaled;
    assert_int_equal(comparator_new(json, &signature, &comparator, NULL), 0);
    assert_int_equal(comparator_scaled(comparator, 10, &scaled, NULL), -EINVAL);
    comparator_free(comparator);
    json_decref(json);
    signature_done(&signature);
}

static void test_comparator_refuses(void **state)
{
    (void)state;
    static const struct {
        const char *returns, *comparator, *says;
    } cases[] = {
        {":int", "\"fuzzy\"",
         "no comparator is called 'fuzzy' (exact, close, rows, ulp, normwise, decimal, relabel, "
         "agreement, sign, scale, orthonormal, threshold, and in \"all\": backward_error, "
         "subspace, product, statistical)"},
        {":int", "3", "a comparator is a name"},
        {":int", "{}", "a comparator is a name"},
        {":int", "{\"name\":3}", "a comparator is a name"},
        {":int", "{\"name\":\"exact\",\"rtol\":1}", "comparator 'exact' has no key 'rtol'"},
        {":int", "\"close\"", "for float, not for int"},
        {":str", "\"close\"", "for float, not for str"},
        {":table{a:float}", "\"close\"", "a table takes"},
        {":float", "{\"name\":\"close\",\"rtol\":0.1}", "'atol' must be a number (give both"},
        {":float", "{\"name\":\"close\",\"atol\":0.1}", "'rtol' must be a number (give both"},
        {":float", "{\"name\":\"close\",\"atol\":\"1\",\"rtol\":0}", "'atol' must be a number"},
        {":float", CLOSE(1, 0), "'rtol' is 1; at least 0 and below 1"},
        {":float", CLOSE(-0.1, 0), "'rtol' is -0.1"},
        {":float", CLOSE(0, -1), "'atol' is -1"},
        {":float", "{\"name\":\"close\",\"rtol\":0,\"atol\":0,\"x\":1}", "no key 'x'"},
        {":int[*,*]", "\"rows\"", "tables and arrays of one dimension"},
        {":int", "\"rows\"", "tables and arrays of one dimension"},
        {":int[*]", "{\"name\":\"rows\",\"columns\":{}}", "no key 'columns'"},
        {":int[*]", "{\"name\":\"rows\",\"cell\":\"close\"}", "for float"},
        {":table{a:int}", "{\"name\":\"rows\",\"ordered\":1}", "true or false"},
        {":table{a:int}", "{\"name\":\"rows\",\"cell\":\"exact\"}", "no key 'cell'"},
        {":table{a:int}", "{\"name\":\"rows\",\"columns\":[]}", "an object by name"},
        {":table{a:int}", "{\"name\":\"rows\",\"columns\":{\"b\":\"exact\"}}",
         "no column is called 'b'"},
        {":table{a:int}", "{\"name\":\"rows\",\"columns\":{\"a\":\"close\"}}",
         "column 'a': comparator 'close' is for"},
        {":table{a:int}", "{\"name\":\"rows\",\"columns\":{\"a\":\"rows\"}}",
         "no comparator of elements"},
        {":table{a:int}", "{\"name\":\"rows\",\"ordered_by\":[]}", "list of columns"},
        {":table{a:int}", "{\"name\":\"rows\",\"ordered_by\":[1]}", "list of columns"},
        {":table{a:int}", "{\"name\":\"rows\",\"ordered_by\":[\"b\"]}", "no column is called 'b'"},
        {":table{a:int}", "{\"name\":\"rows\",\"ordered_by\":[\"a\"],\"ordered\":true}", "either"},
        {"p:float;q:float", "{\"returns\":{\"r\":\"close\"}}", "no return is called 'r'"},
        {"p:float;q:float", "{\"returns\":{\"p\":\"close\"},\"name\":\"exact\"}",
         "beside \"returns\" stands"},
        {"p:float;q:float", "{\"returns\":[]}", "an object by name"},
        {"p:float;q:int", "\"close\"", "return 'q': comparator 'close' is for float, not for int"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct signature signature;
        make_signature(cases[i].returns, &signature);
        json_t *json = parse(cases[i].comparator);
        struct comparator *comparator = NULL;
        struct error err = ERROR_INIT;
        int r = comparator_new(json, &signature, &comparator, &err);
        if (r != -EINVAL || !strstr(err.text, cases[i].says))
            fail_msg("%s: %d '%s'", cases[i].comparator, r, err.text);
        assert_null(comparator);
        json_decref(json);
        signature_done(&signature);
    }
}

/* A row too long for its message is cut between two characters, wherever they begin. */
static void test_cut_rows_stay_text(void **state)
{
    (void)state;
    for (int shift = 0; shift < 4; shift++) {
        char expected[400], got[400], plain[600];
        struct comparison result;
        static const char row[] =
            "{\"columns\":[\"s\",\"t\",\"x\"],\"rows\":[[\"%.*s\",\"%s\",%d]]}";
        static const char smileys[] =
            "\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600"
            "\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600"
            "\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600";
        snprintf(expected, sizeof expected, row, 40 + shift,
                 "a long name of some forty bytes, and then more", smileys, 1);
        snprintf(got, sizeof got, row, 40 + shift, "a long name of some forty bytes, and then more",
                 smileys, 2);
        compare_scaled_json(":table{s:str,t:str,x:float}",
                            "{\"name\":\"rows\",\"ordered\":false,\"columns\":{\"x\":\"close\"}}",
                            1, expected, got, &result);
        assert_string_equal(result.kind, "value");
        assert_non_null(strstr(result.message, "...), column x is 2, expected 1"));
        escape_text(result.message, strlen(result.message), plain, sizeof plain);
        assert_string_equal(plain, result.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_close),
        cmocka_unit_test(test_rows_ordered),
        cmocka_unit_test(test_rows_unordered),
        cmocka_unit_test(test_matching_agrees_with_brute_force),
        cmocka_unit_test(test_group_of_two_close_columns_is_bounded),
        cmocka_unit_test(test_cut_rows_stay_text),
        cmocka_unit_test(test_hints),
        cmocka_unit_test(test_scaled_tolerance),
        cmocka_unit_test(test_comparator_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
