/* TAP 14 (testanything.org): a line a case; what is known of those that failed as YAML. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>

#include "judge/escape.h"
#include "judge/report.h"
#include "judge/report_cases.h"
#include "sandbox/util.h"

static const char *description_part(char c)
{
    return c == '\\' ? "\\\\" : c == '#' ? "\\#" : NULL;
}

/* Of a double-quoted scalar; line breaks and control bytes are visible escapes already. */
static const char *scalar_part(char c)
{
    return c == '\\' ? "\\\\" : c == '"' ? "\\\"" : NULL;
}

static void write_description(FILE *file, const char *text)
{
    static const struct escape_style style = {.max_bytes = 300, .replace = description_part};
    escape_write(file, text, &style);
}

static void write_field(FILE *file, const char *indent, const char *name, const char *text)
{
    static const struct escape_style style = {.max_bytes = 4000, .replace = scalar_part};
    fprintf(file, "  %s%s: \"", indent, name);
    escape_write(file, text, &style);
    fputs("\"\n", file);
}

static void write_yaml(FILE *file, const struct report_case *one, const char *path)
{
    fputs("  ---\n", file);
    write_field(file, "", "message",
                one->message[0] ? one->message : report_phrase(one->verdict, one->inconclusive));
    fprintf(file, "  severity: %s\n", one->outcome == CASE_ERROR ? "error" : "fail");
    write_field(file, "", "verdict", report_word(one->verdict, one->inconclusive));
    if (!isnan(one->wall_ms))
        fprintf(file, "  duration_ms: %.3f\n", one->wall_ms);
    if (one->test && !isnan(one->test->cpu_ms))
        fprintf(file, "  cpu_ms: %.3f\n", one->test->cpu_ms);
    if (one->test && one->test->memory_bytes >= 0)
        fprintf(file, "  memory_bytes: %" PRId64 "\n", one->test->memory_bytes);
    fputs("  at:\n", file);
    write_field(file, "  ", "file", path);
    if (one->line > 0)
        fprintf(file, "    line: %" PRId64 "\n", one->line);
    fputs("  ...\n", file);
}

static void write_case(FILE *file, const struct report_case *one, size_t number, const char *path)
{
    bool bad = one->outcome == CASE_FAILED || one->outcome == CASE_ERROR;
    fprintf(file, "%sok %zu - ", bad ? "not " : "", number);
    write_description(file, one->name);
    if (one->outcome == CASE_SKIPPED) {
        fputs(" # SKIP ", file);
        write_description(file, one->message[0] ? one->message : "not judged");
    }
    fputc('\n', file);
    if (bad)
        write_yaml(file, one, path);
}

int report_write_tap(FILE *file, const struct report *report, const struct report_options *options)
{
    size_t n = 0;
    auto_free struct report_case *cases = report_cases(report, &n);
    if (!cases)
        return -ENOMEM;
    fprintf(file, "TAP version 14\n1..%zu\n# ", n);
    write_description(file, report->problem);
    fputs(", ", file);
    write_description(file, report->file);
    fprintf(file, ": %s %s", verdict_name(report->verdict),
            report_phrase(report->verdict, report->inconclusive));
    if (report->score >= 0)
        fprintf(file, ", %" PRId64 " of %" PRId64 " points", report->score, report->max_score);
    fputc('\n', file);
    for (size_t i = 0; i < n; i++)
        write_case(file, &cases[i], i + 1, report_path(report, options));
    return ferror(file) ? -EIO : 0;
}
