/* The text report: what a candidate reads after a run. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
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

/* ---- lines that are broken between words, where there is a width ---- */

struct line {
    FILE *file;
    int indent, column; /* of what continues it; where the next byte goes */
    int width;          /* 0: any */
};

static int columns_of(const char *text, size_t n)
{
    int columns = 0;
    for (size_t i = 0; i < n; i++)
        columns += ((unsigned char)text[i] & 0xc0) != 0x80; /* UTF-8: whole characters */
    return columns;
}

/* Spaces, and what stays together behind them: on this line, or alone on the next. */
static void line_word(struct line *line, int spaces, const char *word, size_t n)
{
    int columns = columns_of(word, n);
    if (line->width > 0 && spaces > 0 && n > 0 && line->column > line->indent &&
        line->column + spaces + columns > line->width) {
        fprintf(line->file, "\n%*s", line->indent, "");
        line->column = line->indent;
        spaces = 0;
    }
    fprintf(line->file, "%*s%.*s", spaces, "", (int)n, word);
    line->column += spaces + columns;
}

/* Text that is harmless already. */
static void line_put(struct line *line, const char *text)
{
    while (*text) {
        size_t n_spaces = strspn(text, " "), n = strcspn(text + n_spaces, " ");
        line_word(line, (int)n_spaces, text + n_spaces, n);
        text += n_spaces + n;
    }
}

/* Of ours: a number stays with what it counts. */
__attribute__((format(printf, 2, 3))) static void line_add(struct line *line, const char *format,
                                                           ...)
{
    char text[200];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t n_spaces = strspn(text, " ");
    line_word(line, (int)n_spaces, text + n_spaces, strlen(text + n_spaces));
}

/* What somebody else wrote. */
static void line_text(struct line *line, const char *text)
{
    char escaped[900];
    line_put(line, escape_text(text, strlen(text), escaped, sizeof escaped));
}

/* ---- one test ---- */

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

/* What does not even load has nothing to do with them. */
static void write_values(FILE *file, const struct report_test *test,
                         const struct report_options *options)
{
    bool accepted = test->verdict == VERDICT_AC;
    if ((accepted && !options->values) || test->verdict == VERDICT_CE)
        return;
    write_value(file, "input", test->input);
    if (!accepted)
        write_value(file, "expected", test->expected);
    write_value(file, accepted ? "returned" : "got", test->got);
    write_value(file, "differs", test->difference);
}

static struct line detail_begin(FILE *file, const struct report_options *options)
{
    fputs("      ", file);
    return (struct line){.file = file, .indent = 8, .column = 6, .width = options->width};
}

static void write_blocked(FILE *file, const struct report_test *test,
                          const struct report_options *options)
{
    for (size_t i = 0; i < test->n_blocked; i++) {
        const char *why = report_explain_call(test->blocked[i].name);
        struct line line = detail_begin(file, options);
        line_put(&line, "blocked: ");
        line_text(&line, test->blocked[i].name);
        line_put(&line, "(");
        line_text(&line, test->blocked[i].args);
        line_put(&line, why[0] ? "): " : ")");
        line_put(&line, why);
        fputc('\n', file);
    }
}

static void write_runs(struct line *line, const struct report_test *test)
{
    const struct report_spread *spread = &test->spread;
    if (spread->runs > 1 && !isnan(spread->cpu_ms[0]))
        line_add(line, " (median of %" PRId64 " runs, %.1f to %.1f ms)", spread->runs,
                 spread->cpu_ms[0], spread->cpu_ms[1]);
    else if (test->repeats > 1)
        line_add(line, " (run %" PRId64 " times)", test->repeats);
}

/* Of repeats: who asked for them wants to know. */
static void write_notes(FILE *file, const struct report_test *test,
                        const struct report_options *options)
{
    for (size_t i = 0; i < test->n_notes && test->spread.runs > 1; i++) {
        struct line line = detail_begin(file, options);
        line_put(&line, "note: ");
        line_text(&line, test->notes[i]);
        fputc('\n', file);
    }
}

static void write_explained(FILE *file, const struct report *report, const struct report_test *test,
                            const struct report_options *options)
{
    char explained[EXPLAIN_MAX];
    char *rest = explained;
    report_explain(report, test, explained);
    for (char *part; (part = strsep(&rest, ";")) && *part;) {
        struct line line = detail_begin(file, options);
        line_put(&line, part + strspn(part, " "));
        fputc('\n', file);
    }
}

/* Verdict, name and numbers are as wide as those of the test above; a message that has no room behind them stands
 * beneath. */
static void write_test_line(FILE *file, const struct report_test *test, int width,
                            const struct report_options *options)
{
    bool skipped = test->status == TEST_SKIPPED;
    const char *message = skipped ? test->skip_reason : test->message;
    char name[900], escaped[900];
    escape_text(test->name, strlen(test->name), name, sizeof name);
    escape_text(message, strlen(message), escaped, sizeof escaped);
    int name_columns = columns_of(name, strlen(name));
    fprintf(file, "  %s%-4s%s %-*s ", paint(options, test->verdict),
            skipped ? "--" : word(test->verdict, report_is_inconclusive(test)), unpaint(options),
            width, name);
    write_numbers(file, test);
    struct line line = {.file = file, .indent = 6, .width = options->width};
    line.column = 32 + (name_columns > width ? name_columns : width);
    bool fits = line.column + 2 + columns_of(escaped, strlen(escaped)) <= line.width;
    if (escaped[0] && (fits || line.width == 0)) {
        line_put(&line, "  ");
    } else if (escaped[0]) {
        fputs("\n      ", file);
        line.column = line.indent;
    }
    line_put(&line, escaped);
    write_runs(&line, test);
    fputc('\n', file);
}

/* `before`: the test that was written before, or NULL. */
static void write_test(FILE *file, const struct report *report, const struct report_test *test,
                       const struct report_test *before, int width,
                       const struct report_options *options)
{
    bool same_error =
        before && test->err && before->err && test->err[0] && strcmp(test->err, before->err) == 0;
    write_test_line(file, test, width, options);
    write_notes(file, test, options);
    write_explained(file, report, test, options);
    write_blocked(file, test, options);
    write_values(file, test, options);
    write_block(file, "printed", test->out, false);
    if (same_error)
        fputs("      standard error: the same as above\n", file);
    else
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

static void write_cpu(struct line *line, const struct report_group *group,
                      const struct report_group_sum *sum)
{
    line_add(line, "  at most %.1f of %" PRId64 " ms CPU", sum->cpu_ms, group->limits.cpu_ms);
    if (sum->reference_cpu_ms >= (group->factor > 0 ? 1e-3 : REFERENCE_MS_MIN) &&
        sum->cpu_ms >= 0.05 * sum->reference_cpu_ms) {
        line_put(line, ",");
        line_add(line, " %.1f times the reference", sum->cpu_ms / sum->reference_cpu_ms);
    }
    if (group->factor > 0)
        line_add(line, " (the limit: %g)", group->factor);
}

static void write_group_line(FILE *file, const struct report_group *group,
                             const struct report_group_sum *sum,
                             const struct report_options *options)
{
    char name[900];
    struct line line = {.file = file, .indent = 5, .column = 5, .width = options->width};
    escape_text(group->name, strlen(group->name), name, sizeof name);
    fprintf(file, "%s%-4s%s ", paint(options, group->verdict),
            word(group->verdict, group->inconclusive), unpaint(options));
    line_put(&line, name);
    line_add(&line, "%*s", line.column < 17 ? 17 - line.column : 0, "");
    if (group->max_points > 0)
        line_add(&line, " %3" PRId64 "/%-3" PRId64 " points", group->points, group->max_points);
    else
        line_add(&line, " %14s", "");
    if (sum->n_tests > 0)
        line_add(&line, "  %3zu of %zu tests", sum->n_passed, sum->n_tests);
    if (!isnan(sum->cpu_ms))
        write_cpu(&line, group, sum);
    if (sum->memory_bytes >= 0) {
        line_put(&line, ",");
        line_add(&line, " %.1f of %.0f MiB", (double)sum->memory_bytes / MIB,
                 (double)group->limits.memory_bytes / MIB);
    }
    fputc('\n', file);
}

/* One line a group; then its tests, if they may be seen, else only the ones that were not accepted. */
static void write_group(FILE *file, const struct report *report, size_t g,
                        const struct report_options *options)
{
    struct report_group_sum sum = report_group_sum(report, g);
    int width = name_width(report, g);
    write_group_line(file, &report->groups[g], &sum, options);
    const struct report_test *before = NULL;
    for (size_t i = 0; i < report->n_tests; i++) {
        const struct report_test *test = &report->tests[i];
        bool ran = test->status != TEST_SKIPPED;
        if (test->group != g || !ran || (!test->open && test->verdict == VERDICT_AC))
            continue;
        if (options->values && before && test->verdict != VERDICT_CE) /* each is a paragraph */
            fputc('\n', file);
        write_test(file, report, test, before, width, options);
        before = test;
    }
    if (sum.n_skipped > 0 && report->failed_fast)
        fprintf(file, "       %zu not run: left out after the first failure\n", sum.n_skipped);
    else if (sum.n_skipped > 0 && sum.n_run > 0)
        fprintf(file, "       %zu not run: the group had failed already\n", sum.n_skipped);
}

static void write_head(FILE *file, const struct report *report,
                       const struct report_options *options)
{
    char part[5][300];
    const char *const texts[] = {report->file, report->language, report->language_version,
                                 report->seed_kind, report->seed_id};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        escape_text(texts[i], strlen(texts[i]), part[i], sizeof part[i]);
    struct line line = {.file = file, .indent = 5, .width = options->width};
    line_text(&line, report->problem);
    line_put(&line, " - ");
    line_text(&line, report->title);
    fputc('\n', file);
    line.column = 0;
    char text[5 * 300 + 100];
    snprintf(text, sizeof text, "file %s, %s %s, %s seed %s, isolation ", part[0], part[1], part[2],
             part[3], part[4]);
    line_put(&line, text);
    line_text(&line, report->tier);
    fputc('\n', file);
    if (report_hides(report, VISIBILITY_KIND)) {
        fprintf(file, "of the hidden tests is shown: %s (policy ", visibility_name(report->shown));
        write_text(file, report->policy, 0);
        fputs(")\n", file);
    }
    for (size_t i = 0; i < report->n_warnings; i++) {
        line.column = 0;
        line_put(&line, "warning: ");
        line_text(&line, report->warnings[i]);
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
    write_head(file, report, options);
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
