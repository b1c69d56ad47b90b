/* Starters written from a signature: what they say, and that nothing in a signature breaks out of their comments.
 * That they compile and run is shown by tests/e2e/start_cases.py. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/starter.h"
#include "sandbox/util.h"

struct pair {
    const char *name, *type;
};

/* Lists end at a NULL name. */
static struct signature make(const struct pair *args, const struct pair *returns)
{
    static struct field fields[2][16];
    const struct pair *const lists[] = {args, returns};
    size_t counts[2] = {0, 0};
    for (size_t l = 0; l < 2; l++)
        for (const struct pair *pair = lists[l]; pair->name; pair++) {
            struct field *field = &fields[l][counts[l]++];
            struct error err = ERROR_INIT;
            *field = (struct field){0};
            snprintf(field->name, sizeof field->name, "%s", pair->name);
            if (type_parse(pair->type, &field->type, &err) < 0)
                fail_msg("%s: %s", pair->type, err.text);
        }
    struct signature signature = {.entry = "f",
                                  .args = fields[0],
                                  .n_args = counts[0],
                                  .returns = fields[1],
                                  .n_returns = counts[1]};
    struct error err = ERROR_INIT;
    if (signature_check(&signature, &err) < 0)
        fail_msg("%s", err.text);
    return signature;
}

static void done(struct signature *signature)
{
    for (size_t i = 0; i < signature->n_args; i++)
        type_done(&signature->args[i].type);
    for (size_t i = 0; i < signature->n_returns; i++)
        type_done(&signature->returns[i].type);
}

static char *starter(const struct signature *signature, const char *flavour)
{
    struct error err = ERROR_INIT;
    char *text = starter_text(signature, flavour, &err);
    if (!text)
        fail_msg("%s: %s", flavour, err.text);
    return text;
}

static void holds(const char *text, const char *what)
{
    if (!strstr(text, what))
        fail_msg("no \"%s\" in\n%s", what, text);
}

static void test_starter_says_shapes_and_null(void **state)
{
    (void)state;
    const struct pair args[] = {{"x", "float?[n,d]"},
                                {"k", "int"},
                                {"how", "str in {mean,median}"},
                                {"t", "table{city:str,paid:float?}"},
                                {"raw", "csv"},
                                {"r", "int[n][*]"},
                                {NULL, NULL}};
    const struct pair returns[] = {{"labels", "int[n]"}, {"picked", "float?[*,2]"}, {NULL, NULL}};
    struct signature signature = make(args, returns);
    static const struct {
        const char *flavour, *words[8];
    } cases[] = {
        {"python",
         {"float64 array of shape (n, d); NaN is NULL", "how: str in {mean,median}",
          "dict of columns", "the path of the CSV file", "shape (*, 2)", "tuple in this order",
          "import numpy as np", "def f(x, k, how, t, raw, r):"}},
        {"pypure",
         {"list of n lists of d floats; NULL is None", "list of rows, each a dict:",
          "paid             float?: NULL is None", "list of n ints", "raise NotImplementedError"}},
        {"c",
         {"(i, j) is x[i * d + j]", "x_valid has a 0 where an element is NULL",
          "row i is r[r_offsets[i]]", "struct f_t {", "const uint8_t *paid_valid;",
          "double *to = mlj_emit_float(picked, length);", "uint8_t *valid = mlj_valid(picked);",
          "labels[i] = 0;"}},
        {"cpp",
         {"mlj::nullable_array_view<double, 2> x", "struct f_result {",
          "x(i, j) an element: a std::optional", "raw_fd: the CSV file", "return {};"}},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *text = starter(&signature, cases[i].flavour);
        for (size_t w = 0; w < ARRAY_LEN(cases[i].words) && cases[i].words[w]; w++)
            holds(text, cases[i].words[w]);
        free(text);
    }
    done(&signature);
}

static void test_starter_gives_zeros_of_the_right_size(void **state)
{
    (void)state;
    const struct pair args[] = {{"x", "float[n,d]"}, {"k", "int"}, {NULL, NULL}};
    static const struct {
        const char *type, *c, *cpp;
    } cases[] = {
        {"float[k,d]", "i < (size_t)k * d;",
         "mlj::matrix<double>(static_cast<std::size_t>(k), x.size(1))"},
        {"str[n]", "out[i] = (struct str){\"\", 0};", "std::vector<std::string>(x.size(0))"},
        {"int[n,3,d]", "i < n * 3 * d;", "mlj::array<std::int64_t, 3>(x.size(0), 3, x.size(1))"},
        {"bool", "return false;", "return {};"},
        {"int?", "*out = 0;", "return {};"},
        {"float[n][*]", "(void)out;", "std::vector<std::vector<double>>(x.size(0))"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct pair returns[] = {{"", cases[i].type}, {NULL, NULL}};
        struct signature signature = make(args, returns);
        char *c = starter(&signature, "c"), *cpp = starter(&signature, "cpp");
        holds(c, cases[i].c);
        holds(cpp, cases[i].cpp);
        free(c);
        free(cpp);
        done(&signature);
    }
}

static void test_starter_comments_cannot_be_left(void **state)
{
    (void)state;
    const struct pair args[] = {{"s", "str in {\"*/ int x = 1; /*\", \"two\nlines\"}"},
                                {NULL, NULL}};
    const struct pair returns[] = {{"", "int"}, {NULL, NULL}};
    struct signature signature = make(args, returns);
    char *c = starter(&signature, "c"), *python = starter(&signature, "pypure");
    assert_null(strstr(c, "*/ int"));
    holds(c, "?/ int");
    holds(python, "two\\nlines");
    free(c);
    free(python);
    done(&signature);
}

static void test_starter_of_an_unknown_flavour_is_refused(void **state)
{
    (void)state;
    const struct pair none[] = {{NULL, NULL}};
    const struct pair returns[] = {{"", "int"}, {NULL, NULL}};
    struct signature signature = make(none, returns);
    struct error err = ERROR_INIT;
    assert_null(starter_text(&signature, "cobol", &err));
    assert_int_equal(err.code, -ENOTSUP);
    char *c = starter(&signature, "c");
    holds(c, "int64_t f(void)");
    free(c);
    done(&signature);
}

static void test_starter_of_sql_selects_the_columns(void **state)
{
    (void)state;
    const struct pair args[] = {
        {"t", "table{city:str?,n:int}"}, {"raw", "csv"}, {"least", "float?"}, {NULL, NULL}};
    const struct pair returns[] = {{"", "table{city:str,mean:float?}"}, {NULL, NULL}};
    struct signature signature = make(args, returns);
    char *sql = starter(&signature, "sql");
    holds(sql, "city             str?: TEXT, or NULL");
    holds(sql, "-- raw: a table, the CSV file");
    holds(sql, "-- :least: float?, REAL, or NULL");
    holds(sql, "SELECT '' AS \"city\",\n       NULL AS \"mean\"\nWHERE 0;\n");
    free(sql);
    done(&signature);
}

static void test_starter_of_a_class_has_every_method(void **state)
{
    (void)state;
    struct field size = {.name = "size", .type = {.kind = KIND_SCALAR, .elem = ELEM_INT}};
    struct field x = {.name = "x", .type = {.kind = KIND_SCALAR, .elem = ELEM_FLOAT}};
    struct field result = {.name = "", .type = {.kind = KIND_SCALAR, .elem = ELEM_FLOAT}};
    struct method methods[] = {
        {.name = "__init__", .args = &size, .n_args = 1},
        {.name = "push", .args = &x, .n_args = 1},
        {.name = "mean", .has_result = true, .result = result},
    };
    const struct signature signature = {.entry = "Window", .methods = methods, .n_methods = 3};
    char *python = starter(&signature, "python"), *c = starter(&signature, "c"),
         *cpp = starter(&signature, "cpp");
    holds(python, "class Window:\n    def __init__(self, size):\n        pass\n");
    holds(python, "    def mean(self):\n        raise NotImplementedError(\"mean\")\n");
    holds(c, "struct Window *Window_create(int64_t size)\n{\n    return calloc(1, sizeof(struct "
             "Window));");
    holds(c, "double Window_mean(struct Window *self)\n{\n    (void)self;\n    return 0.0;\n}\n");
    holds(c, "    free(self);\n");
    holds(cpp, "// push\n//     x: float\n");
    holds(cpp, "    void push(double x) {}\n    double mean() { return {}; }\n};\n");
    struct error err = ERROR_INIT;
    assert_null(starter_text(&signature, "sql", &err));
    assert_int_equal(err.code, -ENOTSUP);
    free(python);
    free(c);
    free(cpp);
}

static void test_starter_keeps_tails_of_reserved_names(void **state)
{
    (void)state;
    const struct pair args[] = {{"linux", "float[unix]"}, {NULL, NULL}};
    const struct pair returns[] = {{"", "float[unix]"}, {NULL, NULL}};
    struct signature signature = make(args, returns);
    char *c = starter(&signature, "c"), *cpp = starter(&signature, "cpp");
    holds(c, "unix_ elements, linux_[i]");
    holds(c, "i < unix_;");
    holds(cpp, "(linux_.size());");
    free(c);
    free(cpp);
    done(&signature);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_starter_says_shapes_and_null),
        cmocka_unit_test(test_starter_gives_zeros_of_the_right_size),
        cmocka_unit_test(test_starter_comments_cannot_be_left),
        cmocka_unit_test(test_starter_of_an_unknown_flavour_is_refused),
        cmocka_unit_test(test_starter_of_sql_selects_the_columns),
        cmocka_unit_test(test_starter_of_a_class_has_every_method),
        cmocka_unit_test(test_starter_keeps_tails_of_reserved_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
