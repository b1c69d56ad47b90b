/* The JSON report, schema 1: names are promises (design "Report: JSON"); fields may be added, none renamed. */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "judge/compile_output.h"
#include "judge/escape.h"
#include "judge/json_memory.h"
#include "judge/judge.h"
#include "judge/report.h"
#include "sandbox/util.h"
#include "version.h"

#define NUMBERED_BYTES 64

/* A JSON string of hostile bytes: what is not UTF-8 is escaped visibly, so that every report is valid JSON. */
static json_t *hostile(const char *bytes, size_t n)
{
    auto_free char *block = escape_block(bytes ? bytes : "", bytes ? n : 0);
    return block ? json_string(block) : NULL;
}

static json_t *text_or_null(const char *text)
{
    return text && text[0] ? hostile(text, strlen(text)) : json_null();
}

/* A number that was not measured is null, never 0. */
static json_t *number(double value)
{
    return isnan(value) ? json_null() : json_real(round(value * 1000.0) / 1000.0);
}

static json_t *count(int64_t value)
{
    return value < 0 ? json_null() : json_integer(value);
}

static json_t *verdict_json(enum verdict verdict)
{
    return verdict == VERDICT_NONE ? json_null() : json_string(verdict_name(verdict));
}

static json_t *signal_json(int signal)
{
    if (signal == 0)
        return json_null();
    const char *name = sigabbrev_np(signal);
    return name ? json_sprintf("SIG%s", name) : json_sprintf("SIG%d", signal);
}

/* A list or object that lacks a piece is none: no report looks whole and is not.  Both take over `json`, return it
 * or NULL. */
static json_t *appended(json_t *json, json_t *item)
{
    if (json_array_append_new(json, item) == 0)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *with(json_t *json, const char *key, json_t *value)
{
    if (json_object_set_new(json, key, value) == 0)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *blocked_json(const struct test_result *test, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        const struct sandbox_blocked *call = &test->blocked[i];
        list = appended(
            list, json_pack("{s:o,s:o,s:i}", "name", hostile(call->name, strlen(call->name)),
                            "args", hostile(call->args, strlen(call->args)), "count", call->count));
    }
    return list;
}

/* Text for people, of tests that may be seen. */
static json_t *values_json(const struct shown *shown)
{
    return json_pack("{s:o,s:o,s:o,s:o}", "input", text_or_null(shown->input), "expected",
                     text_or_null(shown->expected), "got", text_or_null(shown->got), "difference",
                     text_or_null(shown->difference));
}

static json_t *notes_json(const struct test_result *test, const struct test_view *view)
{
    json_t *list = json_array();
    struct test_note notes[TEST_NOTES_MAX];
    size_t n = test_notes(test, view, notes);
    for (size_t i = 0; i < n; i++)
        list = appended(list, json_string(notes[i].text));
    return list;
}

/* The least and the most of the runs whose median stands in cpu_ms, wall_ms and memory_bytes. */
static json_t *spread_json(const struct test_result *test, enum visibility visibility)
{
    struct test_spread_view view = test_spread_view(test, visibility);
    return json_pack("{s:I,s:[o,o],s:[o,o],s:[o,o]}", "runs", (json_int_t)test->n_samples, "cpu_ms",
                     number(view.cpu_ms[0]), number(view.cpu_ms[1]), "wall_ms",
                     number(view.wall_ms[0]), number(view.wall_ms[1]), "memory_bytes",
                     count(view.memory_bytes[0]), count(view.memory_bytes[1]));
}

/* Names tell what is tested: a hidden test has its number. */
static const char *shown_name(const struct test_result *test, const char *group, bool open,
                              char numbered[NUMBERED_BYTES])
{
    if (open)
        return test->name;
    snprintf(numbered, NUMBERED_BYTES, "%s/%zu", group, test->number);
    return numbered;
}

/* jansson refuses NULL values of "o": without a piece there is no object. */
json_t *report_test_json(const struct test_result *test, const char *group,
                         enum visibility visibility)
{
    struct test_view view = test_view(test, visibility);
    char numbered[NUMBERED_BYTES];
    /* clang-format off */
    json_t *json = json_pack(
        "{s:s,s:b,s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:i,s:o,s:o,s:b,s:b,s:o,s:o}",
        "name", shown_name(test, group, view.details, numbered),
        "hidden", test->hidden,
        "status", test_status_name(test->status),
        "skip_reason", text_or_null(test->skip_reason),
        "verdict", verdict_json(test->verdict),
        "cpu_ms", number(view.cpu_ms),
        "wall_ms", number(view.wall_ms),
        "memory_bytes", count(view.memory_bytes),
        "prepare_cpu_ms", number(view.prepare_cpu_ms),
        "prepare_memory_bytes", count(view.prepare_memory_bytes),
        "repeats", test->repeats,
        "exit_code", count(view.exit_code),
        "signal", signal_json(view.signal),
        "idle", test->idle,
        "output_truncated", view.output_truncated,
        "message", hostile(view.message, strlen(view.message)),
        "blocked_syscalls", blocked_json(test, view.n_blocked));
    /* clang-format on */
    json =
        with(json, "measured",
             json_pack("{s:o,s:o,s:o}", "cpu", text_or_null(test->cpu_source), "memory",
                       text_or_null(test->memory_source), "wall", text_or_null(test->wall_source)));
    json = with(
        json, "overhead_ms",
        number(test->overhead_us >= 0 && view.details ? (double)test->overhead_us / 1000.0 : NAN));
    json = with(json, "memory_tmpfs_bytes", count(view.memory_tmpfs_bytes));
    json = with(json, "prepare_wall_ms", number(view.prepare_wall_ms));
    json = with(json, "line", count(view.line));
    json = with(json, "start",
                test->status == TEST_RUN ? json_string(test->warm ? "warm" : "cold") : json_null());
    json = with(json, "notes", notes_json(test, &view));
    if (test->n_samples > 1)
        json = with(json, "spread", spread_json(test, visibility));
    json = with(json, "reference_cpu_ms", number(view.reference_cpu_ms));
    json = with(json, "times_reference", number(view.times_reference));
    if (test->n_calls > 1)
        json = with(json, "calls", json_integer((json_int_t)test->n_calls));
    if (test->first_cpu_us >= 0 && view.details)
        json = with(json, "first_cpu_ms", number((double)test->first_cpu_us / 1000.0));
    if (view.details && test->shown.input)
        json = with(json, "values", values_json(&test->shown));
    if (view.details && test->out)
        json = with(json, "stdout", hostile(test->out, test->n_out));
    if (view.details && test->err)
        json = with(json, "stderr", hostile(test->err, test->n_err));
    return group ? with(json, "group", json_string(group)) : json;
}

static json_t *limits_json(const struct test_limits *limits)
{
    return json_pack("{s:I,s:I,s:I,s:I}", "cpu_ms", (json_int_t)limits->cpu_ms, "wall_ms",
                     (json_int_t)limits->wall_ms, "memory_bytes", (json_int_t)limits->memory_bytes,
                     "output_bytes", (json_int_t)limits->output_bytes);
}

static json_t *groups_json(const struct record *record, enum visibility visibility)
{
    json_t *list = json_array();
    for (size_t i = 0; i < record->n_groups; i++) {
        const struct group_result *group = &record->groups[i];
        if (!group->offered || (group->hidden && visibility < VISIBILITY_GROUP))
            continue;
        list = appended(list, json_pack("{s:s,s:b,s:b,s:I,s:I,s:o,s:o,s:o}", "name", group->name,
                                        "hidden", group->hidden, "inconclusive",
                                        group->inconclusive, "points", (json_int_t)group->points,
                                        "max_points", (json_int_t)group->max_points, "verdict",
                                        verdict_json(group->verdict), "limits",
                                        limits_json(&group->limits), "factor",
                                        number(group->factor > 0 ? group->factor : NAN)));
    }
    return list;
}

/* Tests that a report shows, one after another. */
struct shown_tests {
    const struct record *record;
    enum visibility visibility;
    size_t next;
    bool failed; /* out of memory */
};

/* A new reference; NULL: that was the last, or it failed. */
static json_t *next_test(void *data)
{
    struct shown_tests *tests = data;
    const struct record *record = tests->record;
    while (tests->next < record->n_tests) {
        const struct test_result *test = &record->tests[tests->next++];
        const struct group_result *group = &record->groups[test->group];
        if (!group->offered || (test->hidden && tests->visibility < VISIBILITY_KIND))
            continue;
        json_t *json = report_test_json(test, group->name, tests->visibility);
        tests->failed = !json;
        return json;
    }
    return NULL;
}

static json_t *strings_json(char *const *strings, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n && strings[i]; i++)
        list = appended(list, hostile(strings[i], strlen(strings[i])));
    return list;
}

#define DIAGNOSTICS_MAX 50 /* more of them help nobody */

static json_t *diagnostic_json(const struct compile_diagnostic *diagnostic)
{
    return json_pack("{s:i,s:o,s:s,s:o}", "line", diagnostic->line, "column",
                     diagnostic->column > 0 ? json_integer(diagnostic->column) : json_null(),
                     "severity", diagnostic->severity, "message",
                     hostile(diagnostic->message, diagnostic->n_message));
}

static json_t *diagnostics_json(const struct compile_result *compile)
{
    json_t *list = json_array();
    const char *end = compile->output + compile->n_output;
    for (const char *line = compile->output; line && line < end;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        const char *stop = newline ? newline : end;
        struct compile_diagnostic diagnostic;
        if (json_array_size(list) < DIAGNOSTICS_MAX &&
            compile_output_diagnostic(line, (size_t)(stop - line), &diagnostic))
            list = appended(list, diagnostic_json(&diagnostic));
        line = stop + 1;
    }
    return list;
}

static json_t *compile_json(const struct compile_result *compile, const char *file)
{
    bool done = compile->verdict != VERDICT_NONE;
    size_t n = 0;
    auto_free char *output =
        compile_output_named(compile->output, compile->output ? compile->n_output : 0, file, &n);
    if (!output)
        return NULL;
    return json_pack("{s:o,s:o,s:o,s:b,s:o}", "verdict", verdict_json(compile->verdict), "wall_ms",
                     number(done ? compile->wall_ms : NAN), "output", hostile(output, n), "cached",
                     compile->cached, "diagnostics", diagnostics_json(compile));
}

/* The largest limits of the groups: what "limits" at the top says; each group has its own. */
static struct test_limits largest_limits(const struct record *record)
{
    struct test_limits max = {0};
    for (size_t i = 0; i < record->n_groups; i++) {
        const struct test_limits *own = &record->groups[i].limits;
        if (!record->groups[i].offered)
            continue;
        max.cpu_ms = own->cpu_ms > max.cpu_ms ? own->cpu_ms : max.cpu_ms;
        max.wall_ms = own->wall_ms > max.wall_ms ? own->wall_ms : max.wall_ms;
        max.memory_bytes =
            own->memory_bytes > max.memory_bytes ? own->memory_bytes : max.memory_bytes;
        max.output_bytes =
            own->output_bytes > max.output_bytes ? own->output_bytes : max.output_bytes;
    }
    return max;
}

static void maxima(const struct record *record, enum visibility visibility, double *ret_cpu_ms,
                   int64_t *ret_memory)
{
    *ret_cpu_ms = NAN;
    *ret_memory = -1;
    for (size_t i = 0; i < record->n_tests; i++) {
        if (record->tests[i].hidden && visibility < VISIBILITY_KIND)
            continue;
        struct test_view view = test_view(&record->tests[i], visibility);
        if (!isnan(view.cpu_ms) && !(view.cpu_ms <= *ret_cpu_ms))
            *ret_cpu_ms = view.cpu_ms;
        *ret_memory = view.memory_bytes > *ret_memory ? view.memory_bytes : *ret_memory;
    }
}

static bool has_hidden(const struct record *record)
{
    for (size_t i = 0; i < record->n_groups; i++)
        if (record->groups[i].offered && record->groups[i].hidden)
            return true;
    return false;
}

/* That it does not compile says nothing of hidden tests, nor does a failure of ours. */
static enum verdict shown_verdict(const struct record *record, enum visibility visibility)
{
    bool of_hidden = has_hidden(record) && record->compile.verdict != VERDICT_CE &&
                     record->verdict != VERDICT_JE;
    return of_hidden && visibility < VISIBILITY_VERDICT ? VERDICT_NONE : record->verdict;
}

/* All but the tests: their list is empty. */
static json_t *record_json(const struct record *record, enum visibility visibility)
{
    struct test_limits limits = largest_limits(record);
    double cpu_ms = NAN;
    int64_t memory = -1;
    maxima(record, visibility, &cpu_ms, &memory);
    size_t n_missing = 0;
    while (record->missing && record->missing[n_missing])
        n_missing++;
    /* clang-format off */
    json_t *json = json_pack(
        "{s:i,s:{s:s,s:s},s:s,s:I,s:s,s:s,s:s,s:s,s:o,s:s,s:{s:s,s:i,s:s},s:o,s:o,s:I,s:{s:s,s:s},"
        "s:{s:s,s:o},s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:{s:s,s:o,s:o}}",
        "schema", 1,
        "tool", "version", MLJUDGE_VERSION, "commit", MLJUDGE_COMMIT,
        "problem", record->problem,
        "problem_version", (json_int_t)record->problem_version,
        "problem_sha256", record->problem_sha256,
        "submission_sha256", record->submission_sha256,
        "language", record->language,
        "language_version", record->language_version,
        "file", hostile(record->file, strlen(record->file)),
        "started_at", record->started_at,
        "machine", "cpu", record->cpu, "cores", record->cores, "kernel", record->kernel,
        "verdict", verdict_json(shown_verdict(record, visibility)),
        "score", count(visibility < VISIBILITY_GROUP && has_hidden(record) ? -1 : record->score),
        "max_score", (json_int_t)record->max_score,
        "seed", "kind", record->seed_secret ? "secret" : "public", "id", record->seed_id,
        "isolation", "tier", sandbox_tier_name(record->tier), "missing", strings_json(record->missing, n_missing),
        "limits", limits_json(&limits),
        "warnings", strings_json(record->warnings, record->n_warnings),
        "compile", compile_json(&record->compile, record->file),
        "groups", groups_json(record, visibility),
        "tests", json_array(),
        "cpu_ms_max", number(cpu_ms),
        "memory_bytes_max", count(memory),
        "title", hostile(record->title, strlen(record->title)),
        "visibility", "shown", visibility_name(visibility), "policy", text_or_null(record->policy),
            "tries", count(record->tries));
    /* clang-format on */
    if (record->uncompared)
        json = with(json, "compared", json_false());
    bool tells = visibility >= VISIBILITY_VERDICT || !has_hidden(record);
    bool scored = visibility >= VISIBILITY_GROUP || !has_hidden(record);
    json = with(json, "inconclusive", tells ? json_boolean(record->inconclusive) : json_null());
    json = with(json, "score_undecided", count(scored ? record->score_undecided : -1));
    json = with(json, "stopped_at_first_failure",
                tells ? json_boolean(record->failed_fast) : json_null());
    size_t fixed = 0, total = 0;
    if (visibility >= VISIBILITY_GROUP && record_bugs(record, &fixed, &total))
        json = with(json, "bugs",
                    json_pack("{s:I,s:I}", "fixed", (json_int_t)fixed, "total", (json_int_t)total));
    return json;
}

int report_of_record(const struct record *record, enum visibility visibility, struct report **ret,
                     struct error *err)
{
    unsigned long failures = json_memory_failures();
    json_t *json = record_json(record, visibility);
    struct shown_tests tests = {.record = record, .visibility = visibility};
    struct report *report = NULL;
    int r = json ? report_read_by_test(json, next_test, &tests, record->n_tests, "the report",
                                       &report, err)
                 : error_oom(err);
    json_decref(json);
    if (r == 0 && (tests.failed || json_memory_failures() != failures)) {
        report_free(report);
        return error_oom(err);
    }
    if (r < 0)
        return r;
    report->record = record;
    *ret = report;
    return 0;
}

int report_complete(struct report *report, struct error *err)
{
    if (!report->record)
        return 0;
    unsigned long failures = json_memory_failures();
    struct shown_tests tests = {.record = report->record, .visibility = report->shown};
    json_t *list = json_array(), *test = NULL;
    while ((test = next_test(&tests)) != NULL)
        list = appended(list, test);
    if (json_object_set_new(report->json, "tests", list) != 0 || tests.failed ||
        json_memory_failures() != failures)
        return error_oom(err);
    report->record = NULL;
    return 0;
}

/* ---- written ----
 * 0, -EIO or -ENOMEM. */

#define COMPACT (JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15))

static int write_value(FILE *file, const json_t *value)
{
    unsigned long failures = json_memory_failures();
    int bad = json_dumpf(value, file, COMPACT);
    return json_memory_failures() != failures ? -ENOMEM : bad ? -EIO : 0;
}

static int write_tests(FILE *file, const struct report *report)
{
    struct shown_tests tests = {.record = report->record, .visibility = report->shown};
    json_t *test = NULL;
    unsigned long failures = json_memory_failures();
    int r = fputc('[', file) == EOF ? -EIO : 0;
    for (size_t n = 0; r == 0 && (test = next_test(&tests)) != NULL; n++) {
        r = n > 0 && fputc(',', file) == EOF ? -EIO : write_value(file, test);
        json_decref(test);
    }
    if (tests.failed || json_memory_failures() != failures)
        return -ENOMEM;
    return r < 0 || fputc(']', file) != EOF ? r : -EIO;
}

/* The bytes that json_dumpf() makes of the whole, which there is not: a test at a time. */
static int write_by_test(FILE *file, const struct report *report)
{
    const char *name = NULL;
    json_t *value = NULL;
    char before = '{';
    int r = 0;
    json_object_foreach(report->json, name, value)
    {
        if (r == 0)
            r = fprintf(file, "%c\"%s\":", before, name) < 0 ? -EIO
                : strcmp(name, "tests") == 0                 ? write_tests(file, report)
                                                             : write_value(file, value);
        before = ',';
    }
    return r < 0 || fputc('}', file) != EOF ? r : -EIO;
}

int report_write_json(FILE *file, const struct report *report, const struct report_options *options)
{
    (void)options;
    int r = report->record ? write_by_test(file, report) : write_value(file, report->json);
    return r < 0 || fputc('\n', file) != EOF ? r : -EIO;
}
