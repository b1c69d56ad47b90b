/* Exercism's results.json, version 3 (docs: building/tooling/test-runners/interface).  "error" is for what could not be
 * run at all; tests stand in order, with at most 500 characters of output. */
#include <errno.h>

#include "judge/report.h"
#include "judge/report_hosts.h"
#include "sandbox/util.h"

#define MESSAGE_MAX 65535
#define OUTPUT_MAX  500

static json_t *case_json(const struct report_case *one)
{
    const char *status = one->outcome == CASE_PASSED   ? "pass"
                         : one->outcome == CASE_FAILED ? "fail"
                                                       : "error";
    const char *message =
        one->message[0] ? one->message : report_phrase(one->verdict, one->inconclusive);
    json_t *json =
        json_pack("{s:o,s:s,s:o}", "name", host_text(one->name, 300), "status", status, "message",
                  one->outcome == CASE_PASSED ? json_null() : host_text(message, MESSAGE_MAX));
    const char *out = one->test ? one->test->out : NULL;
    if (json && out && out[0] &&
        json_object_set_new(json, "output", host_text(out, OUTPUT_MAX)) < 0) {
        json_decref(json);
        return NULL;
    }
    return json;
}

int report_write_exercism(FILE *file, const struct report *report,
                          const struct report_options *options)
{
    (void)options;
    bool compiled =
        report->compile.verdict == VERDICT_AC || report->compile.verdict == VERDICT_NONE;
    bool could_run = compiled && report->verdict != VERDICT_JE;
    size_t n = 0;
    auto_free struct report_case *cases = report_cases(report, &n);
    if (!cases)
        return -ENOMEM;
    json_t *tests = json_array();
    bool passed = true;
    for (size_t i = 0; could_run && i < n; i++) {
        bool unknown = !cases[i].group && cases[i].outcome == CASE_SKIPPED;
        if (cases[i].is_compile || unknown)
            continue; /* no tests of theirs */
        passed = passed && cases[i].outcome == CASE_PASSED;
        tests = host_appended(tests, case_json(&cases[i]));
    }
    const char *status = !could_run ? "error" : passed ? "pass" : "fail";
    const char *why =
        compiled ? "the judge failed: this is not the solution's fault" : report->compile.output;
    return host_write(
        file, json_pack("{s:i,s:s,s:o,s:o}", "version", 3, "status", status, "message",
                        could_run ? json_null() : host_text(why, MESSAGE_MAX), "tests", tests));
}
