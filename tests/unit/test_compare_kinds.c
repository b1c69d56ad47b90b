/* The comparators beyond exact, close and rows: acceptance, near misses, and what each claims to be free under. */
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
#include "judge/compare_labels.h"
#include "judge/value_json.h"
#include "sandbox/util.h"
#include "tests/unit/fields.h"

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

static void load(const struct field *fields, size_t n, const char *text, enum frame_kind kind,
                 struct dims *dims, struct loaded *ret)
{
    json_t *json = parse(text);
    size_t size;
    struct error err = ERROR_INIT;
    if (values_from_json(fields, n, json, kind, -1, &ret->bytes, &size, NULL, 0, &err) < 0)
        fail_msg("%s: %s", text, err.text);
    assert_int_equal(frame_parse(ret->bytes, size, &ret->frame, NULL), 0);
    if (values_check(fields, n, ret->frame.values, ret->frame.n_values, dims, "value", &err) < 0)
        fail_msg("%s: %s", text, err.text);
    values_resolve(fields, ret->frame.values, ret->frame.n_values, dims);
    json_decref(json);
}

static void unload(struct loaded *loaded)
{
    frame_done(&loaded->frame);
    free(loaded->bytes);
}

struct kase {
    const char *args, *returns, *comparator;
    const char *input, *expected, *got;
    const char *kind; /* NULL = equal */
};

static int try_case(const struct kase *c, double factor, struct comparison *ret)
{
    struct signature signature = {.entry = "f"};
    signature.n_args = make_fields(c->args, &signature.args);
    signature.n_returns = make_fields(c->returns, &signature.returns);
    json_t *json = parse(c->comparator);
    struct comparator *comparator = NULL, *scaled = NULL;
    struct error err = ERROR_INIT;
    if (comparator_new(json, &signature, &comparator, &err) < 0)
        fail_msg("%s: %s", c->comparator, err.text);
    json_decref(json);
    assert_int_equal(comparator_scaled(comparator, factor, &scaled, NULL), 0);
    struct loaded a, e, g;
    struct dims dims = {0};
    load(signature.args, signature.n_args, c->input, FRAME_ARGS, &dims, &a);
    struct dims of_expected = dims, of_got = dims;
    load(signature.returns, signature.n_returns, c->expected, FRAME_RESULT, &of_expected, &e);
    load(signature.returns, signature.n_returns, c->got, FRAME_RESULT, &of_got, &g);
    int r = compare_values(scaled, &signature, &a.frame, &e.frame, &g.frame, ret, &err);
    unload(&a);
    unload(&e);
    unload(&g);
    comparator_free(comparator);
    comparator_free(scaled);
    signature_done(&signature);
    return r;
}

static void compare_case(const struct kase *c, double factor, struct comparison *ret)
{
    assert_int_equal(try_case(c, factor, ret), 0);
}

static void run_cases(const struct kase *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct kase *c = &cases[i];
        struct comparison result;
        compare_case(c, 1, &result);
        if (result.equal != !c->kind || (c->kind && strcmp(result.kind, c->kind) != 0))
            fail_msg("%s: %s against %s: equal %d, kind '%s', '%s'", c->comparator, c->got,
                     c->expected, result.equal, result.kind, result.message);
        if (c->kind && (!result.message[0] || strncmp(result.message, "returned", 8) != 0))
            fail_msg("%s: message '%s'", c->comparator, result.message);
    }
}

#define PLAIN(type, comparator, expected, got, kind)        \
    {                                                       \
        "", ":" type, comparator, "{}", expected, got, kind \
    }

static void test_ulp(void **state)
{
    (void)state;
    static const struct kase cases[] = {
        PLAIN("float", "\"ulp\"", "0.1", "0.1", NULL),
        PLAIN("float", "\"ulp\"", "0.1", "0.10000000000000002", "value"),
        PLAIN("float", "{\"name\": \"ulp\", \"k\": 1}", "0.1", "0.10000000000000002", NULL),
        PLAIN("float", "{\"name\": \"ulp\", \"k\": 1}", "0.1", "0.10000000000000003", "value"),
        PLAIN("float", "\"ulp\"", "0.0", "-0.0", NULL),
        PLAIN("float", "{\"name\": \"ulp\", \"k\": 2}", "5e-324", "-5e-324", NULL),
        PLAIN("float", "{\"name\": \"ulp\", \"k\": 1}", "5e-324", "-5e-324", "value"),
        PLAIN("float", "{\"name\": \"ulp\", \"k\": 4503599627370496}", "\"NaN\"", "1.0", "value"),
        PLAIN("float", "\"ulp\"", "\"NaN\"", "\"NaN\"", NULL),
        PLAIN("float", "{\"name\": \"ulp\", \"k\": 9}", "1.7976931348623157e308", "\"Infinity\"",
              "value"),
        PLAIN("float", "{\"name\": \"ulp\", \"k\": 9}", "\"Infinity\"", "\"-Infinity\"", "value"),
        PLAIN("float[*]", "\"ulp\"", "[1.0, 2.0]", "[1.0]", "shape"),
        /* further apart than a float says: no reason to speak of signs */
        PLAIN("float[*]", "\"ulp\"", "[1.7976931348623157e308, 5.0]",
              "[-1.7976931348623157e308, 7.0]", "value"),
        PLAIN("float[*][*]", "\"ulp\"", "[[1.0], [2.0]]", "[[1.0, 2.0], []]", "shape"),
        PLAIN("float?[*]", "\"ulp\"", "[null, 2.0]", "[null, 2.0]", NULL),
        PLAIN("float?[*]", "\"ulp\"", "[null, 2.0]", "[2.0, 2.0]", "null"),
    };
    run_cases(cases, ARRAY_LEN(cases));
}

static void test_normwise(void **state)
{
    (void)state;
    static const struct kase cases[] = {
        PLAIN("float[*]", "{\"name\": \"normwise\", \"rtol\": 1e-6}", "[1e6, 1.0]", "[1e6, 1.5]",
              NULL),
        PLAIN("float[*]", "{\"name\": \"normwise\", \"rtol\": 1e-7}", "[1e6, 1.0]", "[1e6, 1.5]",
              "value"),
        PLAIN("float[*]", "\"normwise\"", "[1e300, 1e300]", "[1e300, 1e300]", NULL),
        PLAIN("float[*]", "\"normwise\"", "[1.0]", "[\"NaN\"]", "not finite"),
        PLAIN("float[*]", "\"normwise\"", "[0.0]", "[1e-300]", "value"),
        PLAIN("float[*]", "{\"name\": \"normwise\", \"atol\": 1e-9}", "[0.0]", "[1e-10]", NULL),
        PLAIN("float[*]", "\"normwise\"", "[]", "[]", NULL),
    };
    run_cases(cases, ARRAY_LEN(cases));
}

static void test_decimal(void **state)
{
    (void)state;
    static const struct kase cases[] = {
        PLAIN("str", "\"decimal\"", "\"1.50\"", "\"1.5\"", NULL),
        PLAIN("str", "\"decimal\"", "\"1.5\"", "\"15e-1\"", NULL),
        PLAIN("str", "\"decimal\"", "\"1.5\"", "\"+0001.5000E+0\"", NULL),
        PLAIN("str", "\"decimal\"", "\"0\"", "\"-0.00e7\"", NULL),
        PLAIN("str", "\"decimal\"", "\"1.5\"", "\"-1.5\"", "value"),
        PLAIN("str", "\"decimal\"", "\"0.1\"", "\"0.1000000000000000055511151231257827\"", "value"),
        PLAIN("str", "\"decimal\"", "\"1\"", "\"1 \"", "not a decimal"),
        PLAIN("str", "\"decimal\"", "\"1\"", "\"\"", "not a decimal"),
        PLAIN("str", "\"decimal\"", "\"1\"", "\".\"", "not a decimal"),
        PLAIN("str", "\"decimal\"", "\"1\"", "\"1e\"", "not a decimal"),
        PLAIN("str", "\"decimal\"", "\"1\"", "\"1e9999999999999999999999\"", "not a decimal"),
        PLAIN("str", "\"decimal\"", "\"1\"", "\"0x1\"", "not a decimal"),
        PLAIN("str", "\"decimal\"", "\"1\"", "\"nan\"", "not a decimal"),
        PLAIN("str", "\"decimal\"", "\".5\"", "\"0.5\"", NULL),
        PLAIN("str", "\"decimal\"", "\"5.\"", "\"5\"", NULL),
        PLAIN("str?[*]", "\"decimal\"", "[null, \"2.0\"]", "[null, \"2\"]", NULL),
        PLAIN("str?[*]", "\"decimal\"", "[null, \"2.0\"]", "[\"0\", \"2\"]", "null"),
    };
    run_cases(cases, ARRAY_LEN(cases));
}

static void test_relabel(void **state)
{
    (void)state;
    static const struct kase cases[] = {
        PLAIN("int[*]", "\"relabel\"", "[0, 0, 1, 2, 1]", "[7, 7, -3, 0, -3]", NULL),
        PLAIN("int[*]", "\"relabel\"", "[0, 0, 1, 2, 1]", "[7, 7, 3, 3, 3]", "grouping"),
        PLAIN("int[*]", "\"relabel\"", "[0, 0, 1]", "[1, 2, 0]", "grouping"),
        PLAIN("int[*]", "{\"name\": \"relabel\", \"reserved\": [-1]}", "[-1, 5, 5]", "[-1, 0, 0]",
              NULL),
        PLAIN("int[*]", "{\"name\": \"relabel\", \"reserved\": [-1]}", "[-1, 5, 5]", "[0, -1, -1]",
              "value"),
        PLAIN("int[*]", "{\"name\": \"relabel\", \"reserved\": [-1]}", "[4, 5, 5]", "[-1, 1, 1]",
              "value"),
        PLAIN("int[*]", "\"relabel\"", "[]", "[]", NULL),
        PLAIN("int[*]", "\"relabel\"", "[1]", "[1, 1]", "shape"),
        PLAIN("int[*]", "\"relabel\"", "[9223372036854775807, -9223372036854775808]", "[0, 1]",
              NULL),
    };
    run_cases(cases, ARRAY_LEN(cases));
}

static void test_agreement(void **state)
{
    (void)state;
    static const struct kase cases[] = {
        PLAIN("int[*]", "{\"name\": \"agreement\", \"at_least\": 0.75}", "[0,0,1,1]", "[5,5,5,6]",
              NULL),
        PLAIN("int[*]", "{\"name\": \"agreement\", \"at_least\": 0.76}", "[0,0,1,1]", "[5,5,5,6]",
              "grouping"),
        PLAIN("int[*]", "{\"name\": \"agreement\", \"at_least\": 1}", "[0,1,2]", "[2,0,1]", NULL),
        PLAIN("int[*]", "{\"name\": \"agreement\", \"measure\": \"ari\", \"at_least\": 1}",
              "[0,0,1,1]", "[3,3,2,2]", NULL),
        /* ARI of these is 0.5714285714 (sklearn.metrics.adjusted_rand_score's example: [0,0,1,2], [0,0,1,1]). */
        PLAIN("int[*]", "{\"name\": \"agreement\", \"measure\": \"ari\", \"at_least\": 0.5714}",
              "[0,0,1,2]", "[0,0,1,1]", NULL),
        PLAIN("int[*]", "{\"name\": \"agreement\", \"measure\": \"ari\", \"at_least\": 0.5715}",
              "[0,0,1,2]", "[0,0,1,1]", "grouping"),
        PLAIN("int[*]", "{\"name\": \"agreement\", \"measure\": \"ari\", \"at_least\": 1}", "[1]",
              "[2]", NULL),
        PLAIN("int[*]", "{\"name\": \"agreement\", \"at_least\": 1}", "[]", "[]", NULL),
    };
    run_cases(cases, ARRAY_LEN(cases));
}

static void test_assignment_is_the_best_of_all(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int round = 0; round < 200; round++) {
        int64_t table[16], best = -1;
        for (int i = 0; i < 16; i++) {
            seed = seed * 1664525 + 1013904223;
            table[i] = seed >> 28;
        }
        for (int p = 0; p < 256;
             p++) { /* every map of 4 rows to columns; the permutations among them */
            int a = p & 3, b = p >> 2 & 3, c = p >> 4 & 3, d = p >> 6;
            if (a == b || a == c || a == d || b == c || b == d || c == d)
                continue;
            int64_t sum = table[a] + table[4 + b] + table[8 + c] + table[12 + d];
            best = sum > best ? sum : best;
        }
        assert_int_equal(labels_best_assignment(table, 4), best);
    }
}

static void test_sign_and_scale(void **state)
{
    (void)state;
    static const struct kase cases[] = {
        PLAIN("float[*]", "\"sign\"", "[0.6, 0.8]", "[-0.6, -0.8]", NULL),
        PLAIN("float[*]", "\"sign\"", "[0.6, 0.8]", "[-0.6, 0.8]", "value"),
        PLAIN("float[*,2]", "\"sign\"", "[[1.0, 0.0], [0.6, 0.8]]", "[[-1.0, 0.0], [0.6, 0.8]]",
              NULL),
        PLAIN("float[*,2]", "{\"name\": \"sign\", \"axis\": \"all\"}", "[[1.0, 0.0], [0.6, 0.8]]",
              "[[-1.0, 0.0], [0.6, 0.8]]", "value"),
        PLAIN("float[*,2]", "{\"name\": \"sign\", \"axis\": \"columns\"}",
              "[[1.0, 2.0], [3.0, 4.0]]", "[[1.0, -2.0], [3.0, -4.0]]", NULL),
        PLAIN("float[*]", "\"sign\"", "[1.0, 0.0]", "[\"NaN\", 0.0]", "not finite"),
        PLAIN("float[*]", "\"scale\"", "[1.0, 2.0]", "[3.0, 6.0]", NULL),
        PLAIN("float[*]", "\"scale\"", "[1.0, 2.0]", "[-3.0, -6.0]", "value"),
        PLAIN("float[*]", "{\"name\": \"scale\", \"positive\": false}", "[1.0, 2.0]",
              "[-3.0, -6.0]", NULL),
        PLAIN("float[*]", "\"scale\"", "[1.0, 2.0]", "[3.0, 6.1]", "value"),
        PLAIN("float[*]", "\"scale\"", "[1.0, 2.0]", "[0.0, 0.0]", "value"),
        PLAIN("float[*]", "\"scale\"", "[0.0, 0.0]", "[0.0, 0.0]", NULL),
        PLAIN("float[*]", "\"scale\"", "[0.0, 0.0]", "[0.0, 1e-9]", "value"),
    };
    run_cases(cases, ARRAY_LEN(cases));
}

static void test_threshold_and_every(void **state)
{
    (void)state;
    static const struct kase cases[] = {
        PLAIN("float", "{\"name\": \"threshold\", \"at_least\": 0.9}", "1.0", "0.9", NULL),
        PLAIN("float", "{\"name\": \"threshold\", \"at_least\": 0.9}", "1.0", "0.8999", "value"),
        PLAIN("float", "{\"name\": \"threshold\", \"at_least\": 0.9}", "1.0", "\"NaN\"",
              "not a number"),
        PLAIN("float", "{\"name\": \"threshold\", \"at_most\": 2}", "1.0", "2.5", "value"),
        PLAIN("float", "{\"every\": [\"close\", {\"name\": \"threshold\", \"at_most\": 2}]}", "1.0",
              "1.0", NULL),
        PLAIN("float", "{\"every\": [\"close\", {\"name\": \"threshold\", \"at_most\": 2}]}", "2.0",
              "2.0000000001", "value"),
    };
    run_cases(cases, ARRAY_LEN(cases));
    static const struct kase banded = PLAIN("float",
                                            "{\"name\": \"threshold\", \"at_least\": 0.5, "
                                            "\"bands\": [{\"at_least\": 0.9, \"credit\": 1}, "
                                            "{\"at_least\": 0.5, \"credit\": 0.25}]}",
                                            "1.0", "0.7", NULL);
    struct comparison result;
    compare_case(&banded, 1, &result);
    assert_true(result.equal);
    assert_true(result.credit == 0.25);
    static const struct kase below = PLAIN("float",
                                           "{\"name\": \"threshold\", \"at_least\": 0.5, "
                                           "\"bands\": [{\"at_least\": 0.9, \"credit\": 1}]}",
                                           "1.0", "0.7", "value");
    run_cases(&below, 1);
}

#define SOLVE "{\"all\": [{\"name\": \"backward_error\", \"matrix\": \"A\", \"rhs\": \"b\"}]}"
#define SYSTEM(A, b, expected, got, kind)                                                        \
    {                                                                                            \
        "A:float[n,n];b:float[n]", ":float[*]", SOLVE, "{\"A\": " A ", \"b\": " b "}", expected, \
            got, kind                                                                            \
    }

static void test_backward_error(void **state)
{
    (void)state;
    static const struct kase cases[] = {
        SYSTEM("[[0.0, 2.0], [3.0, 1.0]]", "[4.0, 5.0]", "[1.0, 2.0]", "[1.0, 2.0]", NULL),
        SYSTEM("[[0.0, 2.0], [3.0, 1.0]]", "[4.0, 5.0]", "[1.0, 2.0]", "[1.0000000000001, 2.0]",
               NULL),
        SYSTEM("[[0.0, 2.0], [3.0, 1.0]]", "[4.0, 5.0]", "[1.0, 2.0]", "[1.000001, 2.0]",
               "residual"),
        /* x[1] is free to 1e-9: the matrix hardly sees it.  The forward error is 10 %, the backward error small. */
        SYSTEM("[[1.0, 0.0], [0.0, 1e-13]]", "[1.0, 1e-13]", "[1.0, 1.0]", "[1.0, 1.1]", NULL),
        SYSTEM("[[1.0]]", "[1.0]", "[1.0]", "[\"NaN\"]", "not finite"),
        SYSTEM("[[1.0]]", "[1.0]", "[1.0]", "[]", "shape"),
        SYSTEM("[[1.0]]", "[1.0]", "[1.0]", "[1.0, 0.0]", "shape"),
        SYSTEM("[[0.0]]", "[1.0]", "[]", "[1.0]", "shape"),
        SYSTEM("[[0.0]]", "[1.0]", "[]", "[]", NULL),
        SYSTEM("[]", "[]", "[]", "[]", NULL),
        SYSTEM("[[2.0]]", "[0.0]", "[0.0]", "[0.0]", NULL),
        SYSTEM("[[2.0]]", "[0.0]", "[0.0]", "[1e-30]", "residual"),
        SYSTEM("[[2.0]]", "[0.0]", "[0.0]", "[1e-301]", NULL),
        SYSTEM("[[1e308]]", "[1e308]", "[1.0]", "[1.0]", NULL),
    };
    run_cases(cases, ARRAY_LEN(cases));
    struct comparison result; /* a tenth of the tolerance */
    static const struct kase near = SYSTEM("[[1.0]]", "[1.0]", "[1.0]", "[1.00000000001]", NULL);
    compare_case(&near, 1, &result);
    assert_true(result.equal);
    compare_case(&near, 0.1, &result);
    assert_false(result.equal);
}

#define PCA(X, k, expected, got, kind)                                                             \
    {                                                                                              \
        "X:float[n,d];k:int", "components:float[k,d];variance:float[k]",                           \
            "{\"all\": [{\"name\": \"subspace\", \"matrix\": \"X\", \"vectors\": \"components\", " \
            "\"values\": "                                                                         \
            "\"variance\"}]}",                                                                     \
            "{\"X\": " X ", \"k\": " k "}", expected, got, kind                                    \
    }

/* What a package must not ask: an answer to it would be accepted whatever it is. */
static void test_not_finite_is_the_packages_fault(void **state)
{
    (void)state;
    static const struct kase cases[] = {
        SYSTEM("[[\"NaN\"]]", "[1.0]", "[1.0]", "[5.0]", NULL),
        SYSTEM("[[\"Infinity\"]]", "[1.0]", "[1.0]", "[0.0]", NULL),
        SYSTEM("[[1.0]]", "[\"NaN\"]", "[1.0]", "[5.0]", NULL),
        PLAIN("float[*]", "\"normwise\"", "[\"Infinity\"]", "[5.0]", NULL),
        PLAIN("float[*]", "\"sign\"", "[\"NaN\"]", "[5.0]", NULL),
        PLAIN("float[*]", "\"scale\"", "[\"Infinity\"]", "[5.0]", NULL),
        {"A:float[n,d]", "Q:float[n,d];R:float[d,d]",
         "{\"all\": [{\"name\": \"product\", \"factors\": [\"Q\", \"R\"], \"matrix\": \"A\"}]}",
         "{\"A\": [[\"Infinity\"]]}", "{\"Q\": [[1.0]], \"R\": [[1.0]]}",
         "{\"Q\": [[2.0]], \"R\": [[1.0]]}", NULL},
        PCA("[[1.0], [2.0]]", "1", "{\"components\": [[1.0]], \"variance\": [\"Infinity\"]}",
            "{\"components\": [[1.0]], \"variance\": [9.0]}", NULL),
        {"A:float[m,n];b:float[k]", ":float[*]", SOLVE, "{\"A\": [[1.0]], \"b\": []}", "[1.0]",
         "[1.0]", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct comparison result;
        assert_int_equal(try_case(&cases[i], 1, &result), -EINVAL);
    }
}

#define CROSS "[[2.0, 0.0], [-2.0, 0.0], [0.0, 1.0], [0.0, -1.0]]"
#define ROUND "[[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]"
#define CROSS_RIGHT                                                                  \
    "{\"components\": [[1.0, 0.0], [0.0, 1.0]], \"variance\": [2.6666666666666665, " \
    "0.6666666666666666]}"

static void test_subspace(void **state)
{
    (void)state;
    static const struct kase cases[] = {
        PCA(CROSS, "2", CROSS_RIGHT, CROSS_RIGHT, NULL),
        PCA(CROSS, "2", CROSS_RIGHT,
            "{\"components\": [[-1.0, 0.0], [0.0, -1.0]], \"variance\": [2.6666666666666665, "
            "0.6666666666666666]}",
            NULL),
        PCA(CROSS, "2", CROSS_RIGHT, /* ascending */
            "{\"components\": [[0.0, 1.0], [1.0, 0.0]], \"variance\": [0.6666666666666666, "
            "2.6666666666666665]}",
            "value"),
        PCA(CROSS, "2", CROSS_RIGHT, /* the vectors alone exchanged */
            "{\"components\": [[0.0, 1.0], [1.0, 0.0]], \"variance\": [2.6666666666666665, "
            "0.6666666666666666]}",
            "not an eigenvector"),
        PCA(CROSS, "2", CROSS_RIGHT, /* 1/n */
            "{\"components\": [[1.0, 0.0], [0.0, 1.0]], \"variance\": [2.0, 0.5]}", "value"),
        PCA(CROSS, "2", CROSS_RIGHT,
            "{\"components\": [[2.0, 0.0], [0.0, 1.0]], \"variance\": [2.6666666666666665, "
            "0.6666666666666666]}",
            "not a unit vector"),
        PCA(CROSS, "2", CROSS_RIGHT,
            "{\"components\": [[1.0, 0.0], [0.6, 0.8]], \"variance\": [2.6666666666666665, "
            "0.6666666666666666]}",
            "not orthogonal"),
        PCA(CROSS, "2", CROSS_RIGHT,
            "{\"components\": [[\"NaN\", 0.0], [0.0, 1.0]], \"variance\": [2.6666666666666665, "
            "0.6666666666666666]}",
            "not finite"),
        /* equal variances: any basis of the plane */
        PCA(ROUND, "2",
            "{\"components\": [[1.0, 0.0], [0.0, 1.0]], \"variance\": [0.6666666666666666, "
            "0.6666666666666666]}",
            "{\"components\": [[0.6, 0.8], [0.8, -0.6]], \"variance\": [0.6666666666666666, "
            "0.6666666666666666]}",
            NULL),
        /* expected values in another order: tolerances are those of the largest all the same */
        PCA(CROSS, "2",
            "{\"components\": [[0.0, 1.0], [1.0, 0.0]], \"variance\": [0.6666666666666666, "
            "2.6666666666666665]}",
            "{\"components\": [[0.0, 1.0], [1.0, 0.0]], \"variance\": [0.66666668, 2.66666667]}",
            NULL),
        /* constant data: any direction, no variance */
        PCA("[[5.0, 5.0], [5.0, 5.0]]", "1", "{\"components\": [[1.0, 0.0]], \"variance\": [0.0]}",
            "{\"components\": [[0.6, 0.8]], \"variance\": [0.0]}", NULL),
        PCA("[[5.0, 5.0], [5.0, 5.0]]", "1", "{\"components\": [[1.0, 0.0]], \"variance\": [0.0]}",
            "{\"components\": [[0.6, 0.8]], \"variance\": [0.001]}", "value"),
    };
    run_cases(cases, ARRAY_LEN(cases));
}

#define QR                                                                                  \
    "{\"all\": [{\"name\": \"product\", \"factors\": [\"Q\", \"R\"], \"matrix\": \"A\"}], " \
    "\"returns\": "                                                                         \
    "{\"Q\": {\"name\": \"orthonormal\", \"of\": \"columns\"}}}"
#define FACTORS(expected, got, kind)                                                               \
    {                                                                                              \
        "A:float[n,d]", "Q:float[n,d];R:float[d,d]", QR, "{\"A\": [[3.0], [4.0]]}", expected, got, \
            kind                                                                                   \
    }

static void test_product(void **state)
{
    (void)state;
    static const struct kase cases[] = {
        FACTORS("{\"Q\": [[0.6], [0.8]], \"R\": [[5.0]]}",
                "{\"Q\": [[-0.6], [-0.8]], \"R\": [[-5.0]]}", NULL),
        FACTORS("{\"Q\": [[0.6], [0.8]], \"R\": [[5.0]]}",
                "{\"Q\": [[0.6], [0.8]], \"R\": [[-5.0]]}", "product"),
        FACTORS("{\"Q\": [[0.6], [0.8]], \"R\": [[5.0]]}",
                "{\"Q\": [[3.0], [4.0]], \"R\": [[1.0]]}", "not a unit vector"),
        FACTORS("{\"Q\": [[0.6], [0.8]], \"R\": [[5.0]]}",
                "{\"Q\": [[0.6], [\"NaN\"]], \"R\": [[5.0]]}", "not finite"),
        {"A:float[n,d]", "U:float[n,2];S:float[2];V:float[d,2]",
         "{\"all\": [{\"name\": \"product\", \"factors\": [\"U\", \"S\", \"V'\"], \"matrix\": "
         "\"A\"}]}",
         "{\"A\": [[0.0, 2.0], [1.0, 0.0]]}",
         "{\"U\": [[1.0, 0.0], [0.0, 1.0]], \"S\": [2.0, 1.0], \"V\": [[0.0, 1.0], [1.0, 0.0]]}",
         "{\"U\": [[-1.0, 0.0], [0.0, 1.0]], \"S\": [2.0, 1.0], \"V\": [[0.0, 1.0], [-1.0, 0.0]]}",
         NULL},
        /* the same with one sign wrong; a transposed factor that comes first */
        {"A:float[n,d]", "U:float[n,2];S:float[2];V:float[d,2]",
         "{\"all\": [{\"name\": \"product\", \"factors\": [\"U\", \"S\", \"V'\"], \"matrix\": "
         "\"A\"}]}",
         "{\"A\": [[0.0, 2.0], [1.0, 0.0]]}",
         "{\"U\": [[1.0, 0.0], [0.0, 1.0]], \"S\": [2.0, 1.0], \"V\": [[0.0, 1.0], [1.0, 0.0]]}",
         "{\"U\": [[-1.0, 0.0], [0.0, 1.0]], \"S\": [2.0, 1.0], \"V\": [[0.0, 1.0], [1.0, 0.0]]}",
         "product"},
        {"A:float[n,d]", "P:float[2,n];R:float[2,d]",
         "{\"all\": [{\"name\": \"product\", \"factors\": [\"P'\", \"R\"], \"matrix\": \"A\"}]}",
         "{\"A\": [[1.0], [2.0], [3.0]]}",
         "{\"P\": [[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]], \"R\": [[1.0], [0.0]]}",
         "{\"P\": [[2.0, 4.0, 6.0], [0.0, 0.0, 0.0]], \"R\": [[0.5], [7.0]]}", NULL},
    };
    run_cases(cases, ARRAY_LEN(cases));
}

static void refuse(const char *args, const char *returns, const char *text, const char *saying)
{
    struct signature signature = {.entry = "f"};
    signature.n_args = make_fields(args, &signature.args);
    signature.n_returns = make_fields(returns, &signature.returns);
    json_t *json = parse(text);
    struct comparator *comparator = NULL;
    struct error err = ERROR_INIT;
    if (comparator_new(json, &signature, &comparator, &err) != -EINVAL || !strstr(err.text, saying))
        fail_msg("%s: '%s' does not say '%s'", text, err.text, saying);
    json_decref(json);
    signature_done(&signature);
}

static void test_refused(void **state)
{
    (void)state;
    refuse("", ":int", "\"ulp\"", "is for floats");
    refuse("", ":float", "{\"name\": \"ulp\", \"k\": -1}", "\"k\" must be a whole number");
    refuse("", ":float", "{\"name\": \"ulp\", \"K\": 1}", "has no key 'K'");
    refuse("", ":float", "\"decimal\"", "is for strings");
    refuse("", ":float[*]", "\"relabel\"", "is for int[n]");
    refuse("", ":int[*]", "{\"name\": \"relabel\", \"reserved\": [1.5]}", "holds labels");
    refuse("", ":int[*]", "\"agreement\"", "\"at_least\" must be a number");
    refuse("", ":int[*]", "{\"name\": \"agreement\", \"at_least\": 1, \"measure\": \"nmi\"}",
           "must be one of \"accuracy\", \"ari\"");
    refuse("", ":float[*,2]", "{\"name\": \"sign\", \"axis\": \"rwos\"}", "must be one of");
    refuse("", ":float", "{\"name\": \"threshold\"}", "\"at_least\" must be a number");
    refuse("", ":float", "{\"name\": \"threshold\", \"at_least\": 1, \"at_most\": 2}", "either");
    refuse("", ":float", "{\"every\": []}", "\"every\" is a list");
    refuse("", ":float", "{\"all\": []}", "\"all\" is a list");
    refuse("", ":float", "{\"all\": [\"close\"]}", "no comparator is called 'close'");
    refuse("", ":float", "{\"all\": [{\"name\": \"subspace\"}], \"also\": 1}", "beside");
    refuse("A:float[n,n];b:float[n]", ":float[*]",
           "{\"all\": [{\"name\": \"backward_error\", \"matrix\": \"B\", \"rhs\": \"b\"}]}",
           "\"matrix\" is 'B'");
    refuse("A:float[n,n];b:int[n]", ":float[*]",
           "{\"all\": [{\"name\": \"backward_error\", \"matrix\": \"A\", \"rhs\": \"b\"}]}",
           "needs float[n] here, not int[n]");
    refuse("A:float[n,n]", "Q:float[n,n]",
           "{\"all\": [{\"name\": \"product\", \"factors\": [\"X\"], \"matrix\": \"A\"}]}",
           "no return is called 'X'");
}

/* Whatever a comparator says it does not look at may change; what is equal stays so with more tolerance. */
static void test_relabel_is_free_under_permutation(void **state)
{
    (void)state;
    uint32_t seed = 11;
    for (int round = 0; round < 50; round++) {
        char expected[400] = "[", got[400] = "[";
        int64_t names[5];
        for (int i = 0; i < 5; i++)
            names[i] = (i * 7 + round) % 5 * 1000 - 2000;
        for (int i = 0; i < 20; i++) {
            seed = seed * 1664525 + 1013904223;
            unsigned label = (seed >> 24) % 5;
            size_t e = strlen(expected), g = strlen(got);
            snprintf(expected + e, sizeof expected - e, "%s%u", i ? "," : "", label);
            snprintf(got + g, sizeof got - g, "%s%lld", i ? "," : "", (long long)names[label]);
        }
        snprintf(expected + strlen(expected), 2, "]");
        snprintf(got + strlen(got), 2, "]");
        const struct kase cases[] = {
            PLAIN("int[*]", "\"relabel\"", expected, got, NULL),
            PLAIN("int[*]", "{\"name\": \"agreement\", \"at_least\": 1}", expected, got, NULL),
            PLAIN("int[*]", "{\"name\": \"agreement\", \"measure\": \"ari\", \"at_least\": 1}",
                  expected, got, NULL),
        };
        run_cases(cases, ARRAY_LEN(cases));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ulp),
        cmocka_unit_test(test_normwise),
        cmocka_unit_test(test_decimal),
        cmocka_unit_test(test_relabel),
        cmocka_unit_test(test_agreement),
        cmocka_unit_test(test_assignment_is_the_best_of_all),
        cmocka_unit_test(test_sign_and_scale),
        cmocka_unit_test(test_threshold_and_every),
        cmocka_unit_test(test_backward_error),
        cmocka_unit_test(test_not_finite_is_the_packages_fault),
        cmocka_unit_test(test_subspace),
        cmocka_unit_test(test_product),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_relabel_is_free_under_permutation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
