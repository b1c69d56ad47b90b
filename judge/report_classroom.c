/* GitHub Classroom: the line "result=BASE64" that a step writes to $GITHUB_OUTPUT and the grading reporter reads; in it JSON
 * of version 1, a test a group with its points, and one for compiling that failed. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <sodium.h>
#include <string.h>

#include "judge/json_memory.h"
#include "judge/report.h"
#include "judge/report_hosts.h"
#include "sandbox/util.h"

#define TEXT_MAX 4096

static json_t *time_json(double ms)
{
    return isnan(ms) ? json_null() : json_sprintf("%.3fs", ms / 1000.0);
}

/* The first line that a test of the group that failed speaks of. */
static int64_t group_line(const struct report *report, size_t g)
{
    for (size_t i = 0; i < report->n_tests; i++)
        if (report->tests[i].group == g && report->tests[i].line > 0)
            return report->tests[i].line;
    return 0;
}

static json_t *test_json(const char *name, enum case_outcome outcome, json_t *message,
                         const char *path, int64_t line, double ms, int64_t score)
{
    const char *status = outcome == CASE_PASSED ? "pass" : outcome == CASE_ERROR ? "error" : "fail";
    return json_pack("{s:o,s:s,s:o,s:s,s:o,s:I,s:o,s:I}", "name", host_text(name, 200), "status",
                     status, "message", message, "test_code", "", "filename", host_text(path, 300),
                     "line_no", (json_int_t)line, "execution_time", time_json(ms), "score",
                     (json_int_t)score);
}

static json_t *results_json(const struct report *report, const char *path)
{
    const struct report_compile *compile = &report->compile;
    bool compiled = compile->verdict == VERDICT_AC || compile->verdict == VERDICT_NONE;
    json_t *tests = json_array();
    if (!compiled) {
        int64_t line = compile->n_diagnostics > 0 ? compile->diagnostics[0].line : 0;
        tests = host_appended(tests, test_json("compile", case_outcome_of(compile->verdict, false),
                                               host_text(compile->output, TEXT_MAX), path, line,
                                               compile->wall_ms, 0));
    }
    for (size_t g = 0; g < report->n_groups; g++) {
        const struct report_group *group = &report->groups[g];
        tests = host_appended(
            tests, test_json(group->name, case_outcome_of(group->verdict, group->inconclusive),
                             host_group_text(report, g), path, group_line(report, g),
                             report_group_sum(report, g).wall_ms, group->points));
    }
    const char *status = report->verdict == VERDICT_AC                           ? "pass"
                         : report->verdict == VERDICT_JE || report->inconclusive ? "error"
                                                                                 : "fail";
    return json_pack("{s:i,s:s,s:I,s:o}", "version", 1, "status", status, "max_score",
                     (json_int_t)report->max_score, "tests", tests);
}

int report_write_classroom(FILE *file, const struct report *report,
                           const struct report_options *options)
{
    unsigned long failures = json_memory_failures();
    if (report->score < 0)
        return -ENODATA;
    json_t *json = results_json(report, report_path(report, options));
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;
    json_decref(json);
    if (!text || json_memory_failures() != failures) {
        free(text);
        return -ENOMEM;
    }
    size_t n = strlen(text);
    size_t size = sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);
    auto_free char *base64 = malloc(size);
    if (base64) {
        sodium_bin2base64(base64, size, (const unsigned char *)text, n,
                          sodium_base64_VARIANT_ORIGINAL);
        fprintf(file, "result=%s\n", base64);
    }
    free(text);
    return !base64 ? -ENOMEM : ferror(file) ? -EIO : 0;
}
