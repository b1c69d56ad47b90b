/* For the log of a GitHub workflow: the text report, then annotations on the submitted file's own lines.
 *
 * The text stands between "::stop-commands::TOKEN" and "::TOKEN::", TOKEN being 128 random bits, and has no "::" first in a
 * line and no "##[" anyhow (escape.h).  A runner keeps 10 annotations of each kind a step: the first ones are the
 * compiler's, then one for each different message of the tests; equal ones are counted, not repeated. */
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/report.h"
#include "judge/report_cases.h"
#include "sandbox/util.h"

#define LOOKED_AT_MAX   2000 /* cases, each beside each */
#define ANNOTATIONS_MAX 10   /* of each kind: actions/runner, ExecutionContext */

/* Of the data behind the second "::"; line breaks are visible escapes already. */
static const char *data_part(char c)
{
    return c == '%' ? "%25" : c == '\r' ? "%0D" : c == '\n' ? "%0A" : NULL;
}

static const char *property_part(char c)
{
    return c == ':' ? "%3A" : c == ',' ? "%2C" : data_part(c);
}

static void write_data(FILE *file, const char *text)
{
    static const struct escape_style style = {.max_bytes = 1000, .replace = data_part};
    escape_write(file, text, &style);
}

static void write_property(FILE *file, const char *name, const char *text)
{
    static const struct escape_style style = {.max_bytes = 300, .replace = property_part};
    fprintf(file, "%s=", name);
    escape_write(file, text, &style);
}

struct annotations {
    FILE *file;
    const char *path;
    int n_errors, n_warnings, n_left_out;
};

/* Writes "::error file=...,line=...,title=..."; false if there are as many as a runner keeps. */
static bool begin(struct annotations *to, const char *kind, int64_t line, int64_t column)
{
    int *n = strcmp(kind, "error") == 0 ? &to->n_errors : &to->n_warnings;
    if (*n == ANNOTATIONS_MAX) {
        to->n_left_out++;
        return false;
    }
    ++*n;
    fprintf(to->file, "::%s ", kind);
    write_property(to->file, "file", to->path);
    if (line > 0)
        fprintf(to->file, ",line=%" PRId64, line);
    if (line > 0 && column > 0)
        fprintf(to->file, ",col=%" PRId64, column);
    fputc(',', to->file);
    return true;
}

static void annotate_compile(struct annotations *to, const struct report_compile *compile)
{
    for (size_t i = 0; i < compile->n_diagnostics; i++) {
        const struct report_diagnostic *one = &compile->diagnostics[i];
        bool is_error = strcmp(one->severity, "error") == 0;
        if ((!is_error && strcmp(one->severity, "warning") != 0) ||
            !begin(to, is_error ? "error" : "warning", one->line, one->column))
            continue;
        fputs("title=compile::", to->file);
        write_data(to->file, one->message);
        fputc('\n', to->file);
    }
    bool failed = compile->verdict != VERDICT_NONE && compile->verdict != VERDICT_AC;
    if (failed && to->n_errors == 0 && begin(to, "error", 0, 0)) {
        fputs("title=compile::", to->file);
        write_data(to->file, compile->output);
        fputc('\n', to->file);
    }
}

/* Of compiling annotate_compile() has told. */
static bool is_bad(const struct report_case *one)
{
    return !one->is_compile && (one->outcome == CASE_FAILED || one->outcome == CASE_ERROR);
}

static bool is_like(const struct report_case *one, const struct report_case *other)
{
    return one->line == other->line && one->verdict == other->verdict &&
           strcmp(one->message, other->message) == 0;
}

/* One for each different message: how many tests share it is said, and the first is named. */
static void annotate_tests(struct annotations *to, const struct report_case *cases, size_t n)
{
    n = n < LOOKED_AT_MAX ? n : LOOKED_AT_MAX;
    for (size_t i = 0; i < n; i++) {
        size_t n_more = 0;
        bool said = false;
        for (size_t k = 0; is_bad(&cases[i]) && k < n && !said; k++) {
            bool like = k != i && is_bad(&cases[k]) && is_like(&cases[i], &cases[k]);
            said = like && k < i;
            n_more += like && k > i;
        }
        if (!is_bad(&cases[i]) || said || !begin(to, "error", cases[i].line, 0))
            continue;
        write_property(to->file, "title", report_phrase(cases[i].verdict, cases[i].inconclusive));
        fputs("::", to->file);
        write_data(to->file, cases[i].name);
        fputs(": ", to->file);
        write_data(to->file, cases[i].message[0]
                                 ? cases[i].message
                                 : report_phrase(cases[i].verdict, cases[i].inconclusive));
        if (n_more > 0)
            fprintf(to->file, " (and %zu more tests)", n_more);
        fputc('\n', to->file);
    }
}

static int write_log(FILE *file, const struct report *report)
{
    static const struct report_options plain = {.color = false};
    unsigned char random[16];
    char token[2 * sizeof random + 1];
    if (sodium_init() < 0)
        return -EIO;
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(token, sizeof token, random, sizeof random);
    fprintf(file, "::stop-commands::%s\n", token);
    int r = report_write_text(file, report, &plain);
    fprintf(file, "::%s::\n", token);
    return r;
}

int report_write_github(FILE *file, const struct report *report,
                        const struct report_options *options)
{
    size_t n = 0;
    auto_free struct report_case *cases = report_cases(report, &n);
    struct annotations to = {.file = file, .path = report_path(report, options)};
    if (!cases)
        return -ENOMEM;
    int r = write_log(file, report);
    if (r < 0)
        return r;
    annotate_compile(&to, &report->compile);
    annotate_tests(&to, cases, n);
    fputs("::notice ", file);
    write_property(file, "title", report->problem);
    fputs("::", file);
    write_data(file, report->file);
    fprintf(file, ": %s",
            report->verdict == VERDICT_NONE && !report->inconclusive
                ? "the hidden tests are not shown"
                : report_phrase(report->verdict, report->inconclusive));
    if (report->score >= 0 && report->max_score > 0)
        fprintf(file, ", %" PRId64 " of %" PRId64 " points", report->score, report->max_score);
    if (to.n_left_out > 0)
        fprintf(file, " (%d more messages are in the log)", to.n_left_out);
    fputc('\n', file);
    return ferror(file) ? -EIO : 0;
}
