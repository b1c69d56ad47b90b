/* The JSON report, schema 1: names are promises (design "Report: JSON"); fields may be added, none renamed. */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/json_memory.h"
#include "judge/judge.h"
#include "judge/report.h"
#include "sandbox/util.h"
#include "version.h"

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

static const char *status_name(enum test_status status)
{
    return status == TEST_RUN ? "run" : status == TEST_INCONCLUSIVE ? "inconclusive" : "skipped";
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
static json_t *spread_json(const struct test_result *test, bool reveal)
{
    struct test_spread_view view = test_spread_view(test, reveal);
    return json_pack("{s:I,s:[o,o],s:[o,o],s:[o,o]}", "runs", (json_int_t)test->n_samples, "cpu_ms",
                     number(view.cpu_ms[0]), number(view.cpu_ms[1]), "wall_ms",
                     number(view.wall_ms[0]), number(view.wall_ms[1]), "memory_bytes",
                     count(view.memory_bytes[0]), count(view.memory_bytes[1]));
}

/* jansson refuses NULL values of "o": without a piece there is no object. */
json_t *report_test_json(const struct test_result *test, bool reveal)
{
    struct test_view view = test_view(test, reveal);
    /* clang-format off */
    json_t *json = json_pack(
        "{s:s,s:b,s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:i,s:o,s:o,s:b,s:b,s:o,s:o}",
        "name", view.name,
        "hidden", test->hidden,
        "status", status_name(test->status),
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
    json = with(json, "prepare_wall_ms", number(view.prepare_wall_ms));
    json = with(json, "notes", notes_json(test, &view));
    if (test->n_samples > 1)
        json = with(json, "spread", spread_json(test, reveal));
    json = with(json, "reference_cpu_ms", number(view.reference_cpu_ms));
    json = with(json, "times_reference", number(view.times_reference));
    if (test->n_calls > 1)
        json = with(json, "calls", json_integer((json_int_t)test->n_calls));
    if (test->first_cpu_us >= 0 && view.details)
        json = with(json, "first_cpu_ms", number((double)test->first_cpu_us / 1000.0));
    if (view.details && test->out)
        json = with(json, "stdout", hostile(test->out, test->n_out));
    if (view.details && test->err)
        json = with(json, "stderr", hostile(test->err, test->n_err));
    return json;
}

static json_t *limits_json(const struct test_limits *limits)
{
    return json_pack("{s:I,s:I,s:I,s:I}", "cpu_ms", (json_int_t)limits->cpu_ms, "wall_ms",
                     (json_int_t)limits->wall_ms, "memory_bytes", (json_int_t)limits->memory_bytes,
                     "output_bytes", (json_int_t)limits->output_bytes);
}

static json_t *groups_json(const struct record *record)
{
    json_t *list = json_array();
    for (size_t i = 0; i < record->n_groups; i++) {
        const struct group_result *group = &record->groups[i];
        if (!group->offered)
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

static json_t *tests_json(const struct record *record, bool reveal)
{
    json_t *list = json_array();
    for (size_t i = 0; i < record->n_tests; i++) {
        const struct test_result *test = &record->tests[i];
        if (!record->groups[test->group].offered)
            continue;
        json_t *json = report_test_json(test, reveal);
        list = appended(list, with(json, "group", json_string(record->groups[test->group].name)));
    }
    return list;
}

static json_t *strings_json(char *const *strings, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n && strings[i]; i++)
        list = appended(list, hostile(strings[i], strlen(strings[i])));
    return list;
}

static json_t *compile_json(const struct compile_result *compile)
{
    bool done = compile->verdict != VERDICT_NONE;
    return json_pack("{s:o,s:o,s:o,s:b}", "verdict", verdict_json(compile->verdict), "wall_ms",
                     number(done ? compile->wall_ms : NAN), "output",
                     hostile(compile->output, compile->n_output), "cached", compile->cached);
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

static void maxima(const struct record *record, bool reveal, double *ret_cpu_ms,
                   int64_t *ret_memory)
{
    *ret_cpu_ms = NAN;
    *ret_memory = -1;
    for (size_t i = 0; i < record->n_tests; i++) {
        struct test_view view = test_view(&record->tests[i], reveal);
        if (!isnan(view.cpu_ms) && !(view.cpu_ms <= *ret_cpu_ms))
            *ret_cpu_ms = view.cpu_ms;
        *ret_memory = view.memory_bytes > *ret_memory ? view.memory_bytes : *ret_memory;
    }
}

json_t *report_json(const struct record *record, const struct report_options *options)
{
    struct test_limits limits = largest_limits(record);
    double cpu_ms = NAN;
    int64_t memory = -1;
    maxima(record, options->reveal, &cpu_ms, &memory);
    size_t n_missing = 0;
    while (record->missing && record->missing[n_missing])
        n_missing++;
    /* clang-format off */
    json_t *json = json_pack(
        "{s:i,s:{s:s,s:s},s:s,s:I,s:s,s:s,s:s,s:s,s:o,s:s,s:{s:s,s:i,s:s},s:o,s:I,s:I,s:{s:s,s:s},"
        "s:{s:s,s:o},s:o,s:o,s:o,s:o,s:o,s:o,s:o}",
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
        "verdict", verdict_json(record->verdict),
        "score", (json_int_t)record->score,
        "max_score", (json_int_t)record->max_score,
        "seed", "kind", record->seed_secret ? "secret" : "public", "id", record->seed_id,
        "isolation", "tier", sandbox_tier_name(record->tier), "missing", strings_json(record->missing, n_missing),
        "limits", limits_json(&limits),
        "warnings", strings_json(record->warnings, record->n_warnings),
        "compile", compile_json(&record->compile),
        "groups", groups_json(record),
        "tests", tests_json(record, options->reveal),
        "cpu_ms_max", number(cpu_ms),
        "memory_bytes_max", count(memory));
    /* clang-format on */
    json = with(json, "inconclusive", json_boolean(record->inconclusive));
    json = with(json, "score_undecided", json_integer((json_int_t)record->score_undecided));
    json = with(json, "stopped_at_first_failure", json_boolean(record->failed_fast));
    size_t fixed = 0, total = 0;
    if (record_bugs(record, &fixed, &total))
        json = with(json, "bugs",
                    json_pack("{s:I,s:I}", "fixed", (json_int_t)fixed, "total", (json_int_t)total));
    return json;
}

int report_write_json(FILE *file, const struct record *record, const struct report_options *options)
{
    unsigned long failures = json_memory_failures();
    json_t *json = report_json(record, options);
    if (!json)
        return -ENOMEM;
    int bad = json_dumpf(json, file, JSON_COMPACT | JSON_REAL_PRECISION(15));
    json_decref(json);
    if (json_memory_failures() != failures)
        return -ENOMEM;
    return bad || fputc('\n', file) == EOF ? -EIO : 0;
}
