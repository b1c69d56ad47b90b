/* The text report: what a candidate reads after a run. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/report.h"
#include "judge/report_cases.h"
#include "judge/report_explain.h"
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

static const char *word(enum verdict verdict, bool inconclusive)
{
    return inconclusive ? "??" : verdict == VERDICT_NONE ? "--" : verdict_name(verdict);
}

/* One line of what somebody else wrote, padded to `width`. */
static void write_text(FILE *file, const char *text, int width)
{
    char line[900];
    fprintf(file, "%-*s", width, escape_text(text, strlen(text), line, sizeof line));
}

static void write_numbers(FILE *file, const struct report_test *test)
{
    if (isnan(test->cpu_ms))
        fprintf(file, "%11s", "-");
    else
        fprintf(file, "%8.1f ms", test->cpu_ms);
    if (test->memory_bytes < 0)
        fprintf(file, "  %11s", "-");
    else
        fprintf(file, "  %7.1f MiB", (double)test->memory_bytes / MIB);
}

/* How a line of a compiler's is coloured: messages by severity, the carets beneath a quoted line. */
static const char *compiler_color(const char *line, size_t n)
{
    char text[200];
    snprintf(text, sizeof text, "%.*s", (int)n, line);
    if (strstr(text, ": error:") || strstr(text, "Error: "))
        return "\033[1;31m";
    if (strstr(text, ": warning:"))
        return "\033[1;35m";
    return strchr(text, '^') && text[strspn(text, " |^~")] == '\0' ? "\033[32m" : "";
}

/* Candidate output: escaped, indented, bounded.  `color`: it is a compiler's, and may be coloured. */
static void write_block(FILE *file, const char *title, const char *bytes, bool color)
{
    enum { SHOWN_MAX = 4096 };
    size_t n = bytes ? strlen(bytes) : 0;
    if (n == 0)
        return;
    auto_free char *block = escape_block(bytes, n < SHOWN_MAX ? n : SHOWN_MAX);
    fprintf(file, "      %s:%s\n", title, block ? "" : " (cannot be shown: out of memory)");
    for (char *line = block; line && *line;) {
        size_t length = strcspn(line, "\n");
        const char *paint_line = color ? compiler_color(line, length) : "";
        fprintf(file, "        | %s%.*s%s\n", paint_line, (int)length, line,
                paint_line[0] ? "\033[0m" : "");
        line = line[length] ? line + length + 1 : NULL;
    }
    if (n > SHOWN_MAX)
        fprintf(file, "        | ... (%zu more bytes)\n", n - (size_t)SHOWN_MAX);
}

/* "input     k = 3", a line of the value a line; "" is left out. */
static void write_value(FILE *file, const char *label, const char *text)
{
    auto_free char *block = text[0] ? escape_block(text, strlen(text)) : NULL;
    for (char *line = block; line && *line;) {
        size_t length = strcspn(line, "\n");
        fprintf(file, "      %-9s %.*s\n", line == block ? label : "", (int)length, line);
        line = line[length] ? line + length + 1 : NULL;
    }
}

static void write_values(FILE *file, const struct report_test *test,
                         const struct report_options *options)
{
    bool accepted = test->verdict == VERDICT_AC;
    if (accepted && !options->values)
        return;
    write_value(file, "input", test->input);
    if (!accepted)
        write_value(file, "expected", test->expected);
    write_value(file, accepted ? "returned" : "got", test->got);
    write_value(file, "differs", test->difference);
}

static void write_blocked(FILE *file, const struct report_test *test)
{
    for (size_t i = 0; i < test->n_blocked; i++) {
        const char *why = report_explain_call(test->blocked[i].name);
        fputs("      blocked: ", file);
        write_text(file, test->blocked[i].name, 0);
        fputc('(', file);
        write_text(file, test->blocked[i].args, 0);
        fprintf(file, ")%s%s\n", why[0] ? ": " : "", why);
    }
}

static void write_runs(FILE *file, const struct report_test *test)
{
    const struct report_spread *spread = &test->spread;
    if (spread->runs > 1 && !isnan(spread->cpu_ms[0]))
        fprintf(file, " (median of %" PRId64 " runs, %.1f to %.1f ms)", spread->runs,
                spread->cpu_ms[0], spread->cpu_ms[1]);
    else if (test->repeats > 1)
        fprintf(file, " (run %" PRId64 " times)", test->repeats);
}

/* Of repeats: who asked for them wants to know. */
static void write_notes(FILE *file, const struct report_test *test)
{
    for (size_t i = 0; i < test->n_notes && test->spread.runs > 1; i++) {
        fputs("      note: ", file);
        write_text(file, test->notes[i], 0);
        fputc('\n', file);
    }
}

static void write_test(FILE *file, const struct report *report, const struct report_test *test,
                       int width, const struct report_options *options)
{
    char explained[EXPLAIN_MAX];
    bool skipped = test->status == TEST_SKIPPED;
    fprintf(file, "  %s%-4s%s ", paint(options, test->verdict),
            skipped ? "--" : word(test->verdict, report_is_inconclusive(test)), unpaint(options));
    write_text(file, test->name, width);
    fputc(' ', file);
    write_numbers(file, test);
    const char *message = skipped ? test->skip_reason : test->message;
    fputs(message[0] ? "  " : "", file);
    write_text(file, message, 0);
    write_runs(file, test);
    fputc('\n', file);
    write_notes(file, test);
    for (const char *part = report_explain(report, test, explained); *part;) {
        size_t n = strcspn(part, ";");
        fprintf(file, "      %.*s\n", (int)n, part);
        part += n + strspn(part + n, "; ");
    }
    write_blocked(file, test);
    write_values(file, test, options);
    write_block(file, "printed", test->out, false);
    write_block(file, "standard error", test->err, false);
}

/* The widest name of the group's tests, within reason. */
static int name_width(const struct report *report, size_t g)
{
    int width = 10;
    for (size_t i = 0; i < report->n_tests; i++) {
        int own = (int)strnlen(report->tests[i].name, 60);
        if (report->tests[i].group == g && own > width)
            width = own;
    }
    return width;
}

/* A reference that takes next to nothing is no measure, unless the limit is made of it. */
#define REFERENCE_MS_MIN 20.0

static void write_cpu(FILE *file, const struct report_group *group,
                      const struct report_group_sum *sum)
{
    fprintf(file, "  at most %.1f of %" PRId64 " ms CPU", sum->cpu_ms, group->limits.cpu_ms);
    if (sum->reference_cpu_ms >= (group->factor > 0 ? 1e-3 : REFERENCE_MS_MIN) &&
        sum->cpu_ms >= 0.05 * sum->reference_cpu_ms)
        fprintf(file, ", %.1f times the reference", sum->cpu_ms / sum->reference_cpu_ms);
    if (group->factor > 0)
        fprintf(file, " (the limit: %g)", group->factor);
}

static void write_group_line(FILE *file, const struct report_group *group,
                             const struct report_group_sum *sum,
                             const struct report_options *options)
{
    fprintf(file, "%s%-4s%s ", paint(options, group->verdict),
            word(group->verdict, group->inconclusive), unpaint(options));
    write_text(file, group->name, 12);
    if (group->max_points > 0)
        fprintf(file, " %3" PRId64 "/%-3" PRId64 " points", group->points, group->max_points);
    else
        fprintf(file, " %14s", "");
    if (sum->n_tests > 0)
        fprintf(file, "  %3zu of %zu tests", sum->n_passed, sum->n_tests);
    if (!isnan(sum->cpu_ms))
        write_cpu(file, group, sum);
    if (sum->memory_bytes >= 0)
        fprintf(file, ", %.1f of %.0f MiB", (double)sum->memory_bytes / MIB,
                (double)group->limits.memory_bytes / MIB);
    fputc('\n', file);
}

/* One line a group; then its tests, if they may be seen, else only the ones that were not accepted. */
static void write_group(FILE *file, const struct report *report, size_t g,
                        const struct report_options *options)
{
    struct report_group_sum sum = report_group_sum(report, g);
    int width = name_width(report, g);
    write_group_line(file, &report->groups[g], &sum, options);
    bool first = true;
    for (size_t i = 0; i < report->n_tests; i++) {
        const struct report_test *test = &report->tests[i];
        bool ran = test->status != TEST_SKIPPED;
        if (test->group != g || !ran || (!test->open && test->verdict == VERDICT_AC))
            continue;
        if (options->values && !first) /* each is a paragraph */
            fputc('\n', file);
        first = false;
        write_test(file, report, test, width, options);
    }
    if (sum.n_skipped > 0 && report->failed_fast)
        fprintf(file, "       %zu not run: left out after the first failure\n", sum.n_skipped);
    else if (sum.n_skipped > 0 && sum.n_run > 0)
        fprintf(file, "       %zu not run: the group had failed already\n", sum.n_skipped);
}

static void write_head(FILE *file, const struct report *report)
{
    char part[5][300];
    const char *const texts[] = {report->file, report->language, report->language_version,
                                 report->seed_kind, report->seed_id};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        escape_text(texts[i], strlen(texts[i]), part[i], sizeof part[i]);
    write_text(file, report->problem, 0);
    fputs(" - ", file);
    write_text(file, report->title, 0);
    fprintf(file, "\nfile %s, %s %s, %s seed %s, isolation ", part[0], part[1], part[2], part[3],
            part[4]);
    write_text(file, report->tier, 0);
    fputc('\n', file);
    if (report_hides(report, VISIBILITY_KIND)) {
        fprintf(file, "of the hidden tests is shown: %s (policy ", visibility_name(report->shown));
        write_text(file, report->policy, 0);
        fputs(")\n", file);
    }
    for (size_t i = 0; i < report->n_warnings; i++) {
        fputs("warning: ", file);
        write_text(file, report->warnings[i], 0);
        fputc('\n', file);
    }
    fputc('\n', file);
}

static void write_compile(FILE *file, const struct report_compile *compile,
                          const struct report_options *options)
{
    if (compile->verdict == VERDICT_NONE || (compile->verdict == VERDICT_AC && !compile->output[0]))
        return;
    fprintf(file, "%s%s%s  compile\n", paint(options, compile->verdict),
            verdict_name(compile->verdict), unpaint(options));
    write_block(file, "compiler", compile->output, options->color);
}

static void write_verdict(FILE *file, const struct report *report,
                          const struct report_options *options)
{
    bool ran = report->uncompared && report->verdict == VERDICT_AC;
    if (report->verdict == VERDICT_NONE && report_hides(report, VISIBILITY_VERDICT))
        fputs("\nthe hidden tests are not shown", file);
    else if (report->inconclusive)
        fputs("\n?? inconclusive: what does not reproduce is neither accepted nor refused", file);
    else
        fprintf(file, "\n%s%s%s %s", paint(options, report->verdict),
                ran ? "ran:" : verdict_name(report->verdict), unpaint(options),
                ran ? "no answer was expected, so nothing was compared"
                    : verdict_phrase(report->verdict));
}

int report_write_text(FILE *file, const struct report *report, const struct report_options *options)
{
    write_head(file, report);
    write_compile(file, &report->compile, options);
    bool compiled =
        report->compile.verdict == VERDICT_AC || report->compile.verdict == VERDICT_NONE;
    for (size_t g = 0; compiled && g < report->n_groups; g++)
        write_group(file, report, g, options);
    write_verdict(file, report, options);
    if (report->failed_fast)
        fputs(" (by the tests that ran: stopped at the first failure)", file);
    if (report->max_score > 0 && report->score >= 0)
        fprintf(file, ", %" PRId64 " of %" PRId64 " points", report->score, report->max_score);
    if (report->score_undecided > 0)
        fprintf(file, ", %" PRId64 " undecided", report->score_undecided);
    if (report->bugs_total > 0)
        fprintf(file, ", %" PRId64 " of %" PRId64 " bugs fixed", report->bugs_fixed,
                report->bugs_total);
    if (!isnan(report->cpu_ms_max) && report->shown == VISIBILITY_ALL)
        fprintf(file, ", at most %.1f ms CPU", report->cpu_ms_max);
    fputc('\n', file);
    return ferror(file) ? -EIO : 0;
}
