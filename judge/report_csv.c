/* CSV (RFC 4180, CRLF): a row a case.  Text is quoted always, and what a spreadsheet would take for a formula begins
 * with an apostrophe; a number that was not measured is an empty field. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/report.h"
#include "judge/report_cases.h"
#include "sandbox/util.h"

static const char *quoted(char c)
{
    return c == '"' ? "\"\"" : NULL;
}

/* "=", "+", "-", "@", tab and carriage return begin a formula, and so do the wide forms of the first four. */
static bool is_formula(const char *text)
{
    static const char *const wide[] = {"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d",
                                       "\xef\xbc\xa0"};
    for (size_t i = 0; i < ARRAY_LEN(wide); i++)
        if (strncmp(text, wide[i], 3) == 0)
            return true;
    return text[0] && strchr("=+-@\t\r", text[0]);
}

static void write_quoted(FILE *file, const char *text)
{
    static const struct escape_style style = {.max_bytes = 4000, .replace = quoted};
    fputs(is_formula(text + strspn(text, " ")) ? "\"'" : "\"", file);
    escape_write(file, text, &style);
    fputc('"', file);
}

static void write_text(FILE *file, const char *text)
{
    write_quoted(file, text);
    fputc(',', file);
}

static void write_number(FILE *file, double value)
{
    if (isnan(value))
        fputc(',', file);
    else
        fprintf(file, "%.3f,", value);
}

static void write_count(FILE *file, int64_t value)
{
    if (value < 0)
        fputc(',', file);
    else
        fprintf(file, "%" PRId64 ",", value);
}

static void write_measured(FILE *file, const struct report_test *test)
{
    static const struct report_test none = {.cpu_ms = NAN,
                                            .wall_ms = NAN,
                                            .prepare_cpu_ms = NAN,
                                            .times_reference = NAN,
                                            .memory_bytes = -1,
                                            .prepare_memory_bytes = -1,
                                            .repeats = -1};
    test = test ? test : &none;
    write_number(file, test->cpu_ms);
    write_number(file, test->wall_ms);
    write_count(file, test->memory_bytes);
    write_number(file, test->prepare_cpu_ms);
    write_count(file, test->prepare_memory_bytes);
    write_number(file, test->times_reference);
    write_count(file, test->repeats);
}

static void write_row(FILE *file, const struct report *report, const struct report_case *one)
{
    const char *status = one->test                      ? test_status_name(one->test->status)
                         : one->inconclusive            ? "inconclusive"
                         : one->outcome == CASE_SKIPPED ? "skipped"
                                                        : "run";
    write_text(file, report->problem);
    write_count(file, report->problem_version);
    write_text(file, report->file);
    write_text(file, report->language);
    write_text(file, report->started_at);
    write_text(file, report->seed_id);
    write_text(file, report->tier);
    write_text(file, one->group ? one->group->name : "");
    write_text(file, one->name);
    fputs(one->group && one->group->hidden ? "true," : "false,", file);
    write_text(file, status);
    write_text(file, verdict_name(one->verdict));
    write_measured(file, one->test);
    write_count(file, one->line);
    write_quoted(file, one->message);
    fputs("\r\n", file);
}

int report_write_csv(FILE *file, const struct report *report, const struct report_options *options)
{
    size_t n = 0;
    auto_free struct report_case *cases = report_cases(report, &n);
    if (!cases)
        return -ENOMEM;
    if (!options->continued)
        fputs("problem,problem_version,file,language,started_at,seed_id,isolation,group,test,"
              "hidden,status,verdict,cpu_ms,wall_ms,memory_bytes,prepare_cpu_ms,"
              "prepare_memory_bytes,times_reference,repeats,line,message\r\n",
              file);
    for (size_t i = 0; i < n; i++)
        write_row(file, report, &cases[i]);
    return ferror(file) ? -EIO : 0;
}
