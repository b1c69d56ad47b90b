/* The type notation: what parses, to what, and how complaints read. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/type.h"
#include "sandbox/util.h"

static void test_type_parses_and_formats_back(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *canonical; /* NULL = the text itself */
        enum kind kind;
        enum elem elem;
        bool nullable;
        int rank;
    } cases[] = {
        {"int", NULL, KIND_SCALAR, ELEM_INT, false, 0},
        {"float", NULL, KIND_SCALAR, ELEM_FLOAT, false, 0},
        {"bool", NULL, KIND_SCALAR, ELEM_BOOL, false, 0},
        {"str", NULL, KIND_SCALAR, ELEM_STR, false, 0},
        {"int?", NULL, KIND_SCALAR, ELEM_INT, true, 0},
        {"float[n]", NULL, KIND_ARRAY, ELEM_FLOAT, false, 1},
        {" float [ n , d ] ", "float[n,d]", KIND_ARRAY, ELEM_FLOAT, false, 2},
        {"float?[n,3]", NULL, KIND_ARRAY, ELEM_FLOAT, true, 2},
        {"bool[*,n,2,m]", NULL, KIND_ARRAY, ELEM_BOOL, false, 4},
        {"int[n,n]", NULL, KIND_ARRAY, ELEM_INT, false, 2},
        {"int[n][*]", NULL, KIND_RAGGED, ELEM_INT, false, 1},
        {"str?[*][*]", NULL, KIND_RAGGED, ELEM_STR, true, 1},
        {"str in {mean,median}", NULL, KIND_SCALAR, ELEM_STR, false, 0},
        {"str? in { a , \"b c\" , \"\" }", "str? in {a,\"b c\",\"\"}", KIND_SCALAR, ELEM_STR, true,
         0},
        {"str[n] in {\"q\\\"\\\\\"}", NULL, KIND_ARRAY, ELEM_STR, false, 1},
        {"table{city:str, amount:float?}", "table{city:str,amount:float?}", KIND_TABLE, ELEM_NONE,
         false, 1},
        {"table{how:str in {x,y}}", NULL, KIND_TABLE, ELEM_NONE, false, 1},
        {"csv", NULL, KIND_CSV, ELEM_NONE, false, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct type type;
        struct error err = ERROR_INIT;
        if (type_parse(cases[i].text, &type, &err) < 0)
            fail_msg("%s: %s", cases[i].text, err.text);
        assert_int_equal(type.kind, cases[i].kind);
        assert_int_equal(type.elem, cases[i].elem);
        assert_int_equal(type.nullable, cases[i].nullable);
        assert_int_equal(type.rank, cases[i].rank);
        char buffer[128];
        type_format(&type, buffer, sizeof buffer);
        assert_string_equal(buffer, cases[i].canonical ? cases[i].canonical : cases[i].text);

        struct type again;
        assert_int_equal(type_parse(buffer, &again, &err), 0);
        type_done(&again);
        type_done(&type);
    }
}

static void test_type_details(void **state)
{
    (void)state;
    struct type type;
    assert_int_equal(type_parse("float[n,7,*]", &type, NULL), 0);
    assert_int_equal(type.dims[0].kind, DIM_NAME);
    assert_string_equal(type.dims[0].name, "n");
    assert_int_equal(type.dims[1].kind, DIM_NUMBER);
    assert_int_equal(type.dims[1].size, 7);
    assert_int_equal(type.dims[2].kind, DIM_FREE);
    type_done(&type);

    assert_int_equal(type_parse("table{a:int?,b:str in {u,v}}", &type, NULL), 0);
    assert_int_equal(type.n_columns, 2);
    assert_string_equal(type.columns[0].name, "a");
    assert_true(type.columns[0].type.nullable);
    assert_int_equal(type.columns[0].type.kind, KIND_ARRAY);
    assert_int_equal(type.columns[0].type.rank, 1);
    assert_int_equal(type.columns[0].type.dims[0].kind, DIM_FREE);
    assert_int_equal(type.columns[1].type.n_legal, 2);
    assert_string_equal(type.columns[1].type.legal[1], "v");
    type_done(&type);
}

static void test_type_errors_name_the_column(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int column;
        const char *says;
    } cases[] = {
        {"", 1, "a type"},
        {"double", 1, "unknown type 'double'"},
        {"int64[n]", 1, "unknown type"},
        {"float[]", 7, "a dimension"},
        {"float[n", 8, "the end"},
        {"float[n,d]]", 11, "follows"},
        {"float[n]?", 9, "float?[...]"},
        {"float[n][d]", 9, "float[n,d]"},
        {"float[n,d][*]", 11, "ragged"},
        {"float[a,b,c,d,e]", 15, "more than 4"},
        {"float[0]", 7, "size 0"},
        {"float[99999999999999999999]", 7, "too large"},
        {"float[-1]", 7, "a dimension"},
        {"int in {a}", 5, "str only"},
        {"str in {}", 9, "legal value"},
        {"str in {a,a}", 11, "twice"},
        {"str in {a b}", 11, "'}' expected"},
        {"str in {\"a}", 9, "closing quote"},
        {"table", 6, "'{' expected"},
        {"table{}", 7, "column name"},
        {"table{a:int,a:int}", 13, "twice"},
        {"table{a:int[n]}", 12, "no dimensions"},
        {"table{a:csv}", 9, "unknown type"},
        {"table{a:int}?", 13, "cannot be NULL"},
        {"csv?", 4, "cannot be NULL"},
        {"table{a b:int}", 9, "':' expected"},
        {"float[abcdefghijklmnopqrstuvwxyz0123456]", 7, "at most 31"},
        {"int\x01", 4, "0x01"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct type type = {0};
        struct error err = ERROR_INIT;
        if (type_parse(cases[i].text, &type, &err) != -EINVAL)
            fail_msg("'%s' was accepted", cases[i].text);
        if (err.column != cases[i].column || !strstr(err.text, cases[i].says))
            fail_msg("'%s': column %d, '%s'", cases[i].text, err.column, err.text);
    }
}

/* "name:type; name:type" -> fields.  The list is of our own making here, so it is split simply. */
static size_t make_fields(const char *text, struct field **ret)
{
    size_t n = 0;
    *ret = calloc(16, sizeof **ret);
    assert_non_null(*ret);
    char *copy = strdup(text);
    char *rest = copy;
    for (char *part; (part = strsep(&rest, ";")) && *part; n++) {
        char *colon = strchr(part, ':');
        assert_non_null(colon);
        *colon = '\0';
        snprintf((*ret)[n].name, sizeof(*ret)[n].name, "%s", part);
        assert_int_equal(type_parse(colon + 1, &(*ret)[n].type, NULL), 0);
    }
    free(copy);
    return n;
}

static void make_signature(const char *args, const char *returns, struct signature *ret)
{
    *ret = (struct signature){.entry = "solve"};
    ret->n_args = make_fields(args, &ret->args);
    ret->n_returns = make_fields(returns, &ret->returns);
}

static void test_signature_check(void **state)
{
    (void)state;
    static const struct {
        const char *args;
        const char *returns;
        const char *says; /* NULL = good */
    } cases[] = {
        {"X:float[n,d];y:int[n];k:int", ":int[n]", NULL},
        {"k:int;X:float[k]", ":float[k,*]", NULL},
        {"k:int", ":float[k]", NULL},
        {"rows:int[n][*];t:table{a:int};f:csv", ":table{a:int}", NULL},
        {"x:int", "tp:int;fp:int", NULL},
        {"x:int", "tp:int", NULL},
        {"", ":int", NULL},
        {"x:int;x:int", ":int", "argument 'x' stands there twice"},
        {"x:int", "a:int;a:int", "return 'a' stands there twice"},
        {"x:int", ":int;:int", "not an identifier"},
        {"x:int", "", "must return"},
        {"lambda:float", ":int", "keyword"},
        {"x-y:float", ":int", "not an identifier"},
        {"9x:float", ":int", "not an identifier"},
        {"t:table{class:int}", ":int", "keyword"},
        {"x:float[*]", ":int", "returns only"},
        {"x:float[*][*]", ":int", "returns only"},
        {"x:int", ":csv", "arguments only"},
        {"x:int", ":float[m]", "not known from the arguments"},
        {"n:float;x:float[n]", ":int", "not int"},
        {"n:int?;x:float[n]", ":int", "not int"},
        {"x:float[x]", ":int", "not int"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct signature signature;
        make_signature(cases[i].args, cases[i].returns, &signature);
        struct error err = ERROR_INIT;
        int r = signature_check(&signature, &err);
        if (r != (cases[i].says ? -EINVAL : 0) ||
            (cases[i].says && !strstr(err.text, cases[i].says)))
            fail_msg("%s -> %s: %d '%s'", cases[i].args, cases[i].returns, r, err.text);
        signature_done(&signature);
    }
}

static void test_signature_to_json_is_the_documented_one(void **state)
{
    (void)state;
    struct signature signature;
    make_signature("X:float[n,3];how:str in {mean,median};r:int?[n][*];f:csv", ":table{city:str}",
                   &signature);
    char *text = signature_to_json(&signature, "python");
    assert_non_null(text);
    json_t *got = json_loads(text, 0, NULL);
    json_t *want = json_loads(
        "{\"entry\": \"solve\", \"flavour\": \"python\", \"args\": ["
        "{\"name\": \"X\", \"kind\": \"array\", \"elem\": \"float\", \"nullable\": false, "
        "\"dims\": [\"n\", 3]},"
        "{\"name\": \"how\", \"kind\": \"scalar\", \"elem\": \"str\", \"nullable\": false, "
        "\"dims\": [],"
        " \"legal\": [\"mean\", \"median\"]},"
        "{\"name\": \"r\", \"kind\": \"ragged\", \"elem\": \"int\", \"nullable\": true, \"dims\": "
        "[\"n\", \"*\"]},"
        "{\"name\": \"f\", \"kind\": \"csv\", \"elem\": null, \"nullable\": false, \"dims\": []}],"
        "\"returns\": [{\"name\": \"\", \"kind\": \"table\", \"elem\": null, \"nullable\": false,"
        " \"dims\": [\"*\"], \"columns\": [{\"name\": \"city\", \"kind\": \"array\", \"elem\": "
        "\"str\","
        " \"nullable\": false, \"dims\": [\"*\"]}]}]}",
        0, NULL);
    assert_non_null(want);
    if (!json_equal(got, want))
        fail_msg("%s", text);
    json_decref(got);
    json_decref(want);
    free(text);
    signature_done(&signature);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_type_parses_and_formats_back),
        cmocka_unit_test(test_type_details),
        cmocka_unit_test(test_type_errors_name_the_column),
        cmocka_unit_test(test_signature_check),
        cmocka_unit_test(test_signature_to_json_is_the_documented_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
