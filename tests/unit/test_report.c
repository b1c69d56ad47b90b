/* Reports: every promised name with its type, nothing of hidden tests, hostile bytes harmless. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/report.h"
#include "judge/report_explain.h"
#include "sandbox/util.h"

#define SECRET "s3cr3t"

static struct record *make_record(const char *bytes)
{
    struct record *record = calloc(1, sizeof *record);
    assert_non_null(record);
    record->groups = calloc(2, sizeof *record->groups);
    record->tests = calloc(3, sizeof *record->tests);
    record->missing = calloc(2, sizeof *record->missing);
    assert_true(record->groups && record->tests && record->missing);
    record->missing[0] = strdup("peak cannot be reset");
    record->n_groups = 2;
    record->n_tests = 3;
    snprintf(record->problem, sizeof record->problem, "slug");
    snprintf(record->title, sizeof record->title, "%.120s", bytes);
    snprintf(record->language, sizeof record->language, "python");
    snprintf(record->file, sizeof record->file, "%.250s", bytes);
    snprintf(record->started_at, sizeof record->started_at, "2026-01-02T03:04:05Z");
    snprintf(record->seed_id, sizeof record->seed_id, "0123456789abcdef");
    record->problem_version = 2;
    record->cores = 2;
    record->verdict = VERDICT_RTE;
    record->max_score = 10;
    record->tier = SANDBOX_TIER_FULL;
    record_warn(record, "%s", bytes);
    record->compile = (struct compile_result){
        .verdict = VERDICT_AC, .wall_ms = 1.5, .output = strdup(bytes), .n_output = strlen(bytes)};
    record->groups[0] =
        (struct group_result){.name = "sample", .offered = true, .verdict = VERDICT_AC};
    record->groups[1] = (struct group_result){.name = "hidden",
                                              .hidden = true,
                                              .offered = true,
                                              .max_points = 10,
                                              .verdict = VERDICT_RTE,
                                              .limits = {100, 1200, 1 << 20, 1 << 20}};
    for (size_t i = 0; i < 3; i++) {
        struct test_result *test = &record->tests[i];
        *test = (struct test_result){.group = i > 0,
                                     .hidden = i > 0,
                                     .status = i < 2 ? TEST_RUN : TEST_SKIPPED,
                                     .skip_reason = i < 2 ? NULL : "not reached",
                                     .verdict = i == 0   ? VERDICT_AC
                                                : i == 1 ? VERDICT_RTE
                                                         : VERDICT_NONE,
                                     .prepare = {-1, -1, -1},
                                     .run = {-1, -1, -1},
                                     .first_cpu_us = -1,
                                     .reference_cpu_us = -1,
                                     .exit_code = -1,
                                     .overhead_us = -1};
        snprintf(test->name, sizeof test->name, i ? "hidden/%zu" : "sample/%zu", i);
        if (i == 2)
            continue;
        test->prepare = (struct sandbox_usage){12345, 23456, 34567890};
        test->run = (struct sandbox_usage){3141, 4242, 7654321};
        test->overhead_us = 7077;
        test->repeats = 2;
        test->first_cpu_us = 5151;
        test->reference_cpu_us = 1500;
        test->exit_code = 77;
        test->line = 4;
        test->signal = SIGUSR1;
        test->output_truncated = true;
        test_say(test, "ValueError, line 4", "%.700s", bytes);
        struct sandbox_blocked blocked = {.name = "socket", .count = 3};
        snprintf(blocked.args, sizeof blocked.args, "%.90s", bytes);
        test_block(test, &blocked, 1);
        test->cpu_source = "c";
        test->memory_source = "m";
        test->wall_source = "w";
        test->out = strdup(bytes);
        test->n_out = strlen(bytes);
        test->err = strdup(bytes);
        test->n_err = strlen(bytes);
    }
    record->cpu_us_max = 3141;
    record->memory_bytes_max = 7654321;
    return record;
}

static struct report *read_back(const struct record *record, bool reveal)
{
    struct report *report = NULL;
    struct error err = ERROR_INIT;
    if (report_of_record(record, reveal ? VISIBILITY_ALL : VISIBILITY_KIND, &report, &err) < 0)
        fail_msg("%s", err.text);
    return report;
}

static char *written(const char *format, const struct record *record, bool reveal, size_t *ret_size)
{
    char *text = NULL;
    FILE *file = open_memstream(&text, ret_size);
    assert_non_null(file);
    struct report_options options = {0};
    struct report *report = read_back(record, reveal);
    assert_int_equal(report_format_find(format)->write(file, report, &options), 0);
    assert_int_equal(fclose(file), 0);
    report_free(report);
    return text;
}

static json_t *parsed(const struct record *record, bool reveal)
{
    size_t size = 0;
    char *text = written("json", record, reveal, &size);
    assert_int_equal(text[size - 1], '\n');
    assert_ptr_equal(strchr(text, '\n'), text + size - 1); /* one line */
    json_t *json = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    free(text);
    return json;
}

/* s string, i integer, r real, n null, b bool, o object, a array; several: one of them */
static bool is_of(const json_t *json, const char *kinds)
{
    for (; *kinds; kinds++)
        if ((*kinds == 's' && json_is_string(json)) || (*kinds == 'i' && json_is_integer(json)) ||
            (*kinds == 'r' && json_is_real(json)) || (*kinds == 'n' && json_is_null(json)) ||
            (*kinds == 'b' && json_is_boolean(json)) || (*kinds == 'o' && json_is_object(json)) ||
            (*kinds == 'a' && json_is_array(json)))
            return true;
    return false;
}

struct promise {
    const char *name, *kinds;
};

static void assert_promises(const json_t *json, const struct promise *promises)
{
    for (; promises->name; promises++) {
        const json_t *value = json_object_get(json, promises->name);
        if (!value || !is_of(value, promises->kinds))
            fail_msg("\"%s\" is not there or not of type %s", promises->name, promises->kinds);
    }
}

static const struct promise of_report[] = {{"schema", "i"},
                                           {"tool", "o"},
                                           {"problem", "s"},
                                           {"problem_version", "i"},
                                           {"problem_sha256", "s"},
                                           {"submission_sha256", "s"},
                                           {"language", "s"},
                                           {"file", "s"},
                                           {"started_at", "s"},
                                           {"machine", "o"},
                                           {"verdict", "s"},
                                           {"score", "i"},
                                           {"max_score", "i"},
                                           {"seed", "o"},
                                           {"isolation", "o"},
                                           {"limits", "o"},
                                           {"warnings", "a"},
                                           {"compile", "o"},
                                           {"groups", "a"},
                                           {"tests", "a"},
                                           {"cpu_ms_max", "r"},
                                           {"memory_bytes_max", "i"},
                                           {"title", "s"},
                                           {"visibility", "o"},
                                           {NULL, NULL}};
static const struct promise of_tool[] = {{"version", "s"}, {"commit", "s"}, {NULL, NULL}};
static const struct promise of_machine[] = {
    {"cpu", "s"}, {"cores", "i"}, {"kernel", "s"}, {NULL, NULL}};
static const struct promise of_seed[] = {{"kind", "s"}, {"id", "s"}, {NULL, NULL}};
static const struct promise of_isolation[] = {{"tier", "s"}, {"missing", "a"}, {NULL, NULL}};
static const struct promise of_limits[] = {
    {"cpu_ms", "i"}, {"wall_ms", "i"}, {"memory_bytes", "i"}, {"output_bytes", "i"}, {NULL, NULL}};
static const struct promise of_compile[] = {
    {"verdict", "sn"}, {"wall_ms", "rn"}, {"output", "s"}, {"cached", "b"}, {NULL, NULL}};
static const struct promise of_group[] = {{"name", "s"},     {"points", "i"}, {"max_points", "i"},
                                          {"verdict", "sn"}, {"limits", "o"}, {"factor", "rn"},
                                          {NULL, NULL}};
static const struct promise of_test[] = {{"name", "s"},
                                         {"group", "s"},
                                         {"hidden", "b"},
                                         {"status", "s"},
                                         {"skip_reason", "sn"},
                                         {"verdict", "sn"},
                                         {"cpu_ms", "rn"},
                                         {"wall_ms", "rn"},
                                         {"memory_bytes", "in"},
                                         {"memory_tmpfs_bytes", "in"},
                                         {"prepare_cpu_ms", "rn"},
                                         {"prepare_memory_bytes", "in"},
                                         {"repeats", "i"},
                                         {"exit_code", "in"},
                                         {"signal", "sn"},
                                         {"idle", "b"},
                                         {"output_truncated", "b"},
                                         {"message", "s"},
                                         {"blocked_syscalls", "a"},
                                         {"measured", "o"},
                                         {"prepare_wall_ms", "rn"},
                                         {"reference_cpu_ms", "rn"},
                                         {"times_reference", "rn"},
                                         {"line", "in"},
                                         {NULL, NULL}};
static const struct promise of_measured[] = {
    {"cpu", "sn"}, {"memory", "sn"}, {"wall", "sn"}, {NULL, NULL}};

static void test_report_json_keeps_its_promises(void **state)
{
    (void)state;
    struct record *record = make_record("text");
    json_t *json = parsed(record, false);
    assert_promises(json, of_report);
    assert_promises(json_object_get(json, "tool"), of_tool);
    assert_promises(json_object_get(json, "machine"), of_machine);
    assert_promises(json_object_get(json, "seed"), of_seed);
    assert_promises(json_object_get(json, "isolation"), of_isolation);
    assert_promises(json_object_get(json, "limits"), of_limits);
    assert_promises(json_object_get(json, "compile"), of_compile);
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(json, "groups"), i, item) assert_promises(item, of_group);
    json_array_foreach(json_object_get(json, "tests"), i, item)
    {
        assert_promises(item, of_test);
        assert_promises(json_object_get(item, "measured"), of_measured);
    }
    assert_int_equal(i, 3);
    assert_int_equal(json_integer_value(json_object_get(json, "schema")), 1);
    json_decref(json);
    record_free(record);
}

static void test_report_what_was_not_measured_is_null(void **state)
{
    (void)state;
    static const char *const names[] = {
        "cpu_ms",    "wall_ms", "memory_bytes", "prepare_cpu_ms",   "prepare_memory_bytes",
        "exit_code", "signal",  "verdict",      "reference_cpu_ms", "times_reference"};
    struct record *record = make_record("text");
    for (int reveal = 0; reveal < 2; reveal++) {
        json_t *json = parsed(record, reveal);
        json_t *skipped = json_array_get(json_object_get(json, "tests"), 2);
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            assert_true(json_is_null(json_object_get(skipped, names[i])));
        assert_string_equal(json_string_value(json_object_get(skipped, "status")), "skipped");
        json_decref(json);
    }
    record->n_tests = 0;
    record->compile.verdict = VERDICT_NONE;
    json_t *json = parsed(record, false);
    assert_true(json_is_null(json_object_get(json, "cpu_ms_max")));
    assert_true(json_is_null(json_object_get(json, "memory_bytes_max")));
    assert_true(json_is_null(json_object_get(json_object_get(json, "compile"), "wall_ms")));
    json_decref(json);
    record->n_tests = 3;
    record_free(record);
}

static double number_of(const struct record *record, size_t test, bool reveal, const char *name)
{
    json_t *json = parsed(record, reveal);
    const json_t *value =
        json_object_get(json_array_get(json_object_get(json, "tests"), test), name);
    double number = json_is_null(value) ? -1 : json_number_value(value);
    json_decref(json);
    return number;
}

/* Of the numbers that are shown, and in the text only where the reference is a measure. */
static void test_report_times_of_the_reference(void **state)
{
    (void)state;
    struct record *record = make_record("text");
    size_t size = 0;
    assert_true(number_of(record, 0, false, "times_reference") == 2.094); /* 3.141 / 1.5 */
    assert_true(number_of(record, 1, true, "times_reference") == 2.094);
    assert_true(number_of(record, 1, false, "reference_cpu_ms") == 10);
    assert_true(number_of(record, 1, false, "times_reference") == 1);
    char *text = written("text", record, false, &size);
    assert_null(strstr(text, "times the reference"));
    free(text);
    record->groups[0].factor = 5;
    text = written("text", record, false, &size);
    assert_non_null(strstr(text, "ms CPU, 2.1 times the reference (the limit: 5)"));
    free(text);
    record->tests[1].run.cpu_us = 71000;
    record->tests[1].reference_cpu_us = 21000;
    text = written("text", record, false, &size);
    assert_non_null(strstr(text, "at most 80.0 of 100 ms CPU, 2.7 times the reference,"));
    free(text);
    record_free(record);
}

static void test_report_hidden_tests_say_nothing(void **state)
{
    (void)state;
    struct record *record = make_record(SECRET);
    /* What the candidate said by itself may show it: the rest is looked at. */
    record->title[0] = record->file[0] = '\0';
    free(record->warnings[0]);
    record->n_warnings = 0;
    record->compile.n_output = 0;
    record->n_groups = 2;
    record->tests[0].status = TEST_SKIPPED;
    record->tests[0].hidden = record->tests[1].hidden = true;
    for (size_t f = 0; f < 2; f++) {
        const char *format = f ? "text" : "json";
        size_t size = 0;
        char *text = written(format, record, false, &size);
        assert_null(strstr(text, SECRET));
        assert_null(strstr(text, "3.141"));
        assert_null(strstr(text, "3.1 ms"));
        assert_null(strstr(text, "7.07"));
        assert_null(strstr(text, "5.151"));
        assert_null(strstr(text, "7654321"));
        assert_null(strstr(text, "SIGUSR1"));
        assert_null(strstr(text, "socket"));
        assert_non_null(strstr(text, "ValueError, line 4"));
        free(text);
        text = written(format, record, true, &size);
        assert_non_null(strstr(text, SECRET));
        free(text);
    }
    size_t n = 0;
    const struct report_format *formats = report_formats(&n);
    for (size_t i = 0; i < n; i++) {
        static const char *const never[] = {SECRET, "3.141", "5.151", "7654321", "SIGUSR1"};
        size_t size = 0;
        char *text = written(formats[i].name, record, false, &size);
        for (size_t k = 0; k < ARRAY_LEN(never); k++)
            if (strstr(text, never[k]))
                fail_msg("%s says %s", formats[i].name, never[k]);
        free(text);
    }
    json_t *json = parsed(record, false);
    json_t *test = json_array_get(json_object_get(json, "tests"), 1);
    assert_true(json_is_null(json_object_get(test, "exit_code")));
    assert_true(json_is_null(json_object_get(test, "line")));
    assert_true(json_is_null(json_object_get(test, "signal")));
    assert_int_equal(json_array_size(json_object_get(test, "blocked_syscalls")), 0);
    assert_true(json_is_false(json_object_get(test, "output_truncated")));
    assert_true(json_number_value(json_object_get(test, "cpu_ms")) == 10);
    assert_true(json_number_value(json_object_get(test, "wall_ms")) == 10);
    assert_int_equal(json_integer_value(json_object_get(test, "memory_bytes")), 8 << 20);
    assert_null(json_object_get(test, "stdout"));
    assert_null(json_object_get(test, "stderr"));
    assert_null(json_object_get(test, "first_cpu_ms"));
    assert_true(json_number_value(json_object_get(json, "cpu_ms_max")) == 10);
    assert_int_equal(json_integer_value(json_object_get(json, "memory_bytes_max")), 8 << 20);
    json_decref(json);
    json = parsed(record, true);
    test = json_array_get(json_object_get(json, "tests"), 1);
    assert_int_equal(json_integer_value(json_object_get(test, "exit_code")), 77);
    assert_int_equal(json_integer_value(json_object_get(test, "line")), 4);
    assert_string_equal(json_string_value(json_object_get(test, "signal")), "SIGUSR1");
    assert_int_equal(json_array_size(json_object_get(test, "blocked_syscalls")), 1);
    assert_true(json_is_true(json_object_get(test, "output_truncated")));
    assert_true(json_number_value(json_object_get(test, "cpu_ms")) == 3.141);
    assert_string_equal(json_string_value(json_object_get(test, "message")), SECRET);
    json_decref(json);
    record_free(record);
}

/* By what was measured, and of a hidden test by what is shown. */
static void test_report_memory_is_explained(void **state)
{
    (void)state;
    static const struct {
        enum verdict verdict;
        int64_t memory_bytes, tmpfs_bytes;
        json_int_t shown; /* of tmpfs_bytes, hidden; -1: null */
        const char *explained, *hidden;
    } cases[] = {
        {VERDICT_MLE, 1 << 20, 400000, 0,
         "peak 1.0 of 1 MiB, beyond interpreter and input; of that 0.6 MiB of its own, 0.4 MiB in "
         "files: /tmp is memory, too",
         "peak 1.0 of 1 MiB, beyond interpreter and input; of that 1.0 MiB of its own, nothing in "
         "files"},
        {VERDICT_MLE, 1 << 20, 9 << 20, 9 << 20, /* more than the peak: never less than nothing */
         "peak 1.0 of 1 MiB, beyond interpreter and input; of that 0.0 MiB of its own, 1.0 MiB in "
         "files: /tmp is memory, too",
         NULL},
        {VERDICT_MLE, 1 << 20, -1, -1, "peak 1.0 of 1 MiB, beyond interpreter and input", NULL},
        {VERDICT_MLE, 1 << 19, -1, -1,
         "it asked for more at once than there is, with a peak of 0.5 of 1 MiB until then, beyond "
         "interpreter and input",
         "peak 1.0 of 1 MiB, beyond interpreter and input"},
        {VERDICT_MLE, -1, -1, -1, "", NULL},
        {VERDICT_AC, 1 << 20, 400000, -1, "", NULL},
    };
    for (size_t i = 0; i < 2 * ARRAY_LEN(cases); i++) {
        bool reveal = i % 2;
        struct record *record = make_record("text");
        record->groups[0].verdict = VERDICT_WA;
        record->tests[1].verdict = cases[i / 2].verdict;
        record->tests[1].run.memory_bytes = cases[i / 2].memory_bytes;
        record->tests[1].tmpfs_bytes = cases[i / 2].tmpfs_bytes;
        struct report *report = read_back(record, reveal);
        char text[EXPLAIN_MAX];
        const char *hidden = cases[i / 2].hidden ? cases[i / 2].hidden : cases[i / 2].explained;
        assert_string_equal(report_explain(report, &report->tests[1], text),
                            reveal ? cases[i / 2].explained : hidden);
        if (!reveal)
            assert_int_equal(report->tests[1].memory_tmpfs_bytes, cases[i / 2].shown);
        report_free(report);
        record_free(record);
    }
}

static void test_report_our_own_failure_is_told(void **state)
{
    (void)state;
    struct record *record = make_record("text");
    record->tests[1].verdict = VERDICT_JE;
    test_say(&record->tests[1], "", "no cgroup");
    struct test_view view = test_view(&record->tests[1], VISIBILITY_KIND);
    assert_string_equal(view.message, "no cgroup");
    record_free(record);
}

static void assert_no_control_bytes(const char *text, size_t size)
{
    for (size_t i = 0; i < size;) {
        unsigned code = 0;
        size_t n = utf8_decode(text + i, size - i, &code);
        assert_true(n > 0);
        assert_false((code < 0x20 && code != '\n') || (code >= 0x7f && code < 0xa0) ||
                     (code >= 0x202a && code <= 0x202e));
        i += n;
    }
}

static void test_report_hostile_bytes_are_harmless(void **state)
{
    (void)state;
    static const char *const hostile[] = {"\x1b[2J\x1b]0;title\x07",
                                          "\xff\xfe\xc3",
                                          "\xc2\x9b"
                                          "31m",
                                          "\xe2\x80\xae"
                                          "evil",
                                          "a\r\nb\x0b\x0c\x7f\x08",
                                          "\"},{\"x\":\"",
                                          "\\u0000\\",
                                          "</script><b>",
                                          "\xed\xa0\x80",
                                          "%s%n%p",
                                          "\n\n\n"};
    for (size_t i = 0; i < ARRAY_LEN(hostile); i++)
        for (int reveal = 0; reveal < 2; reveal++) {
            struct record *record = make_record(hostile[i]);
            size_t size = 0;
            char *text = written("text", record, reveal, &size);
            assert_no_control_bytes(text, size);
            free(text);
            text = written("json", record, reveal, &size);
            assert_no_control_bytes(text, size);
            free(text);
            json_decref(parsed(record, reveal));
            record_free(record);
        }
}

/* n tests of the second group, with texts of their own and with common ones. */
static struct record *make_long_record(size_t n)
{
    struct record *record = make_record("text");
    struct test_result *grown = realloc(record->tests, n * sizeof *grown);
    assert_non_null(grown);
    record->tests = grown;
    for (; record->n_tests < n; record->n_tests++) {
        struct test_result *test = &record->tests[record->n_tests];
        *test = (struct test_result){.group = 1,
                                     .number = record->n_tests,
                                     .hidden = true,
                                     .status = TEST_RUN,
                                     .verdict = VERDICT_WA,
                                     .cpu_source = "c",
                                     .shares_core = record->n_tests % 3 == 0};
        snprintf(test->name, sizeof test->name, "hidden/g%zu", record->n_tests);
        char hint[TEST_HINT_MAX];
        snprintf(hint, sizeof hint, "wrong %zu %0*d", record->n_tests % 50, 100, 0);
        test_say(test, hint, "row %zu: %0*d", record->n_tests, record->n_tests == 100 ? 700 : 20,
                 0);
    }
    return record;
}

static void assert_same_tests(const struct report *a, const struct report *b)
{
    assert_int_equal(a->n_tests, b->n_tests);
    for (size_t i = 0; i < a->n_tests; i++) {
        const struct report_test *x = &a->tests[i], *y = &b->tests[i];
        assert_string_equal(x->name, y->name);
        assert_string_equal(x->message, y->message);
        assert_string_equal(x->measured_cpu, y->measured_cpu);
        assert_string_equal(x->skip_reason, y->skip_reason);
        assert_int_equal(x->group, y->group);
        assert_int_equal(x->n_notes, y->n_notes);
        for (size_t k = 0; k < x->n_notes; k++)
            assert_string_equal(x->notes[k], y->notes[k]);
        assert_int_equal(x->n_blocked, y->n_blocked);
        for (size_t k = 0; k < x->n_blocked; k++)
            assert_string_equal(x->blocked[k].args, y->blocked[k].args);
    }
}

/* A test at a time or all at once: the same bytes, and read back the same tests. */
static void test_report_of_many_tests(void **state)
{
    (void)state;
    struct record *record = make_long_record(400);
    for (int reveal = 0; reveal < 2; reveal++) {
        struct report *report = read_back(record, reveal), *again = NULL;
        struct error err = ERROR_INIT;
        size_t size = 0, whole_size = 0;
        assert_int_equal(json_array_size(json_object_get(report->json, "tests")), 0);
        char *text = written("json", record, reveal, &size), *whole = NULL;
        assert_int_equal(report_complete(report, &err), 0);
        assert_int_equal(json_array_size(json_object_get(report->json, "tests")), 400);
        FILE *file = open_memstream(&whole, &whole_size);
        assert_non_null(file);
        assert_int_equal(report_write_json(file, report, &(struct report_options){0}), 0);
        assert_int_equal(fclose(file), 0);
        assert_int_equal(size, whole_size);
        assert_memory_equal(text, whole, size);
        assert_int_equal(report_parse(text, size, "again", &again, &err), 0);
        assert_same_tests(report, again);
        assert_string_equal(again->tests[399].name, reveal ? "hidden/g399" : "hidden/399");
        report_free(again);
        report_free(report);
        free(text);
        free(whole);
    }
    record_free(record);
}

static void test_report_formats(void **state)
{
    (void)state;
    size_t n = 0;
    const struct report_format *formats = report_formats(&n);
    assert_true(n >= 2);
    for (size_t i = 0; i < n; i++)
        assert_ptr_equal(report_format_find(formats[i].name), &formats[i]);
    assert_null(report_format_find("pdf"));
    assert_null(report_format_find(""));
    struct record *record = make_record("text");
    FILE *full = fopen("/dev/full", "we");
    assert_non_null(full);
    setvbuf(full, NULL, _IONBF, 0);
    struct report *report = read_back(record, false);
    for (size_t i = 0; i < n; i++) {
        struct report_options options = {0};
        clearerr(full);
        assert_true(formats[i].write(full, report, &options) < 0);
    }
    fclose(full);
    report_free(report);
    record_free(record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_report_json_keeps_its_promises),
        cmocka_unit_test(test_report_what_was_not_measured_is_null),
        cmocka_unit_test(test_report_times_of_the_reference),
        cmocka_unit_test(test_report_hidden_tests_say_nothing),
        cmocka_unit_test(test_report_memory_is_explained),
        cmocka_unit_test(test_report_our_own_failure_is_told),
        cmocka_unit_test(test_report_hostile_bytes_are_harmless),
        cmocka_unit_test(test_report_of_many_tests),
        cmocka_unit_test(test_report_formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
