/* Memory runs out at every point of every reader and writer: an error, never a crash, a leak or half a result. */
#include "faults.h"

#include <fcntl.h>

#include "judge/answer.h"
#include "judge/cache.h"
#include "judge/codegen_c.h"
#include "judge/csv_table.h"
#include "judge/escape.h"
#include "judge/generate.h"
#include "judge/language.h"
#include "judge/mutate.h"
#include "judge/problem.h"
#include "judge/report.h"
#include "judge/starter.h"
#include "judge/value_json.h"
#include "tests/unit/temp_folder.h"

static char folder[64];
static int folder_fd;

/* ---- documents, packages, languages ---- */

static int try_document(const void *data, struct error *err)
{
    struct document document;
    int r = document_load(&document, folder_fd, data, "x", err);
    if (r < 0)
        return r;
    static const char *const keys[] = {"a", "list", NULL};
    const char **strings = NULL;
    size_t n = 0;
    r = document_only(&document, document.root, "", keys, err);
    if (r == 0)
        r = document_strings(&document, document.root, "", "list", true, &strings, &n, err);
    if (r == 0)
        assert_true(n == 2 && !strcmp(strings[1], "y"));
    free((void *)strings);
    document_done(&document);
    return r;
}

/* What is wrong in the file is said, or that memory ran out; never that it is right. */
static int try_bad_document(const void *data, struct error *err)
{
    int r = try_document(data, err);
    assert_true(r < 0);
    if (r != -EINVAL)
        return r;
    assert_true(err->line > 0 || strstr(err->text, "x") || fault.n_struck > 0);
    return fault.n_struck > 0 ? (err->code = -ENOMEM) : 0;
}

static void test_documents(void **state)
{
    (void)state;
    temp_text(folder, "good.json",
              "{\"a\": {\"b\": [1, 2.5, null, \"text\"]}, \"list\": [\"x\", \"y\"]}");
    temp_text(folder, "syntax.json", "{\"a\":\n nonsense}");
    temp_text(folder, "key.json", "{\"list\": [\"x\", \"y\"],\n \"b\": 1}");
    temp_text(folder, "twice.json", "{\"list\": [\"x\", \"y\"],\n \"list\": [\"x\"]}");
    temp_text(folder, "type.json", "{\"list\": [\"x\", 7]}");
    fault_every("a document", try_document, "good.json", 1, FAULT_STRICT, 10);
    static const char *const bad[] = {"syntax.json", "key.json", "twice.json", "type.json"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        fault_every(bad[i], try_bad_document, bad[i], 1, FAULT_TOLERANT, 2);
}

static int try_problem(const void *data, struct error *err)
{
    struct problem *problem = NULL;
    int r = problem_load(data, &problem, err);
    if (r < 0) {
        assert_null(problem);
        return r;
    }
    assert_true(problem->n_groups >= 2 && problem->n_languages >= 2 && problem->reference);
    for (size_t i = 0; i < problem->n_groups; i++)
        assert_non_null(problem->groups[i].comparator);
    problem_free(problem);
    return 0;
}

static void test_problems(void **state)
{
    (void)state;
    static const char *const paths[] = {"problems/knn-classify", "problems/csv-groupby",
                                        "problems/confusion-metrics"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        fault_every(paths[i], try_problem, paths[i], 1, FAULT_STRICT, 100);
}

static const struct data_dirs shipped = {.languages = "judge/languages",
                                         .libexec = "build/libexec"};

static int try_language(const void *data, struct error *err)
{
    struct language *language = NULL;
    int r = language_load(&shipped, data, &language, err);
    if (r < 0)
        return r;
    assert_true(language->n_extensions > 0 && language->extensions[0] && language->title);
    language_free(language);
    return 0;
}

static int try_language_names(const void *data, struct error *err)
{
    (void)data;
    char **names = NULL;
    size_t n = 0;
    int r = language_names(&shipped, &names, &n, err);
    if (r < 0)
        return r;
    assert_true(n >= 3);
    names_free(names, n);
    return 0;
}

static void test_languages(void **state)
{
    (void)state;
    fault_every("language python", try_language, "python", 1, FAULT_STRICT, 10);
    fault_every("language c", try_language, "c", 1, FAULT_STRICT, 10);
    fault_every("names of languages", try_language_names, NULL, 1, FAULT_STRICT, 3);
}

/* ---- values ---- */

struct values_case {
    const char *fields;     /* "name:type;name:type" */
    const char *json, *got; /* got: what is compared with it; NULL = itself */
    const char *comparator; /* NULL = none */
    bool equal;
};

static const struct values_case values_cases[] = {
    {"x:float[n,d];y:int[n];name:str",
     "{\"x\": [[1, 2.5], [3, 4]], \"y\": [1, 2], \"name\": \"ab\"}", NULL, "\"exact\"", true},
    {"x:float[n]", "{\"x\": [1, 2.5, \"NaN\"]}", "{\"x\": [1, 2.5, 7]}",
     "{\"name\": \"close\", \"rtol\": 1e-9, \"atol\": 1e-9}", false},
    {"x:float[n,d];y:bool[n]", "{\"x\": {\"$file\": \"x.npy\"}, \"y\": [true, false]}", NULL, NULL,
     true},
    {"t:table{city:str,amount:float?,k:int}", "{\"t\": {\"$file\": \"t.csv\"}}", NULL,
     "{\"name\": \"rows\", \"ordered\": false}", true},
    {"t:table{city:str,amount:float?}",
     "{\"t\": {\"columns\": [\"city\", \"amount\"], \"rows\": [[\"a\", 1], [\"b\", null], [\"c\", "
     "3]]}}",
     "{\"t\": {\"columns\": [\"city\", \"amount\"], \"rows\": [[\"c\", 3], [\"a\", 1], [\"z\", "
     "null]]}}",
     "{\"name\": \"rows\", \"ordered\": false, \"columns\": {\"amount\": \"close\"}}", false},
    {"r:int[n][*];s:str?[n]", "{\"r\": [[1], [], [2, 3]], \"s\": [\"a\", null, \"c\"]}", NULL,
     "{\"returns\": {\"r\": \"exact\", \"s\": \"exact\"}}", true},
};

struct call_parts {
    struct signature signature;
    void *bytes[2];
    struct frame frames[2];
};

static void parts_done(struct call_parts *parts)
{
    for (int i = 0; i < 2; i++) {
        frame_done(&parts->frames[i]);
        free(parts->bytes[i]);
    }
    signature_done(&parts->signature);
}

static int parse_fields(const char *text, struct signature *ret, struct error *err)
{
    snprintf(ret->entry, sizeof ret->entry, "f");
    ret->returns = calloc(8, sizeof *ret->returns);
    if (!ret->returns)
        return error_oom(err);
    while (*text) {
        struct field *field = &ret->returns[ret->n_returns++];
        size_t name = strcspn(text, ":"), all = strcspn(text, ";");
        char type[128];
        snprintf(field->name, sizeof field->name, "%.*s", (int)name, text);
        snprintf(type, sizeof type, "%.*s", (int)(all - name - 1), text + name + 1);
        int r = type_parse(type, &field->type, err);
        if (r < 0)
            return r;
        text += all + (text[all] == ';');
    }
    return 0;
}

static int load_values(struct call_parts *parts, int i, const char *text, struct error *err)
{
    json_error_t syntax;
    json_t *json = NULL;
    if (json_read(text, strlen(text), JSON_DECODE_ANY, &json, &syntax) < 0)
        return error_oom(err); /* it is right without faults */
    size_t size = 0;
    int r = values_from_json(parts->signature.returns, parts->signature.n_returns, json,
                             FRAME_RESULT, folder_fd, &parts->bytes[i], &size, NULL, 0, err);
    json_decref(json);
    if (r < 0)
        return r;
    return frame_parse(parts->bytes[i], size, &parts->frames[i], err);
}

static int try_show(const struct call_parts *parts, struct error *err)
{
    json_t *json = values_to_json(parts->signature.returns, parts->frames[0].values,
                                  parts->frames[0].n_values, 100);
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    if (!text)
        return error_oom(err);
    /* Half a value must not look like a whole one. */
    for (size_t i = 0; i < parts->signature.n_returns; i++)
        assert_non_null(strstr(text, parts->signature.returns[i].name));
    free(text);
    return 0;
}

static int compare_parts(const struct values_case *c, struct call_parts *parts, struct error *err)
{
    struct comparator *comparator = NULL, *strict = NULL;
    struct comparison comparison = {0};
    json_error_t syntax;
    json_t *json = NULL;
    if (json_read(c->comparator, strlen(c->comparator), JSON_DECODE_ANY, &json, &syntax) < 0)
        return error_oom(err);
    int r = comparator_new(json, &parts->signature, &comparator, err);
    if (r == 0)
        r = comparator_scaled(comparator, 0.5, &strict, err);
    if (r == 0)
        r = compare_values(strict, &parts->signature, NULL, &parts->frames[0], &parts->frames[1],
                           &comparison, err);
    if (r == 0)
        assert_true(comparison.equal == c->equal);
    comparator_free(comparator);
    comparator_free(strict);
    json_decref(json);
    return r;
}

static int try_values(const void *data, struct error *err)
{
    const struct values_case *c = data;
    struct call_parts parts = {0};
    struct dims dims = {0};
    int r = parse_fields(c->fields, &parts.signature, err);
    if (r == 0)
        r = load_values(&parts, 0, c->json, err);
    if (r == 0)
        r = load_values(&parts, 1, c->got ? c->got : c->json, err);
    if (r == 0)
        r = values_check(parts.signature.returns, parts.signature.n_returns, parts.frames[0].values,
                         parts.frames[0].n_values, &dims, "x", err);
    if (r == 0)
        r = try_show(&parts, err);
    if (r == 0 && c->comparator)
        r = compare_parts(c, &parts, err);
    parts_done(&parts);
    return r;
}

static void test_values(void **state)
{
    (void)state;
    static const char npy[] = "\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, "
                              "'shape': (2, 2), }";
    char file[128 + 32];
    memset(file, ' ', sizeof file);
    memcpy(file, npy, sizeof npy - 1);
    file[127] = '\n';
    memcpy(file + 128, (const double[]){1, 2, 3, 4}, 32);
    temp_write(folder, "x.npy", file, sizeof file);
    temp_text(folder, "t.csv",
              "city,amount,k\nRome,1.5,1\n\"Den \"\"Haag\"\"\",,2\nOslo,Infinity,3\n");
    for (size_t i = 0; i < ARRAY_LEN(values_cases); i++)
        fault_every(values_cases[i].fields, try_values, &values_cases[i], 1, FAULT_STRICT, 10);
}

static int try_codegen(const void *data, struct error *err)
{
    struct signature signature = {0};
    int r = parse_fields(data, &signature, err);
    char *(*const make[])(const struct signature *,
                          struct error *) = {codegen_c_header, codegen_c_shim, codegen_c_prototype};
    for (size_t i = 0; r == 0 && i < ARRAY_LEN(make); i++) {
        char *text = make[i](&signature, err);
        if (text)
            assert_true(strlen(text) > 10 && strstr(text, "f("));
        else
            r = err->code ? err->code : error_oom(err);
        free(text);
    }
    char *json = r == 0 ? signature_to_json(&signature, "c") : NULL;
    if (r == 0 && !json)
        r = error_oom(err);
    if (json)
        assert_non_null(strstr(json, "returns"));
    free(json);
    signature_done(&signature);
    return r;
}

static int try_starters(const void *data, struct error *err)
{
    static const char *const flavours[] = {"python", "pypure", "c", "cpp"};
    struct signature signature = {0};
    int r = parse_fields(data, &signature, err);
    for (size_t i = 0; r == 0 && i < ARRAY_LEN(flavours); i++) {
        char *text = starter_text(&signature, flavours[i], err);
        if (text)
            assert_true(strstr(text, "f("));
        else
            r = err->code ? err->code : error_oom(err);
        free(text);
    }
    signature_done(&signature);
    return r;
}

static int try_mutations(const void *data, struct error *err)
{
    static const char source[] = "def f(x):\n    return sorted(x[1:])[0] < 2 and x == 1\n";
    struct mutations mutations = {0};
    (void)data;
    int r = mutations_find(MUTATE_PYTHON, source, sizeof source - 1, 100, &mutations, err);
    for (size_t i = 0; r == 0 && i < mutations.n; i++) {
        size_t size = 0;
        char *mutant = mutation_apply(&mutations.items[i], source, sizeof source - 1, &size);
        r = mutant ? 0 : error_oom(err);
        free(mutant);
    }
    mutations_done(&mutations);
    return r;
}

static void test_codegen(void **state)
{
    (void)state;
    fault_every("generated C", try_codegen,
                "x:float[n,d];t:table{city:str,amount:float?};name:str?", 1, FAULT_STRICT, 10);
    fault_every("mutants", try_mutations, NULL, 1, FAULT_STRICT, 10);
    fault_every("starters", try_starters, "x:float[n,d];y:float[2]", 1, FAULT_STRICT, 10);
}

/* ---- reports ---- */

static struct record *new_record(struct error *err)
{
    struct record *record = calloc(1, sizeof *record);
    if (!record)
        return NULL;
    record->groups = calloc(2, sizeof *record->groups);
    record->tests = calloc(3, sizeof *record->tests);
    record->missing = calloc(2, sizeof *record->missing);
    record->compile.output = strdup("x.c:1: warning\n");
    if (!record->groups || !record->tests || !record->missing || !record->compile.output ||
        !(record->missing[0] = strdup("swap is not limited"))) {
        error_oom(err);
        record_free(record);
        return NULL;
    }
    record->n_groups = 2;
    record->compile.n_output = strlen(record->compile.output);
    record->compile.verdict = VERDICT_AC;
    record->verdict = VERDICT_WA;
    record->tier = SANDBOX_TIER_FULL;
    snprintf(record->problem, sizeof record->problem, "slug");
    snprintf(record->file, sizeof record->file, "x\x80.c");
    for (int i = 0; i < 2; i++)
        record->groups[i] = (struct group_result){.name = {"ab"[i]}, .offered = true, .hidden = i};
    for (int i = 0; i < 3; i++) {
        struct test_result *test = &record->tests[i];
        record->n_tests = (size_t)i + 1;
        *test = (struct test_result){.name = {"xyz"[i]},
                                     .group = i > 1,
                                     .status = TEST_RUN,
                                     .verdict = i ? VERDICT_WA : VERDICT_AC,
                                     .cpu_source = "c",
                                     .memory_source = "m",
                                     .wall_source = "w"};
        struct sandbox_blocked blocked = {.name = "socket"};
        test_say(test, "", "row %d", i);
        if (test_block(test, &blocked, 1) < 0 || !strstr(test_message(test), "row")) {
            error_oom(err); /* the maker's failure, not the report's */
            record_free(record);
            return NULL;
        }
        if (i == 0 && (test->out = strdup("printed\x01\n")))
            test->n_out = strlen(test->out);
    }
    return record;
}

static int try_report(const void *data, struct error *err)
{
    struct record *record = new_record(err);
    if (!record)
        return error_oom(err);
    static char text[65536];
    FILE *file = fmemopen(text, sizeof text, "w");
    assert_non_null(file);
    struct report_options options = {0};
    struct report *report = NULL;
    if (!record->tests[0].out) /* the maker's failure, not the report's */
        error_oom(err);
    int r = err->code ? err->code : report_of_record(record, VISIBILITY_ALL, &report, err);
    if (r == 0)
        r = report_format_find(data)->write(file, report, &options);
    fclose(file);
    report_free(report);
    if (r < 0)
        error_oom(err);
    static const char *const parts[] = {"socket", "printed", "x.c:1", "row 1", "row 2"};
    for (size_t i = 0; r == 0 && i < ARRAY_LEN(parts); i++)
        if (!strstr(text, parts[i]) && !strstr(text, "cannot be shown: out of memory"))
            fail_msg("a report without '%s': %s", parts[i], text);
    record_free(record);
    return r;
}

struct format_case {
    const struct report_format *format;
    size_t n; /* bytes of the whole report; 0 = not known yet */
};

/* A whole report of a format, or -ENOMEM. */
static int try_format(const void *data, struct error *err)
{
    const struct format_case *one = data;
    static char text[65536];
    struct report *report = NULL;
    struct record *record = new_record(err);
    if (!record)
        return error_oom(err);
    int r = record->tests[0].out ? report_of_record(record, VISIBILITY_ALL, &report, err)
                                 : error_oom(err); /* the maker's failure, not the report's */
    FILE *file = fmemopen(text, sizeof text, "w");
    assert_non_null(file);
    struct report_options options = {0};
    if (r == 0)
        r = one->format->write(file, report, &options);
    long n = ftell(file);
    fclose(file);
    report_free(report);
    record_free(record);
    if (r == 0 && one->n > 0 && (size_t)n != one->n)
        fail_msg("%s: %ld bytes in place of %zu", one->format->name, n, one->n);
    return r < 0 ? error_oom(err) : one->n > 0 ? 0 : (int)n;
}

static void test_report_formats(void **state)
{
    (void)state;
    size_t n = 0;
    const struct report_format *formats = report_formats(&n);
    for (size_t i = 0; i < n; i++) {
        struct error err = ERROR_INIT;
        struct format_case one = {.format = &formats[i]};
        int whole = try_format(&one, &err);
        assert_true(whole > 0);
        one.n = (size_t)whole;
        if (strcmp(formats[i].name, "text") != 0 && strcmp(formats[i].name, "github") != 0)
            fault_every(formats[i].name, try_format, &one, 1, FAULT_STRICT, 50);
    }
}

static void test_reports(void **state)
{
    (void)state;
    fault_every("json", try_report, "json", 1, FAULT_STRICT, 50);
    /* What people read says itself what it cannot show. */
    fault_every("text", try_report, "text", 1, FAULT_TOLERANT, 6);
}

static int try_warn(const void *data, struct error *err)
{
    (void)data;
    (void)err;
    struct record *record = __wrap_calloc(1, sizeof *record);
    if (!record)
        return error_oom(err);
    for (int i = 0; i < RECORD_WARNINGS_MAX + 2; i++)
        record_warn(record, "warning %d", i);
    for (size_t i = 0; i < record->n_warnings; i++)
        assert_non_null(strstr(record->warnings[i], "warning"));
    record_free(record);
    return 0;
}

static void test_warnings(void **state)
{
    (void)state;
    fault_every("warnings", try_warn, NULL, 1, FAULT_TOLERANT, 10);
}

/* ---- the cache: without memory it finds nothing, and keeps nothing that is wrong ---- */

static int try_cache(const void *data, struct error *err)
{
    (void)err;
    const struct cache *cache = data;
    struct mapping mapping;
    cache_put(cache, "kind", "key", "some bytes", 10);
    if (cache_get(cache, "kind", "key", &mapping) == 0) {
        assert_true(mapping.size == 10 && !memcmp(mapping.bytes, "some bytes", 10));
        mapping_done(&mapping);
    }
    return 0;
}

static void test_cache(void **state)
{
    (void)state;
    struct cache cache;
    assert_int_equal(setenv("XDG_CACHE_HOME", folder, 1), 0);
    cache_open(&cache, NULL);
    assert_true(cache.dir_fd >= 0);
    fault_every("the cache", try_cache, &cache, 1, FAULT_TOLERANT, 3);
    cache_close(&cache);
}

static int set_up(void **state)
{
    faults_setup(state);
    temp_make(folder);
    folder_fd = temp_open(folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    close(folder_fd);
    temp_remove(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documents),      cmocka_unit_test(test_problems),
        cmocka_unit_test(test_languages),      cmocka_unit_test(test_values),
        cmocka_unit_test(test_codegen),        cmocka_unit_test(test_reports),
        cmocka_unit_test(test_report_formats), cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_cache),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
