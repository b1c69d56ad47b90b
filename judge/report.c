#include "judge/report.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "judge/repeats.h"
#include "sandbox/hole.h"
#include "sandbox/util.h"

static const struct report_format formats[] = {
    {"text", false, report_write_text},
    {"json", false, report_write_json},
    {"junit", true, report_write_junit},
    {"markdown", false, report_write_markdown},
    {"github", false, report_write_github},
    {"tap", true, report_write_tap},
    {"gradescope", true, report_write_gradescope},
    {"exercism", true, report_write_exercism},
    {"classroom", true, report_write_classroom},
    {"csv", false, report_write_csv},
    {"html", true, report_write_html},
};

const struct report_format *report_formats(size_t *ret_n)
{
    *ret_n = ARRAY_LEN(formats);
    return formats;
}

const struct report_format *report_format_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

const char *report_path(const struct report *report, const struct report_options *options)
{
    return options->path && options->path[0] ? options->path : report->file;
}

/* Times and memory of hidden tests could carry bits of their input: they are shown rounded (threats.md L03). */
#define HIDDEN_MS    10.0
#define HIDDEN_BYTES ((int64_t)1 << 20)

static double show_ms(int64_t us, bool exact)
{
    if (us < 0)
        return NAN;
    double ms = (double)us / 1000.0;
    return exact ? ms : ceil(ms / HIDDEN_MS) * HIDDEN_MS;
}

static int64_t show_bytes(int64_t bytes, bool exact)
{
    if (bytes < 0 || exact)
        return bytes;
    return (bytes + HIDDEN_BYTES - 1) / HIDDEN_BYTES * HIDDEN_BYTES;
}

/* To the nearest: a file of a few bytes is no MiB that explains anything. */
static int64_t show_tmpfs(const struct test_result *test, bool exact)
{
    if (test->verdict != VERDICT_MLE || test->tmpfs_bytes < 0)
        return -1;
    return exact ? test->tmpfs_bytes
                 : (test->tmpfs_bytes + HIDDEN_BYTES / 2) / HIDDEN_BYTES * HIDDEN_BYTES;
}

static bool is_open(const struct test_result *test, enum visibility visibility)
{
    return !test->hidden || visibility == VISIBILITY_ALL || hole("hidden-report");
}

struct test_view test_view(const struct test_result *test, enum visibility visibility)
{
    bool open = is_open(test, visibility);
    double cpu_ms = show_ms(test->run.cpu_us, open);
    double reference_ms = show_ms(test->reference_cpu_us, open);
    int line = open ? test->line : test->hint_line;
    bool ours = test->verdict == VERDICT_JE; /* our own failures hold nothing of the candidate's */
    return (struct test_view){
        .line = line > 0 ? line : -1,
        .message = open || ours ? test_message(test)
                   : test->hint ? test->hint
                                : "",
        /* Whatever a program chooses freely is a channel out of the box: exit code, signal, which calls it
         * makes, how much it prints. */
        .exit_code = open ? test->exit_code : -1,
        .signal = open ? test->signal : 0,
        .n_blocked = open ? test->n_blocked : 0,
        .output_truncated = open && test->output_truncated,
        .cpu_ms = cpu_ms,
        .wall_ms = show_ms(test->run.wall_us, open),
        .reference_cpu_ms = reference_ms,
        .times_reference = reference_ms > 0 ? cpu_ms / reference_ms : NAN,
        .prepare_cpu_ms = show_ms(test->prepare.cpu_us, open),
        .prepare_wall_ms = show_ms(test->prepare.wall_us, open),
        .memory_bytes = show_bytes(test->run.memory_bytes, open),
        .prepare_memory_bytes = show_bytes(test->prepare.memory_bytes, open),
        .memory_tmpfs_bytes = show_tmpfs(test, open),
        .details = open,
    };
}

/* ---- repeats, and what disturbed them ---- */

struct test_spread_view test_spread_view(const struct test_result *test, enum visibility visibility)
{
    bool open = is_open(test, visibility);
    struct spread cpu = repeats_spread(test, REPEATS_CPU_US);
    struct spread wall = repeats_spread(test, REPEATS_WALL_US);
    struct spread memory = repeats_spread(test, REPEATS_MEMORY_BYTES);
    return (struct test_spread_view){
        {show_ms(cpu.least, open), show_ms(cpu.most, open)},
        {show_ms(wall.least, open), show_ms(wall.most, open)},
        {show_bytes(memory.least, open), show_bytes(memory.most, open)},
    };
}

static void note(struct test_note *notes, size_t *n, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void note(struct test_note *notes, size_t *n, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(notes[*n].text, sizeof notes[*n].text, format, args);
    va_end(args);
    ++*n;
}

size_t test_notes(const struct test_result *test, const struct test_view *view,
                  struct test_note ret[TEST_NOTES_MAX])
{
    size_t n = 0;
    if (test->noise.steal_percent > NOISE_STEAL_PERCENT)
        note(ret, &n, "steal %.1f %%: the machine's host took CPU time", test->noise.steal_percent);
    if (test->shares_core)
        note(ret, &n, "its core was shared with other boxes");
    if (!view->details)
        return n; /* a program with many threads makes the rest itself */
    if (test->noise.pressure_percent > NOISE_PRESSURE_PERCENT)
        note(ret, &n, "CPU pressure %.0f %%: tasks waited for a CPU", test->noise.pressure_percent);
    if (test->noise.switches_per_s > NOISE_SWITCHES_PER_S)
        note(ret, &n, "%.0f involuntary context switches a second", test->noise.switches_per_s);
    if (test->answers_differ && test->status == TEST_RUN)
        note(ret, &n, "what it returned differs from run to run");
    return n;
}
