#include "judge/command/verify_conditioning.h"

#include <string.h>

#include "judge/escape.h"
#include "sandbox/util.h"

#define SHOWN_MAX 3 /* findings of one probe that are told in full */

static const struct {
    const char *key, *how;
} probes[PROBES] = {
    [PROBE_REORDERED] = {"reordered", "in another order of summation"},
    [PROBE_PERTURBED] = {"perturbed", "with arguments off in the last bit"},
};

struct findings {
    const struct conditioning_options *options;
    struct progress progress;
    json_t *tests[PROBES]; /* names; NULL: out of memory */
    size_t n[PROBES];
};

static void show_progress(void *data, const char *text)
{
    struct findings *findings = data;
    const struct judge_event event = {.kind = JUDGE_BUILDING, .text = text};
    progress_event(&findings->progress, &event);
}

static void take_finding(void *data, const struct conditioning_finding *finding)
{
    struct findings *findings = data;
    const struct conditioning_options *options = findings->options;
    bool bad = options->strict && finding->probe == PROBE_REORDERED;
    if (json_array_append_new(findings->tests[finding->probe], json_string(finding->test)) < 0) {
        json_decref(findings->tests[finding->probe]);
        findings->tests[finding->probe] = NULL;
    }
    if (++findings->n[finding->probe] > SHOWN_MAX)
        return;
    char text[700];
    escape_text(finding->message, strlen(finding->message), text, sizeof text);
    progress_clear(&findings->progress);
    fprintf(options->out,
            "  %s the tolerance is tighter than the problem's conditioning: test %s, %s %s: %s\n",
            bad                                 ? "BAD "
            : finding->probe == PROBE_REORDERED ? "warning"
                                                : "note",
            finding->test, finding->path, probes[finding->probe].how, text);
}

static void print_summary(const struct findings *findings, const size_t tried[PROBES])
{
    for (size_t i = 0; i < PROBES; i++)
        if (tried[i] > 0)
            fprintf(findings->options->out,
                    "  references %s: %zu of %zu answers within a tenth of the tolerance\n",
                    probes[i].how, tried[i] - findings->n[i], tried[i]);
}

int verify_conditioning(const struct conditioning_options *options, json_t **ret, size_t *ret_bad)
{
    struct findings findings = {.options = options};
    const struct conditioning_request request = {.problem = options->problem,
                                                 .seed = options->seed,
                                                 .cancel_fd = options->context->cancel_fd,
                                                 .progress = show_progress,
                                                 .found = take_finding,
                                                 .data = &findings};
    size_t tried[PROBES] = {0};
    struct error err = ERROR_INIT;
    progress_init(&findings.progress, options->context);
    for (size_t i = 0; i < PROBES; i++)
        findings.tests[i] = json_array();
    int r = conditioning_probe(options->judge, &request, tried, &err);
    progress_clear(&findings.progress);
    if (r == 0) {
        print_summary(&findings, tried);
        *ret_bad = options->strict ? findings.n[PROBE_REORDERED] : 0;
        *ret = json_pack("{s:{s:I,s:O},s:{s:I,s:O}}", probes[0].key, "tried", (json_int_t)tried[0],
                         "tests", findings.tests[0], probes[1].key, "tried", (json_int_t)tried[1],
                         "tests", findings.tests[1]);
        if (!*ret)
            r = error_oom(&err);
    }
    for (size_t i = 0; i < PROBES; i++)
        json_decref(findings.tests[i]);
    return r < 0 ? complain_error(EXIT_OURS, &err) : 0;
}
