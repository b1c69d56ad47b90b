#include "judge/report_read.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/json_memory.h"
#include "judge/json_place.h"
#include "sandbox/util.h"

/* ---- members of an object ----
 * The first complaint stays in reader->err; whoever reads on after it reads nothing but defaults. */

#define POINTER_BYTES 256
#define NUMBER_MAX    1e15 /* of milliseconds */
#define COUNT_MAX     ((int64_t)1 << 53)

struct reader {
    const char *name;
    struct kept_texts *texts; /* where strings are copied to; NULL: they live as long as the JSON */
    char pointer[POINTER_BYTES]; /* where the object stands that is being read */
    struct error *err;
    int r;
};

enum need { OPTIONAL, REQUIRED }; /* null is as good as missing where it is optional */

static void complain(struct reader *reader, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void complain(struct reader *reader, const char *key, const char *format, ...)
{
    char text[256];
    if (reader->r < 0)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t length = strlen(reader->pointer);
    if (key)
        length = json_pointer_key(reader->pointer, sizeof reader->pointer, key);
    reader->r = error_set(reader->err, -EINVAL, "%s: %s: %s", reader->name,
                          reader->pointer[0] ? reader->pointer : "/", text);
    json_pointer_cut(reader->pointer, length);
}

static void *allocate(struct reader *reader, size_t n, size_t size)
{
    void *memory = reader->r < 0 ? NULL : calloc(n + 1, size);
    if (!memory && reader->r == 0)
        reader->r = error_oom(reader->err);
    return memory;
}

/* ---- strings that outlive their JSON ----
 * Packed one behind the other; one that was kept shortly before, as most words of a test were, is kept once. */

#define TEXTS_BLOCK_BYTES 4096
#define TEXTS_RECENT      16

struct kept_block {
    struct kept_block *before;
    size_t used, size;
    char bytes[];
};

struct kept_texts {
    struct kept_block *blocks;
    const char *recent[TEXTS_RECENT];
    size_t next; /* of `recent`, to be replaced */
};

static void texts_free(struct kept_texts *texts)
{
    struct kept_block *block = texts ? texts->blocks : NULL;
    while (block) {
        struct kept_block *before = block->before;
        free(block);
        block = before;
    }
    free(texts);
}

/* NULL if out of memory. */
static char *texts_room(struct kept_texts *texts, size_t size)
{
    struct kept_block *block = texts->blocks;
    if (!block || block->size - block->used < size) {
        size_t bytes = size > TEXTS_BLOCK_BYTES ? size : TEXTS_BLOCK_BYTES;
        block = malloc(sizeof *block + bytes);
        if (!block)
            return NULL;
        *block = (struct kept_block){.before = texts->blocks, .size = bytes};
        texts->blocks = block;
    }
    block->used += size;
    return block->bytes + block->used - size;
}

static const char *keep(struct reader *reader, const char *text)
{
    struct kept_texts *texts = reader->texts;
    if (!texts || !text[0])
        return texts ? "" : text;
    for (size_t i = 0; i < TEXTS_RECENT; i++)
        if (texts->recent[i] && strcmp(texts->recent[i], text) == 0)
            return texts->recent[i];
    size_t size = strlen(text) + 1;
    char *kept = texts_room(texts, size);
    if (!kept) {
        reader->r = reader->r < 0 ? reader->r : error_oom(reader->err);
        return "";
    }
    memcpy(kept, text, size);
    texts->recent[texts->next++ % TEXTS_RECENT] = kept;
    return kept;
}

/* NULL if it is not there, or null. */
static json_t *member(struct reader *reader, const json_t *object, const char *key, enum need need)
{
    json_t *value = reader->r < 0 ? NULL : json_object_get(object, key);
    if (!value && need == REQUIRED)
        complain(reader, key, "is missing");
    else if (need == REQUIRED && json_is_null(value))
        complain(reader, key, "must not be null");
    return value && json_is_null(value) ? NULL : value;
}

static const char *get_text(struct reader *reader, const json_t *object, const char *key,
                            enum need need)
{
    json_t *value = member(reader, object, key, need);
    if (value && !json_is_string(value))
        complain(reader, key, "must be a string");
    return json_is_string(value) ? keep(reader, json_string_value(value)) : "";
}

/* -1 if it is null. */
static int64_t get_count(struct reader *reader, const json_t *object, const char *key,
                         enum need need)
{
    json_t *value = member(reader, object, key, need);
    if (!value)
        return -1;
    int64_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 0 || number > COUNT_MAX) {
        complain(reader, key, "must be a whole number from 0 to %" PRId64, COUNT_MAX);
        return -1;
    }
    return number;
}

/* NAN if it is null. */
static double get_number(struct reader *reader, const json_t *object, const char *key)
{
    json_t *value = member(reader, object, key, OPTIONAL);
    if (!value)
        return NAN;
    double number = json_number_value(value);
    if (!json_is_number(value) || !(number >= 0 && number <= NUMBER_MAX)) {
        complain(reader, key, "must be a number from 0 to %g", NUMBER_MAX);
        return NAN;
    }
    return number;
}

static bool get_bool(struct reader *reader, const json_t *object, const char *key, enum need need)
{
    json_t *value = member(reader, object, key, need);
    if (value && !json_is_boolean(value))
        complain(reader, key, "must be true or false");
    return json_is_true(value);
}

/* The index of the word among n; `otherwise` if it is null. */
static size_t get_word(struct reader *reader, const json_t *object, const char *key, enum need need,
                       const char *(*word)(size_t), size_t n, size_t otherwise)
{
    const char *text = get_text(reader, object, key, need);
    if (!text[0] && need == OPTIONAL)
        return otherwise;
    char known[160] = "";
    for (size_t i = 0; i < n; i++) {
        if (strcmp(word(i), text) == 0)
            return i;
        snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s",
                 known[0] && word(i)[0] ? ", " : "", word(i));
    }
    complain(reader, key, "must be one of %s", known);
    return otherwise;
}

static const char *verdict_word(size_t i)
{
    return verdict_name((enum verdict)i);
}

static const char *status_word(size_t i)
{
    return test_status_name((enum test_status)i);
}

static const char *visibility_word(size_t i)
{
    return visibility_name((enum visibility)i);
}

static enum verdict get_verdict(struct reader *reader, const json_t *object)
{
    return (enum verdict)get_word(reader, object, "verdict", OPTIONAL, verdict_word, VERDICT_JE + 1,
                                  VERDICT_NONE);
}

/* ---- objects and lists ---- */

/* Steps into the object; leave() with what it returns. */
static size_t enter(struct reader *reader, const json_t *object, const char *key, enum need need,
                    json_t **ret)
{
    *ret = member(reader, object, key, need);
    if (*ret && !json_is_object(*ret)) {
        complain(reader, key, "must be an object");
        *ret = NULL;
    }
    return json_pointer_key(reader->pointer, sizeof reader->pointer, key);
}

static void leave(struct reader *reader, size_t length)
{
    json_pointer_cut(reader->pointer, length);
}

typedef void read_item_fn(struct reader *reader, const json_t *item, void *ret, void *data);

static read_item_fn read_group;

/* Reads each element of the list into an array of n items of `size` bytes; calloc'ed. */
static void *get_list(struct reader *reader, const json_t *object, const char *key, enum need need,
                      size_t size, read_item_fn *read_item, void *data, size_t *ret_n)
{
    json_t *list = member(reader, object, key, need);
    if (list && !json_is_array(list))
        complain(reader, key, "must be a list");
    size_t n = json_array_size(list);
    size_t max = read_item == read_group ? REPORT_GROUPS_MAX : REPORT_LIST_MAX;
    if (n > max)
        complain(reader, key, "has %zu entries; at most %zu are read", n, max);
    *ret_n = 0;
    if (n == 0)
        return NULL;
    char *items = allocate(reader, n, size);
    if (!items)
        return NULL;
    *ret_n = n;
    size_t length = json_pointer_key(reader->pointer, sizeof reader->pointer, key);
    for (size_t i = 0; i < n && reader->r == 0; i++) {
        size_t own = json_pointer_index(reader->pointer, sizeof reader->pointer, i);
        read_item(reader, json_array_get(list, i), items + i * size, data);
        json_pointer_cut(reader->pointer, own);
    }
    json_pointer_cut(reader->pointer, length);
    return items;
}

static void read_string(struct reader *reader, const json_t *item, void *ret, void *data)
{
    (void)data;
    if (json_is_string(item))
        *(const char **)ret = keep(reader, json_string_value(item));
    else
        complain(reader, NULL, "must be a string");
}

static bool is_object(struct reader *reader, const json_t *item)
{
    if (!json_is_object(item))
        complain(reader, NULL, "must be an object");
    return json_is_object(item);
}

/* ---- the report ---- */

static struct test_limits get_limits(struct reader *reader, const json_t *object)
{
    json_t *json = NULL;
    size_t length = enter(reader, object, "limits", REQUIRED, &json);
    struct test_limits limits = {.cpu_ms = get_count(reader, json, "cpu_ms", REQUIRED),
                                 .wall_ms = get_count(reader, json, "wall_ms", REQUIRED),
                                 .memory_bytes = get_count(reader, json, "memory_bytes", REQUIRED),
                                 .output_bytes = get_count(reader, json, "output_bytes", REQUIRED)};
    leave(reader, length);
    return limits;
}

static void read_group(struct reader *reader, const json_t *item, void *ret, void *data)
{
    (void)data;
    if (!is_object(reader, item))
        return;
    *(struct report_group *)ret = (struct report_group){
        .name = get_text(reader, item, "name", REQUIRED),
        .hidden = get_bool(reader, item, "hidden", OPTIONAL),
        .points = get_count(reader, item, "points", REQUIRED),
        .max_points = get_count(reader, item, "max_points", REQUIRED),
        .verdict = get_verdict(reader, item),
        .inconclusive = get_bool(reader, item, "inconclusive", OPTIONAL),
        .limits = get_limits(reader, item),
        .factor = get_number(reader, item, "factor"),
    };
}

static void read_blocked(struct reader *reader, const json_t *item, void *ret, void *data)
{
    (void)data;
    if (!is_object(reader, item))
        return;
    int64_t count = get_count(reader, item, "count", OPTIONAL);
    *(struct report_blocked *)ret =
        (struct report_blocked){.name = get_text(reader, item, "name", REQUIRED),
                                .args = get_text(reader, item, "args", REQUIRED),
                                .count = count < 0 ? 1 : count};
}

static size_t get_group(struct reader *reader, const json_t *item, const struct report *report)
{
    const char *name = get_text(reader, item, "group", REQUIRED);
    for (size_t g = 0; g < report->n_groups; g++)
        if (strcmp(report->groups[g].name, name) == 0)
            return g;
    complain(reader, "group", "is no group of /groups: \"%.60s\"", name);
    return 0;
}

static void read_measured(struct reader *reader, const json_t *item, struct report_test *test)
{
    json_t *json = NULL;
    size_t length = enter(reader, item, "measured", OPTIONAL, &json);
    test->measured_cpu = get_text(reader, json, "cpu", OPTIONAL);
    test->measured_memory = get_text(reader, json, "memory", OPTIONAL);
    test->measured_wall = get_text(reader, json, "wall", OPTIONAL);
    leave(reader, length);
}

static void read_values(struct reader *reader, const json_t *item, struct report_test *test)
{
    json_t *json = NULL;
    size_t length = enter(reader, item, "values", OPTIONAL, &json);
    test->input = get_text(reader, json, "input", OPTIONAL);
    test->expected = get_text(reader, json, "expected", OPTIONAL);
    test->got = get_text(reader, json, "got", OPTIONAL);
    test->difference = get_text(reader, json, "difference", OPTIONAL);
    leave(reader, length);
}

/* [least, most], each null where it was not measured. */
static json_t *get_pair(struct reader *reader, const json_t *object, const char *key)
{
    json_t *pair = member(reader, object, key, OPTIONAL);
    if (pair && (!json_is_array(pair) || json_array_size(pair) != 2)) {
        complain(reader, key, "must be a list of two numbers");
        return NULL;
    }
    for (size_t i = 0; pair && i < 2; i++) {
        const json_t *number = json_array_get(pair, i);
        double value = json_number_value(number);
        if (!json_is_null(number) &&
            (!json_is_number(number) || !(value >= 0 && value <= NUMBER_MAX))) {
            complain(reader, key, "must hold numbers from 0 to %g", NUMBER_MAX);
            return NULL;
        }
    }
    return pair;
}

static void get_times(struct reader *reader, const json_t *object, const char *key, double ret[2])
{
    const json_t *pair = get_pair(reader, object, key);
    for (size_t i = 0; i < 2; i++) {
        const json_t *number = json_array_get(pair, i);
        ret[i] = json_is_number(number) ? json_number_value(number) : NAN;
    }
}

static void read_spread(struct reader *reader, const json_t *item, struct report_spread *spread)
{
    json_t *json = NULL;
    double memory_bytes[2];
    size_t length = enter(reader, item, "spread", OPTIONAL, &json);
    spread->runs = get_count(reader, json, "runs", json ? REQUIRED : OPTIONAL);
    get_times(reader, json, "cpu_ms", spread->cpu_ms);
    get_times(reader, json, "wall_ms", spread->wall_ms);
    get_times(reader, json, "memory_bytes", memory_bytes);
    for (size_t i = 0; i < 2; i++)
        spread->memory_bytes[i] = isnan(memory_bytes[i]) ? -1 : (int64_t)memory_bytes[i];
    leave(reader, length);
}

static const char *get_output(struct reader *reader, const json_t *item, const char *key)
{
    return json_object_get(item, key) ? get_text(reader, item, key, OPTIONAL) : NULL;
}

static void read_test(struct reader *reader, const json_t *item, void *ret, void *data)
{
    const struct report *report = data;
    struct report_test *test = ret;
    if (!is_object(reader, item))
        return;
    *test = (struct report_test){
        .name = get_text(reader, item, "name", REQUIRED),
        .group = get_group(reader, item, report),
        .hidden = get_bool(reader, item, "hidden", REQUIRED),
        .status = (enum test_status)get_word(reader, item, "status", REQUIRED, status_word,
                                             TEST_INCONCLUSIVE + 1, TEST_SKIPPED),
        .skip_reason = get_text(reader, item, "skip_reason", OPTIONAL),
        .verdict = get_verdict(reader, item),
        .cpu_ms = get_number(reader, item, "cpu_ms"),
        .wall_ms = get_number(reader, item, "wall_ms"),
        .prepare_cpu_ms = get_number(reader, item, "prepare_cpu_ms"),
        .prepare_wall_ms = get_number(reader, item, "prepare_wall_ms"),
        .overhead_ms = get_number(reader, item, "overhead_ms"),
        .first_cpu_ms = get_number(reader, item, "first_cpu_ms"),
        .reference_cpu_ms = get_number(reader, item, "reference_cpu_ms"),
        .times_reference = get_number(reader, item, "times_reference"),
        .memory_bytes = get_count(reader, item, "memory_bytes", OPTIONAL),
        .prepare_memory_bytes = get_count(reader, item, "prepare_memory_bytes", OPTIONAL),
        .memory_tmpfs_bytes = get_count(reader, item, "memory_tmpfs_bytes", OPTIONAL),
        .repeats = get_count(reader, item, "repeats", REQUIRED),
        .calls = get_count(reader, item, "calls", OPTIONAL),
        .exit_code = get_count(reader, item, "exit_code", OPTIONAL),
        .signal = get_text(reader, item, "signal", OPTIONAL),
        .idle = get_bool(reader, item, "idle", REQUIRED),
        .output_truncated = get_bool(reader, item, "output_truncated", REQUIRED),
        .line = get_count(reader, item, "line", OPTIONAL),
        .message = get_text(reader, item, "message", REQUIRED),
        .out = get_output(reader, item, "stdout"),
        .err = get_output(reader, item, "stderr"),
    };
    test->open = !test->hidden || report->shown == VISIBILITY_ALL;
    test->calls = test->calls < 1 ? 1 : test->calls;
    read_measured(reader, item, test);
    read_spread(reader, item, &test->spread);
    test->notes = get_list(reader, item, "notes", OPTIONAL, sizeof *test->notes, read_string, NULL,
                           &test->n_notes);
    read_values(reader, item, test);
    test->blocked = get_list(reader, item, "blocked_syscalls", REQUIRED, sizeof *test->blocked,
                             read_blocked, NULL, &test->n_blocked);
}

static void read_diagnostic(struct reader *reader, const json_t *item, void *ret, void *data)
{
    (void)data;
    if (!is_object(reader, item))
        return;
    *(struct report_diagnostic *)ret =
        (struct report_diagnostic){.line = get_count(reader, item, "line", REQUIRED),
                                   .column = get_count(reader, item, "column", OPTIONAL),
                                   .severity = get_text(reader, item, "severity", REQUIRED),
                                   .message = get_text(reader, item, "message", REQUIRED)};
}

static void read_compile(struct reader *reader, const json_t *json, struct report_compile *ret)
{
    json_t *compile = NULL;
    size_t length = enter(reader, json, "compile", REQUIRED, &compile);
    ret->verdict = get_verdict(reader, compile);
    ret->wall_ms = get_number(reader, compile, "wall_ms");
    ret->output = get_text(reader, compile, "output", REQUIRED);
    ret->cached = get_bool(reader, compile, "cached", OPTIONAL);
    ret->diagnostics = get_list(reader, compile, "diagnostics", OPTIONAL, sizeof *ret->diagnostics,
                                read_diagnostic, NULL, &ret->n_diagnostics);
    leave(reader, length);
}

static void read_objects(struct reader *reader, const json_t *json, struct report *report)
{
    json_t *object = NULL;
    size_t length = enter(reader, json, "tool", REQUIRED, &object);
    report->tool_version = get_text(reader, object, "version", REQUIRED);
    report->tool_commit = get_text(reader, object, "commit", REQUIRED);
    leave(reader, length);
    length = enter(reader, json, "machine", REQUIRED, &object);
    report->cpu = get_text(reader, object, "cpu", REQUIRED);
    report->cores = get_count(reader, object, "cores", REQUIRED);
    report->kernel = get_text(reader, object, "kernel", REQUIRED);
    leave(reader, length);
    length = enter(reader, json, "seed", REQUIRED, &object);
    report->seed_kind = get_text(reader, object, "kind", REQUIRED);
    report->seed_id = get_text(reader, object, "id", REQUIRED);
    leave(reader, length);
    length = enter(reader, json, "isolation", REQUIRED, &object);
    report->tier = get_text(reader, object, "tier", REQUIRED);
    report->missing = get_list(reader, object, "missing", REQUIRED, sizeof *report->missing,
                               read_string, NULL, &report->n_missing);
    leave(reader, length);
    length = enter(reader, json, "bugs", OPTIONAL, &object);
    report->bugs_fixed = get_count(reader, object, "fixed", object ? REQUIRED : OPTIONAL);
    report->bugs_total = get_count(reader, object, "total", object ? REQUIRED : OPTIONAL);
    leave(reader, length);
    length = enter(reader, json, "visibility", OPTIONAL, &object);
    report->shown = (enum visibility)get_word(reader, object, "shown", object ? REQUIRED : OPTIONAL,
                                              visibility_word, VISIBILITY_ALL + 1, VISIBILITY_KIND);
    report->policy = get_text(reader, object, "policy", OPTIONAL);
    report->tries = get_count(reader, object, "tries", OPTIONAL);
    leave(reader, length);
}

static void read_report(struct reader *reader, const json_t *json, struct report *report)
{
    if (!is_object(reader, json))
        return;
    if (get_count(reader, json, "schema", REQUIRED) != 1)
        complain(reader, "schema", "must be 1; other versions are not known here");
    report->problem = get_text(reader, json, "problem", REQUIRED);
    report->title = get_text(reader, json, "title", OPTIONAL);
    report->problem_version = get_count(reader, json, "problem_version", REQUIRED);
    report->problem_sha256 = get_text(reader, json, "problem_sha256", REQUIRED);
    report->submission_sha256 = get_text(reader, json, "submission_sha256", REQUIRED);
    report->language = get_text(reader, json, "language", REQUIRED);
    report->language_version = get_text(reader, json, "language_version", OPTIONAL);
    report->file = get_text(reader, json, "file", REQUIRED);
    report->started_at = get_text(reader, json, "started_at", REQUIRED);
    report->verdict = get_verdict(reader, json);
    report->inconclusive = get_bool(reader, json, "inconclusive", OPTIONAL);
    report->failed_fast = get_bool(reader, json, "stopped_at_first_failure", OPTIONAL);
    report->score = get_count(reader, json, "score", OPTIONAL);
    report->score_undecided = get_count(reader, json, "score_undecided", OPTIONAL);
    report->max_score = get_count(reader, json, "max_score", REQUIRED);
    report->uncompared =
        json_object_get(json, "compared") && !get_bool(reader, json, "compared", OPTIONAL);
    report->limits = get_limits(reader, json);
    report->cpu_ms_max = get_number(reader, json, "cpu_ms_max");
    report->memory_bytes_max = get_count(reader, json, "memory_bytes_max", OPTIONAL);
    read_objects(reader, json, report);
    read_compile(reader, json, &report->compile);
    report->warnings = get_list(reader, json, "warnings", REQUIRED, sizeof *report->warnings,
                                read_string, NULL, &report->n_warnings);
    report->groups = get_list(reader, json, "groups", REQUIRED, sizeof *report->groups, read_group,
                              NULL, &report->n_groups);
    report->tests = get_list(reader, json, "tests", REQUIRED, sizeof *report->tests, read_test,
                             report, &report->n_tests);
}

bool report_is_inconclusive(const struct report_test *test)
{
    return test->status == TEST_INCONCLUSIVE && test->verdict == VERDICT_NONE;
}

const char *report_phrase(enum verdict verdict, bool inconclusive)
{
    return inconclusive ? "inconclusive" : verdict_phrase(verdict);
}

const char *report_word(enum verdict verdict, bool inconclusive)
{
    return inconclusive ? "inconclusive" : verdict_name(verdict);
}

/* Tests that the report's JSON does not hold. */
static void read_made_tests(struct reader *reader, report_next_test *next, void *data, size_t most,
                            struct report *report)
{
    json_t *item = NULL;
    report->tests = allocate(reader, most, sizeof *report->tests);
    report->texts = reader->texts = allocate(reader, 1, sizeof *report->texts);
    size_t length = json_pointer_key(reader->pointer, sizeof reader->pointer, "tests");
    while (reader->r == 0 && (item = next(data)) != NULL) {
        assert(report->n_tests < most);
        size_t own = json_pointer_index(reader->pointer, sizeof reader->pointer, report->n_tests);
        read_test(reader, item, &report->tests[report->n_tests++], report);
        json_pointer_cut(reader->pointer, own);
        json_decref(item);
    }
    json_pointer_cut(reader->pointer, length);
}

int report_read_by_test(json_t *json, report_next_test *next, void *data, size_t most,
                        const char *name, struct report **ret, struct error *err)
{
    struct report *report = calloc(1, sizeof *report);
    if (!report)
        return error_oom(err);
    struct reader reader = {.name = name, .err = err};
    report->json = json_incref(json);
    read_report(&reader, json, report);
    if (next)
        read_made_tests(&reader, next, data, most, report);
    if (reader.r < 0) {
        report_free(report);
        return reader.r;
    }
    *ret = report;
    return 0;
}

int report_read(json_t *json, const char *name, struct report **ret, struct error *err)
{
    return report_read_by_test(json, NULL, NULL, 0, name, ret, err);
}

int report_parse(const char *text, size_t size, const char *name, struct report **ret,
                 struct error *err)
{
    if (size > REPORT_MAX_BYTES)
        return error_set(err, -EINVAL, "%s: a report has at most %zu MiB", name,
                         REPORT_MAX_BYTES >> 20);
    /* jansson passes over a NUL behind a number or a word. */
    if (memchr(text, '\0', size))
        return error_set(err, -EINVAL, "%s: a NUL byte; JSON has none", name);
    json_t *json = NULL;
    json_error_t json_error;
    int r = json_read(text, size, JSON_REJECT_DUPLICATES, &json, &json_error);
    if (r == -ENOMEM)
        return error_oom(err);
    if (r < 0)
        return error_at(err, -EINVAL, name, json_error.line,
                        json_error.column > 0 ? json_error.column : 1, "%s", json_error.text);
    r = report_read(json, name, ret, err);
    json_decref(json);
    return r;
}

void report_free(struct report *report)
{
    if (!report)
        return;
    for (size_t i = 0; report->tests && i < report->n_tests; i++) {
        free(report->tests[i].notes);
        free(report->tests[i].blocked);
    }
    free(report->tests);
    free(report->groups);
    free(report->compile.diagnostics);
    free(report->missing);
    free(report->warnings);
    texts_free(report->texts);
    json_decref(report->json);
    free(report);
}
