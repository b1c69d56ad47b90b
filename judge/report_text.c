/* The text report: what a candidate reads after a run. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/report.h"
#include "sandbox/util.h"

#define MIB 1048576.0

static const char *paint(const struct report_options *options, enum verdict verdict)
{
    if (!options->color)
        return "";
    return verdict == VERDICT_AC ? "\033[32m" : verdict == VERDICT_NONE ? "\033[2m" : "\033[31m";
}

static const char *unpaint(const struct report_options *options)
{
    return options->color ? "\033[0m" : "";
}

static void write_numbers(FILE *file, const struct test_view *view)
{
    if (isnan(view->cpu_ms))
        fprintf(file, "%11s", "-");
    else
        fprintf(file, "%8.1f ms", view->cpu_ms);
    if (view->memory_bytes < 0)
        fprintf(file, "  %11s", "-");
    else
        fprintf(file, "  %7.1f MiB", (double)view->memory_bytes / MIB);
}

/* Candidate output: escaped, indented, bounded. */
static void write_block(FILE *file, const char *title, const char *bytes, size_t n)
{
    enum { SHOWN_MAX = 4096 };
    if (!bytes || n == 0)
        return;
    auto_free char *block = escape_block(bytes, n < SHOWN_MAX ? n : SHOWN_MAX);
    fprintf(file, "      %s:%s\n", title, block ? "" : " (cannot be shown: out of memory)");
    for (char *line = block; line && *line;) {
        size_t length = strcspn(line, "\n");
        fprintf(file, "        | %.*s\n", (int)length, line);
        line = line[length] ? line + length + 1 : NULL;
    }
    if (n > SHOWN_MAX)
        fprintf(file, "        | ... (%zu more bytes)\n", n - (size_t)SHOWN_MAX);
}

static void write_runs(FILE *file, const struct test_result *test,
                       const struct report_options *options)
{
    struct test_spread_view spread = test_spread_view(test, options->reveal);
    if (test->n_samples > 1 && !isnan(spread.cpu_ms[0]))
        fprintf(file, " (median of %zu runs, %.1f to %.1f ms)", test->n_samples, spread.cpu_ms[0],
                spread.cpu_ms[1]);
    else if (test->repeats > 1)
        fprintf(file, " (run %d times)", test->repeats);
}

static void write_test(FILE *file, const struct test_result *test, int name_width,
                       const struct report_options *options)
{
    struct test_view view = test_view(test, options->reveal);
    const char *word = test->status == TEST_SKIPPED    ? "--"
                       : test->verdict == VERDICT_NONE ? "??"
                                                       : verdict_name(test->verdict);
    fprintf(file, "  %s%-4s%s %-*s ", paint(options, test->verdict), word, unpaint(options),
            name_width, view.name);
    write_numbers(file, &view);
    char message[900];
    const char *text = test->status == TEST_SKIPPED ? test->skip_reason : view.message;
    escape_text(text, strlen(text), message, sizeof message);
    fprintf(file, "%s%s", message[0] ? "  " : "", message);
    write_runs(file, test, options);
    fputc('\n', file);
    struct test_note notes[TEST_NOTES_MAX];
    size_t n_notes = test_notes(test, &view, notes);
    for (size_t i = 0; i < n_notes && test->n_samples > 1; i++)
        fprintf(file, "      note: %s\n", notes[i].text);
    for (size_t i = 0; i < view.n_blocked; i++) {
        const struct sandbox_blocked *call = &test->blocked[i];
        char args[200];
        escape_text(call->args, strlen(call->args), args, sizeof args);
        fprintf(file, "      blocked: %s(%s)\n", call->name, args);
    }
    if (view.details) {
        write_block(file, "printed", test->out, test->n_out);
        write_block(file, "standard error", test->err, test->n_err);
    }
}

struct group_summary {
    int name_width, n_run, n_passed, n_skipped;
    double cpu_ms, reference_cpu_ms;
    int64_t memory_bytes;
};

static struct group_summary summarize(const struct record *record, size_t g, bool reveal)
{
    struct group_summary sum = {
        .name_width = 10, .cpu_ms = NAN, .reference_cpu_ms = NAN, .memory_bytes = -1};
    for (size_t i = 0; i < record->n_tests; i++) {
        const struct test_result *test = &record->tests[i];
        if (test->group != g)
            continue;
        struct test_view view = test_view(test, reveal);
        int width = (int)strlen(view.name);
        sum.name_width = width > sum.name_width ? width : sum.name_width;
        sum.n_run += test->status != TEST_SKIPPED;
        sum.n_skipped += test->status == TEST_SKIPPED;
        sum.n_passed += test->status != TEST_SKIPPED && test->verdict == VERDICT_AC;
        if (!isnan(view.cpu_ms) && !(view.cpu_ms <= sum.cpu_ms))
            sum.cpu_ms = view.cpu_ms;
        if (!isnan(view.reference_cpu_ms) && !(view.reference_cpu_ms <= sum.reference_cpu_ms))
            sum.reference_cpu_ms = view.reference_cpu_ms;
        sum.memory_bytes =
            view.memory_bytes > sum.memory_bytes ? view.memory_bytes : sum.memory_bytes;
    }
    return sum;
}

/* A reference that takes next to nothing is no measure, unless the limit is made of it. */
#define REFERENCE_MS_MIN 20.0

static void write_cpu(FILE *file, const struct group_result *group, const struct group_summary *sum)
{
    fprintf(file, "  at most %.1f of %" PRId64 " ms CPU", sum->cpu_ms, group->limits.cpu_ms);
    if (sum->reference_cpu_ms >= (group->factor > 0 ? 1e-3 : REFERENCE_MS_MIN))
        fprintf(file, ", %.1f times the reference", sum->cpu_ms / sum->reference_cpu_ms);
    if (group->factor > 0)
        fprintf(file, " (the limit: %g)", group->factor);
}

/* One line a group; then its tests, if they may be seen, else only the ones that were not accepted. */
static void write_group(FILE *file, const struct record *record, size_t g,
                        const struct report_options *options)
{
    const struct group_result *group = &record->groups[g];
    struct group_summary sum = summarize(record, g, options->reveal);
    bool open = !group->hidden || options->reveal;
    fprintf(file, "%s%-4s%s %-12s", paint(options, group->verdict),
            group->inconclusive              ? "??"
            : group->verdict == VERDICT_NONE ? "--"
                                             : verdict_name(group->verdict),
            unpaint(options), group->name);
    if (group->max_points > 0)
        fprintf(file, " %3" PRId64 "/%-3" PRId64 " points", group->points, group->max_points);
    else
        fprintf(file, " %14s", "");
    fprintf(file, "  %3d of %d tests", sum.n_passed, sum.n_run + sum.n_skipped);
    if (!isnan(sum.cpu_ms))
        write_cpu(file, group, &sum);
    if (sum.memory_bytes >= 0)
        fprintf(file, ", %.1f of %.0f MiB", (double)sum.memory_bytes / MIB,
                (double)group->limits.memory_bytes / MIB);
    fputc('\n', file);
    for (size_t i = 0; i < record->n_tests; i++) {
        const struct test_result *test = &record->tests[i];
        bool failed = test->status != TEST_SKIPPED && test->verdict != VERDICT_AC; /* or unknown */
        if (test->group == g && (failed || (open && test->status != TEST_SKIPPED)))
            write_test(file, test, sum.name_width, options);
    }
    if (sum.n_skipped > 0 && record->failed_fast)
        fprintf(file, "       %d not run: left out after the first failure\n", sum.n_skipped);
    else if (sum.n_skipped > 0 && sum.n_run > 0)
        fprintf(file, "       %d not run: the group had failed already\n", sum.n_skipped);
}

static void write_head(FILE *file, const struct record *record)
{
    char name[300];
    char title[300];
    escape_text(record->file, strlen(record->file), name, sizeof name);
    escape_text(record->title, strlen(record->title), title, sizeof title);
    fprintf(file, "%s - %s\n", record->problem, title);
    fprintf(file, "file %s, %s %s, %s seed %s, isolation %s\n", name, record->language,
            record->language_version, record->seed_secret ? "secret" : "public", record->seed_id,
            sandbox_tier_name(record->tier));
    for (size_t i = 0; i < record->n_warnings; i++) {
        char text[600];
        escape_text(record->warnings[i], strlen(record->warnings[i]), text, sizeof text);
        fprintf(file, "warning: %s\n", text);
    }
    fputc('\n', file);
}

static void write_compile(FILE *file, const struct record *record,
                          const struct report_options *options)
{
    const struct compile_result *compile = &record->compile;
    if (compile->verdict == VERDICT_NONE ||
        (compile->verdict == VERDICT_AC && compile->n_output == 0))
        return;
    fprintf(file, "%s%s%s  compile\n", paint(options, compile->verdict),
            verdict_name(compile->verdict), unpaint(options));
    write_block(file, "compiler", compile->output, compile->n_output);
}

int report_write_text(FILE *file, const struct record *record, const struct report_options *options)
{
    write_head(file, record);
    write_compile(file, record, options);
    bool compiled =
        record->compile.verdict == VERDICT_AC || record->compile.verdict == VERDICT_NONE;
    for (size_t g = 0; compiled && g < record->n_groups; g++)
        if (record->groups[g].offered)
            write_group(file, record, g, options);
    if (record->inconclusive)
        fprintf(file, "\n?? inconclusive: what does not reproduce is neither accepted nor refused");
    else
        fprintf(file, "\n%s%s%s %s", paint(options, record->verdict), verdict_name(record->verdict),
                unpaint(options), verdict_phrase(record->verdict));
    if (record->failed_fast)
        fprintf(file, " (by the tests that ran: stopped at the first failure)");
    if (record->max_score > 0)
        fprintf(file, ", %" PRId64 " of %" PRId64 " points", record->score, record->max_score);
    if (record->score_undecided > 0)
        fprintf(file, ", %" PRId64 " undecided", record->score_undecided);
    size_t fixed = 0, total = 0;
    if (record_bugs(record, &fixed, &total))
        fprintf(file, ", %zu of %zu bugs fixed", fixed, total);
    if (record->cpu_us_max >= 0 && options->reveal)
        fprintf(file, ", at most %.1f ms CPU", (double)record->cpu_us_max / 1000.0);
    fputc('\n', file);
    return ferror(file) ? -EIO : 0;
}
