/* Gradescope's results.json: a test a group, since groups are what has points; its text says which tests failed.
 * Everything in it is what the policy shows, so all of it is visible. */
#include <errno.h>

#include "judge/report.h"
#include "judge/report_hosts.h"

#define TEXT_MAX 16384

static json_t *group_json(const struct report *report, size_t g)
{
    const struct report_group *group = &report->groups[g];
    json_t *json = json_pack("{s:o,s:s,s:o,s:o,s:s,s:s}", "name", host_text(group->name, 200),
                             "status", group->verdict == VERDICT_AC ? "passed" : "failed", "output",
                             host_group_text(report, g), "number", json_sprintf("%zu", g + 1),
                             "visibility", "visible", "output_format", "text");
    if (json && group->max_points > 0 &&
        (json_object_set_new(json, "score", json_integer(group->points)) < 0 ||
         json_object_set_new(json, "max_score", json_integer(group->max_points)) < 0)) {
        json_decref(json);
        return NULL;
    }
    return json;
}

static json_t *compile_json(const struct report *report)
{
    return json_pack("{s:s,s:s,s:o,s:s,s:s}", "name", "compile", "status", "failed", "output",
                     host_text(report->compile.output, TEXT_MAX), "visibility", "visible",
                     "output_format", "text");
}

int report_write_gradescope(FILE *file, const struct report *report,
                            const struct report_options *options)
{
    (void)options;
    if (report->score < 0)
        return -ENODATA; /* a score of 0 would be a lie */
    bool compiled =
        report->compile.verdict == VERDICT_AC || report->compile.verdict == VERDICT_NONE;
    json_t *tests = json_array();
    if (!compiled)
        tests = host_appended(tests, compile_json(report));
    for (size_t g = 0; g < report->n_groups; g++)
        tests = host_appended(tests, group_json(report, g));
    /* The tests' own scores are for the reader: "score" is what counts. */
    return host_write(
        file, json_pack("{s:I,s:s,s:s,s:s,s:s,s:o,s:{s:o,s:s,s:o,s:o}}", "score",
                        (json_int_t)report->score, "output",
                        report_phrase(report->verdict, report->inconclusive), "output_format",
                        "text", "visibility", "visible", "stdout_visibility", "hidden", "tests",
                        tests, "extra_data", "problem", host_text(report->problem, 200), "verdict",
                        report_word(report->verdict, report->inconclusive), "submission_sha256",
                        host_text(report->submission_sha256, 200), "seed_id",
                        host_text(report->seed_id, 200)));
}
