/* Memory runs out at every point of what reads, checks, compares, shows and generates code for classes. */
#include "faults.h"

#include "judge/answer.h"
#include "judge/calls.h"
#include "judge/calls_json.h"
#include "judge/codegen_c.h"
#include "judge/codegen_cpp.h"
#include "judge/problem.h"
#include "judge/starter.h"
#include "tests/unit/class_fixture.h"

static const char class[] =
    "__init__(d:int;names:str[d])|fit(X:float[n,d];weight:float?)|mean()->float[d]|"
    "name(i:int)->str?|rows(k:int)->table{a:int,b:str?}|lists(r:int[n][*])->int[n][*]";
static const char calls_text[] =
    "[[\"__init__\", {\"d\": 2, \"names\": [\"x\", \"y\"]}], [\"fit\", {\"X\": [[1, 2]], "
    "\"weight\": null}], [\"name\", {\"i\": 7}], [\"fit\", {\"X\": [], \"weight\": 0.5}],"
    " [\"mean\", {}], [\"rows\", {\"k\": 2}], [\"lists\", {\"r\": [[1], []]}]]";
static const char results_text[] =
    "[null, null, \"one\", null, [2, 3.25],"
    " {\"columns\": [\"a\", \"b\"], \"rows\": [[1, null]]}, [[5], []]]";

struct texts {
    const char *calls, *results;
};

/* What one test consists of; released in any state. */
struct test {
    struct signature signature;
    json_t *calls, *expected;
    void *args, *results;
    size_t args_size, results_size;
};

static void done(struct test *test)
{
    json_decref(test->calls);
    json_decref(test->expected);
    free(test->args);
    free(test->results);
    signature_done(&test->signature);
}

static int read_json(const char *text, json_t **ret, struct error *err)
{
    json_error_t syntax;
    return json_read(text, strlen(text), JSON_DECODE_ANY, ret, &syntax) < 0 ? error_oom(err) : 0;
}

static int read_test(const struct texts *texts, struct test *test, struct error *err)
{
    char path[256];
    int r = fixture_class(class, &test->signature, err);
    if (r == 0)
        r = read_json(texts->calls, &test->calls, err);
    if (r == 0)
        r = read_json(texts->results, &test->expected, err);
    if (r == 0)
        r = calls_from_json(&test->signature, test->calls, -1, &test->args, &test->args_size, path,
                            sizeof path, err);
    if (r == 0)
        r = results_from_json(&test->signature, test->calls, test->expected, -1, &test->results,
                              &test->results_size, path, sizeof path, err);
    return r;
}

/* Half a list must not look like a whole one. */
static int show(const struct test *test, const struct frame *args, const struct frame *results,
                struct error *err)
{
    json_t *calls = calls_to_json(&test->signature, args, 0, 0);
    json_t *shown = results_to_json(&test->signature, args, results, 0, 0);
    char *text = NULL, *more = NULL;
    int r = calls && shown ? 0 : error_oom(err);
    if (r == 0) {
        bool armed = fault.armed;
        fault.armed = false; /* jansson's printer is not on trial */
        text = json_dumps(calls, JSON_COMPACT);
        more = json_dumps(shown, JSON_COMPACT);
        fault.armed = armed;
        assert_int_equal(json_array_size(calls), 7);
        assert_int_equal(json_array_size(shown), 7);
        assert_non_null(strstr(text, "[\"fit\",{\"X\":[],\"weight\":0.5}]"));
        assert_non_null(strstr(more, "\"one\",null,[2.0,3.25]"));
        assert_non_null(strstr(more, "[[5],[]]"));
    }
    free(text);
    free(more);
    json_decref(calls);
    json_decref(shown);
    return r;
}

static int compare(const struct test *test, const struct frame *got, struct error *err)
{
    struct comparator *comparator = NULL, *strict = NULL;
    struct comparison comparison = {0};
    json_t *json = NULL;
    const struct answered_run run = {test->args, test->args_size, got};
    int r = read_json("{\"returns\": {\"mean\": \"close\", \"rows\": \"rows\"}}", &json, err);
    if (r == 0)
        r = comparator_new(json, &test->signature, &comparator, err);
    if (r == 0)
        r = comparator_scaled(comparator, 0.5, &strict, err);
    if (r == 0)
        r = answer_compare(strict, &test->signature, &run, test->results, test->results_size,
                           &comparison, err);
    assert_true(r < 0 || comparison.equal);
    comparator_free(comparator);
    comparator_free(strict);
    json_decref(json);
    return r;
}

static int try_test(const void *data, struct error *err)
{
    struct test test = {0};
    struct frame args = {0}, results = {0};
    struct dims dims = {0};
    int r = read_test(data, &test, err);
    if (r == 0)
        r = frame_parse(test.args, test.args_size, &args, err);
    if (r == 0)
        r = frame_parse(test.results, test.results_size, &results, err);
    if (r == 0)
        r = args_check(&test.signature, &args, &dims, err);
    if (r == 0)
        r = results_check(&test.signature, &args, &dims, &results, "return", err);
    if (r == 0)
        r = show(&test, &args, &results, err);
    if (r == 0)
        r = compare(&test, &results, err);
    frame_done(&args);
    frame_done(&results);
    done(&test);
    return r;
}

static void test_calls(void **state)
{
    (void)state;
    const struct texts texts = {calls_text, results_text};
    fault_every("a test of a class", try_test, &texts, 1, FAULT_STRICT, 100);
}

/* What is wrong in the file is said, or that memory ran out; never that it is right. */
static int try_bad_test(const void *data, struct error *err)
{
    struct test test = {0};
    int r = read_test(data, &test, err);
    assert_true(r == -EINVAL || r == -ENOMEM);
    assert_true(err->text[0] && !test.results);
    done(&test);
    return fault.n_struck > 0 ? (err->code = -ENOMEM) : 0;
}

static void test_bad_calls(void **state)
{
    (void)state;
    static const struct texts bad[] = {
        {"[[\"__init__\", {\"d\": 1, \"names\": [\"x\"]}], [\"name\", {\"i\": \"x\"}]]",
         "[null, null]"},
        {"[[\"__init__\", {\"d\": 1, \"names\": [\"x\"]}], [\"pop\", {}]]", "[null, null]"},
        {"[[\"__init__\", {\"d\": 1, \"names\": [\"x\"]}], [\"mean\", {}]]", "[null, [\"x\"]]"},
        {"[[\"__init__\", {\"d\": 1, \"names\": [\"x\"]}], [\"mean\", {}]]", "[1, [1]]"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        fault_every("a bad test of a class", try_bad_test, &bad[i], 1, FAULT_TOLERANT, 10);
}

static int try_package(const void *data, struct error *err)
{
    struct problem *problem = NULL;
    int r = problem_load(data, &problem, err);
    if (r < 0) {
        assert_null(problem);
        return r;
    }
    assert_int_equal(problem->signature.n_methods, 5);
    char *json = signature_to_json(&problem->signature, "python");
    if (json)
        assert_non_null(strstr(json, "\"methods\":[{\"name\":\"__init__\""));
    else
        r = error_oom(err);
    free(json);
    problem_free(problem);
    return r;
}

static int try_codegen(const void *data, struct error *err)
{
    static codegen_fn *const all[] = {codegen_c_header,   codegen_c_shim,   codegen_c_prototype,
                                      codegen_cpp_header, codegen_cpp_shim, codegen_cpp_prototype};
    struct signature signature;
    int r = fixture_class(data, &signature, err);
    for (size_t i = 0; r == 0 && i < ARRAY_LEN(all); i++) {
        char *text = all[i](&signature, err);
        if (text)
            assert_non_null(strstr(text, "Thing"));
        else
            r = err->code ? err->code : error_oom(err);
        free(text);
    }
    signature_done(&signature);
    return r;
}

static int try_starters(const void *data, struct error *err)
{
    static const char *const flavours[] = {"python", "pypure", "pandas", "c", "cpp"};
    struct signature signature;
    int r = fixture_class(data, &signature, err);
    for (size_t i = 0; r == 0 && i < ARRAY_LEN(flavours); i++) {
        char *text = starter_text(&signature, flavours[i], err);
        if (text)
            assert_non_null(strstr(text, "lists("));
        else
            r = err->code ? err->code : error_oom(err);
        free(text);
    }
    signature_done(&signature);
    return r;
}

static void test_packages(void **state)
{
    (void)state;
    fault_every("a package of a class", try_package, "tests/packages/lru-cache", 1, FAULT_STRICT,
                100);
    fault_every("generated code of a class", try_codegen, class, 1, FAULT_STRICT, 40);
    fault_every("starters of a class", try_starters, class, 1, FAULT_STRICT, 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_bad_calls),
        cmocka_unit_test(test_packages),
    };
    return cmocka_run_group_tests(tests, faults_setup, NULL);
}
