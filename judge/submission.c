/* One submission from source to record: tests are built, the source is compiled, every test runs in a box of its own
 * (up to n_jobs at once), verdicts are combined. */
#include "judge/submission.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "judge/servers.h"
#include "sandbox/util.h"

void submission_emit(struct run *run, enum judge_event_kind kind, const char *text,
                     const struct test_result *test)
{
    struct judge_event event = {.kind = kind, .text = text, .record = run->record, .test = test};
    if (run->event)
        run->event(run->data, &event);
}

static void build_progress(void *data, const char *text)
{
    submission_emit(data, JUDGE_BUILDING, text, NULL);
}

void submission_warn(struct run *run, const char *text)
{
    record_warn(run->record, "%s", text);
    submission_emit(run, JUDGE_WARNING, text, NULL);
}

static void build_warning(void *data, const char *text)
{
    submission_warn(data, text);
}

static int compile(struct run *run, struct error *err)
{
    const struct submission *submission = run->submission;
    struct compile_result *compile = &run->record->compile;
    int r = judge_language_of(run->judge, submission->problem, submission->language, &run->language,
                              err);
    if (r == 0)
        r = language_probe(&run->judge->options.dirs, &run->judge->cache, run->language, err);
    if (r < 0)
        return r;
    snprintf(run->record->language_version, sizeof run->record->language_version, "%s",
             run->language->version);
    servers_start(run->judge, run->language); /* it starts up while the source is looked at */
    if (submission->source_size > JUDGE_SOURCE_MAX) {
        compile->verdict = VERDICT_CE;
        compile->output = strdup("the source is larger than 256 KiB\n");
        if (!compile->output)
            return error_oom(err);
        compile->n_output = strlen(compile->output);
    } else {
        r = compile_source(run->judge, run->language, &submission->problem->signature,
                           submission->source, submission->source_size, submission->cancel_fd,
                           &run->compiled, err);
        if (r < 0)
            return r;
        compile->verdict = run->language->compile.present ? run->compiled.verdict : VERDICT_NONE;
        compile->wall_ms = run->compiled.wall_ms;
        compile->cached = run->compiled.cached;
        compile->output = steal(&run->compiled.output);
        compile->n_output = run->compiled.n_output;
    }
    submission_emit(run, JUDGE_COMPILED, NULL, NULL);
    return 0;
}

/* A submission that equals a shipped solution proves nothing about its author. */
static void warn_if_shipped(struct run *run)
{
    static const char *const folders[] = {"accepted", "wrong", "slow", "memory", "crash"};
    for (size_t f = 0; f < ARRAY_LEN(folders); f++) {
        char path[64];
        char **names = NULL;
        size_t n = 0;
        snprintf(path, sizeof path, "solutions/%s", folders[f]);
        auto_fd int fd = dir_open_beneath(run->submission->problem->dir_fd, path, NULL);
        if (fd < 0 || dir_names(fd, &names, &n, NULL) < 0)
            continue;
        for (size_t i = 0; i < n; i++) {
            auto_free char *bytes = NULL;
            size_t size = 0;
            if (file_read_beneath(fd, names[i], JUDGE_SOURCE_MAX, &bytes, &size, NULL) == 0 &&
                size == run->submission->source_size &&
                memcmp(bytes, run->submission->source, size) == 0) {
                char text[300];
                snprintf(text, sizeof text, "this submission equals the shipped solution %s/%.100s",
                         path, names[i]);
                submission_warn(run, text);
            }
        }
        names_free(names, n);
    }
}

/* A start that could have been warm and was not is said. */
static void warn_if_cold(struct run *run)
{
    const char *why = servers_why_cold(run->judge, run->language);
    char text[300];
    if (!why || run->judge->options.cold || !run->language->run.serve)
        return;
    snprintf(text, sizeof text, "tests started cold: %.200s", why);
    submission_warn(run, text);
}

static int judge_all(struct run *run, struct error *err)
{
    const struct submission *submission = run->submission;
    run->n_lines = source_lines(submission->source, submission->source_size);
    int r = submission_new_record(run, err);
    if (r == 0)
        r = compile(run, err);
    if (r == 0 && !submission->strict)
        warn_if_shipped(run);
    struct testset_request request = {
        .problem = submission->problem,
        .own = submission->own,
        .seed = submission->seed,
        .language = submission->language,
        .samples_only = submission->samples_only,
        .strict = submission->strict,
        .reveal = submission->reveal,
        .cancel_fd = submission->cancel_fd,
        .progress = build_progress,
        .warn = build_warning,
        .data = run,
    };
    if (r == 0)
        r = testset_build(run->judge, &request, &run->testset, err);
    if (r == 0)
        submission_take_reference_times(run);
    if (r == 0)
        r = submission_plan_tests(run, err);
    bool runnable = run->record && (run->record->compile.verdict == VERDICT_AC ||
                                    run->record->compile.verdict == VERDICT_NONE);
    if (r == 0 && runnable) {
        language_warm(run->language);
        r = schedule_run(run, err);
        warn_if_cold(run);
    }
    for (size_t i = 0; r == 0 && !runnable && i < run->record->n_tests; i++)
        run->record->tests[i].skip_reason = "it does not compile";
    return r == 0 ? submission_combine(run, err) : r;
}

int judge_submission(struct judge *judge, const struct submission *submission,
                     judge_event_fn *event, void *data, struct record **ret, struct error *err)
{
    struct run run = {.judge = judge,
                      .submission = submission,
                      .event = event,
                      .data = data,
                      .compiled = {.fd = -1}};
    if (!problem_offers(submission->problem, submission->language))
        return error_set(err, -EINVAL, "problem '%s' does not offer language '%s'",
                         submission->problem->slug, submission->language);
    int r = judge_all(&run, err);
    if (r == 0)
        submission_emit(&run, JUDGE_DONE, NULL, NULL);
    compiled_done(&run.compiled);
    testset_done(&run.testset);
    free(run.jobs);
    free(run.order);
    free(run.failed);
    if (r < 0) {
        record_free(run.record);
        return r;
    }
    *ret = run.record;
    return 0;
}
