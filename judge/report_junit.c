/* JUnit XML as Jenkins, GitLab and the actions for GitHub read it.  There is no official schema; what is kept to:
 * one <testsuites>, a <testsuite> a group, every <testcase> with a classname and name of its own (GitLab shows equal
 * ones once), file and line (annotations), at most one of <skipped>, <failure> (the candidate's fault), <error>
 * (ours), seconds with a point.  Bytes that XML 1.0 has not are visible escapes already. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/report.h"
#include "judge/report_cases.h"
#include "sandbox/util.h"

static const char *entity(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&apos;";
    default: return NULL;
    }
}

/* Jenkins takes what stands before the last '.' of a class name for its package. */
static const char *class_part(char c)
{
    return c == '.' ? "_" : entity(c);
}

/* Where "[[ATTACHMENT|path]]" stands, which GitLab takes for a file of the job. */
static const char *attachment_part(char c)
{
    return c == '[' ? "\\x5b" : entity(c);
}

static void write_attribute(FILE *file, const char *name, const char *text)
{
    static const struct escape_style style = {.max_bytes = 1000, .replace = entity};
    fprintf(file, " %s=\"", name);
    escape_write(file, text, &style);
    fputc('"', file);
}

static void write_property(FILE *file, const char *name, const char *text)
{
    fputs("      <property", file);
    write_attribute(file, "name", name);
    write_attribute(file, "value", text);
    fputs("/>\n", file);
}

static void write_number_property(FILE *file, const char *name, double value)
{
    char text[40];
    if (isnan(value) || value < 0)
        return;
    snprintf(text, sizeof text, value == floor(value) ? "%.0f" : "%.3f", value);
    write_property(file, name, text);
}

static double seconds(double ms)
{
    return isnan(ms) ? 0 : ms / 1000.0;
}

/* ---- one case ---- */

struct junit {
    FILE *file;
    const struct report *report;
    const char *path;
    json_t *seen; /* names and their classes, as keys */
};

/* Names, as they are written, are unique in their class: one that is there already gets a number. */
static int write_name(struct junit *junit, const char *group, const char *name)
{
    char shown[400], text[440], key[900];
    escape_text(name[0] ? name : "?", name[0] ? strlen(name) : 1, shown, sizeof shown);
    for (int n = 1;; n++) {
        snprintf(text, sizeof text, n == 1 ? "%s" : "%s (%d)", shown, n);
        snprintf(key, sizeof key, "%s\n%.400s", text, group);
        if (!json_object_get(junit->seen, key))
            break;
    }
    if (json_object_set_new(junit->seen, key, json_true()) < 0)
        return -ENOMEM;
    write_attribute(junit->file, "name", text);
    return 0;
}

static void write_class(struct junit *junit, const char *group)
{
    static const struct escape_style style = {.max_bytes = 300, .replace = class_part};
    fputs(" classname=\"", junit->file);
    escape_write(junit->file, junit->report->problem, &style);
    fputc('.', junit->file);
    escape_write(junit->file, junit->report->file, &style);
    fputc('.', junit->file);
    escape_write(junit->file, group, &style);
    fputc('"', junit->file);
}

static void write_output(FILE *file, const char *element, const char *text)
{
    if (!text || !text[0])
        return;
    bool attaches = strcasestr(text, "[[attachment") != NULL;
    struct escape_style style = {.lines = true, .replace = attaches ? attachment_part : entity};
    fprintf(file, "      <%s>", element);
    escape_write(file, text, &style);
    fprintf(file, "</%s>\n", element);
}

static void write_result(FILE *file, const struct report_case *one, const char *details)
{
    static const struct escape_style style = {.lines = true, .replace = entity};
    if (one->outcome == CASE_PASSED)
        return;
    if (one->outcome == CASE_SKIPPED) {
        fputs("      <skipped", file);
        write_attribute(file, "message", one->message[0] ? one->message : "not judged");
        fputs("/>\n", file);
        return;
    }
    const char *element = one->outcome == CASE_ERROR ? "error" : "failure";
    fprintf(file, "      <%s", element);
    write_attribute(file, "message",
                    one->message[0] ? one->message
                                    : report_phrase(one->verdict, one->inconclusive));
    write_attribute(file, "type", report_word(one->verdict, one->inconclusive));
    fprintf(file, ">%s: ", report_phrase(one->verdict, one->inconclusive));
    escape_write(file, details, &style);
    fprintf(file, "</%s>\n", element);
}

static void write_notes(FILE *file, const struct report_test *test)
{
    if (test->spread.runs > 1) {
        write_number_property(file, "runs", (double)test->spread.runs);
        write_number_property(file, "cpu_ms_least", test->spread.cpu_ms[0]);
        write_number_property(file, "cpu_ms_most", test->spread.cpu_ms[1]);
    }
    for (size_t i = 0; i < test->n_notes; i++)
        write_property(file, "note", test->notes[i]);
}

static int write_case(struct junit *junit, const struct report_case *one, const char *group)
{
    FILE *file = junit->file;
    const struct report_test *test = one->test;
    fputs("    <testcase", file);
    int r = write_name(junit, group, one->name);
    if (r < 0)
        return r;
    write_class(junit, group);
    fprintf(file, " time=\"%.6f\"", seconds(one->wall_ms));
    write_attribute(file, "file", junit->path);
    fprintf(file, " line=\"%" PRId64 "\">\n", one->line > 0 ? one->line : 1);
    write_result(file, one, one->is_compile ? junit->report->compile.output : one->message);
    if (test) {
        fputs("      <properties>\n", file);
        write_number_property(file, "cpu_ms", test->cpu_ms);
        write_number_property(file, "memory_bytes", (double)test->memory_bytes);
        write_number_property(file, "times_reference", test->times_reference);
        write_notes(file, test);
        fputs("      </properties>\n", file);
        write_output(file, "system-out", test->out);
        write_output(file, "system-err", test->err);
    }
    fputs("    </testcase>\n", file);
    return 0;
}

/* ---- suites ---- */

static void write_counts(FILE *file, const struct report_case *cases, size_t n)
{
    double ms = 0;
    for (size_t i = 0; i < n; i++)
        ms += isnan(cases[i].wall_ms) ? 0 : cases[i].wall_ms;
    fprintf(file, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.6f\"", n,
            report_cases_count(cases, n, CASE_FAILED), report_cases_count(cases, n, CASE_ERROR),
            report_cases_count(cases, n, CASE_SKIPPED), seconds(ms));
}

static void write_suite_properties(FILE *file, const struct report *report)
{
    fputs("    <properties>\n", file);
    write_property(file, "problem", report->problem);
    write_number_property(file, "problem_version", (double)report->problem_version);
    write_property(file, "language", report->language);
    write_property(file, "language_version", report->language_version);
    write_property(file, "verdict", report_word(report->verdict, report->inconclusive));
    write_number_property(file, "score", (double)report->score);
    write_number_property(file, "max_score", (double)report->max_score);
    write_property(file, "seed_id", report->seed_id);
    write_property(file, "isolation", report->tier);
    write_property(file, "hidden_tests_show", visibility_name(report->shown));
    fputs("    </properties>\n", file);
}

/* Cases of one group lie together. */
static int write_suite(struct junit *junit, const struct report_case *cases, size_t n)
{
    FILE *file = junit->file;
    const char *group = cases->group ? cases->group->name : cases->name;
    static const struct escape_style style = {.max_bytes = 300, .replace = entity};
    fputs("  <testsuite name=\"", file);
    escape_write(file, junit->report->problem, &style);
    fputc('.', file);
    escape_write(file, group, &style);
    fputc('"', file);
    write_counts(file, cases, n);
    write_attribute(file, "timestamp", junit->report->started_at);
    write_attribute(file, "file", junit->path);
    fputs(">\n", file);
    write_suite_properties(file, junit->report);
    int r = 0;
    for (size_t i = 0; i < n && r == 0; i++)
        r = write_case(junit, &cases[i], group);
    fputs("  </testsuite>\n", file);
    return r;
}

int report_write_junit(FILE *file, const struct report *report,
                       const struct report_options *options)
{
    size_t n = 0;
    auto_free struct report_case *cases = report_cases(report, &n);
    struct junit junit = {.file = file,
                          .report = report,
                          .path = report_path(report, options),
                          .seen = json_object()};
    int r = cases && junit.seen ? 0 : -ENOMEM;
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"mljudge\"", file);
    if (r == 0)
        write_counts(file, cases, n);
    write_attribute(file, "timestamp", report->started_at);
    fputs(">\n", file);
    for (size_t i = 0, end = 0; r == 0 && i < n; i = end) {
        while (end < n && cases[end].group == cases[i].group)
            end++;
        r = write_suite(&junit, cases + i, end - i);
    }
    fputs("</testsuites>\n", file);
    json_decref(junit.seen);
    return r < 0 ? r : ferror(file) ? -EIO : 0;
}
