/* The references: one answers every test, the other must agree within a tenth of the tolerance. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/answer.h"
#include "judge/checker.h"
#include "judge/compile.h"
#include "judge/reference.h"
#include "judge/reference_times.h"
#include "judge/testset_build.h"
#include "sandbox/util.h"

/* What one reference answered to all calls of a test. */
struct answers {
    size_t n;
    struct call_outcome outcomes[COMPARE_RUNS_MAX];
    struct answered_run runs[COMPARE_RUNS_MAX];
};

/* One test at work: its calls one after another, as many tests at once as there are jobs. */
struct worker {
    struct build *build;
    const struct reference *reference;
    struct draft *draft;
    int job;
    bool busy;    /* a box of it runs */
    bool is_done; /* all calls are over, or one failed */
    int r;
    struct error error;
    struct reference_call call;
    struct answers answers;
};

static void answers_done(struct answers *answers)
{
    for (size_t run = 0; run < answers->n; run++)
        call_outcome_done(&answers->outcomes[run]);
    answers->n = 0;
}

static int start_call(struct worker *worker, struct error *err);

static void fail(struct worker *worker, int r)
{
    worker->r = r;
    worker->is_done = true;
    answers_done(&worker->answers);
}

static void call_over(void *data, int r, struct call_outcome *outcome, const struct error *err)
{
    struct worker *worker = data;
    struct answers *answers = &worker->answers;
    worker->busy = false;
    if (r < 0) {
        worker->error = *err;
        call_outcome_done(outcome);
    } else {
        r = reference_accept(&worker->call, outcome, &worker->error);
    }
    if (r < 0) {
        fail(worker, r);
        return;
    }
    answers->outcomes[answers->n] = *outcome;
    answers->runs[answers->n] = (struct answered_run){worker->call.args, worker->call.args_size,
                                                      &answers->outcomes[answers->n].result};
    answers->n++;
    worker->is_done = answers->n == comparator_runs(build_comparator(worker->build, worker->draft));
    if (!worker->is_done && (r = start_call(worker, &worker->error)) < 0)
        fail(worker, r);
}

static int start_call(struct worker *worker, struct error *err)
{
    const struct draft *draft = worker->draft;
    struct judge *judge = worker->build->judge;
    size_t run = worker->answers.n;
    bool own = draft->run_args[run] != NULL;
    worker->call = (struct reference_call){
        .problem = worker->build->problem,
        .reference = worker->reference,
        .group = draft->group,
        .test = draft->name,
        .args = own ? draft->run_args[run] : draft->args,
        .args_size = own ? draft->run_args_size[run] : draft->args_size,
    };
    judge_pin(judge, worker->job);
    int r = reference_start(judge, &worker->call, call_over, worker, err);
    judge_unpin(judge);
    worker->busy = r == 0;
    return r;
}

static int keep_answer(struct draft *draft, const struct call_outcome *outcome, struct error *err)
{
    size_t size = outcome->result_mapping.size;
    if (posix_memalign(&draft->expected, FRAME_ALIGN, size) != 0)
        return error_oom(err);
    memcpy(draft->expected, outcome->result_mapping.bytes, size);
    draft->expected_size = size;
    return 0;
}

/* The checker's opinion of a reference. */
static int check_answer(struct build *build, const struct reference *reference,
                        const struct draft *draft, const struct checker *checker,
                        const struct answers *answers, struct error *err)
{
    struct comparison comparison;
    const struct checker_call call = {.problem = build->problem,
                                      .checker = checker,
                                      .runs = answers->runs,
                                      .expected = draft->expected,
                                      .expected_size = draft->expected_size};
    int r = checker_run(build->judge, &call, build->request->cancel_fd, &comparison, err);
    if (r == 0 && !comparison.equal)
        r = error_set(err, -EINVAL, "%s: test %s: the checker rejects '%s': wrong %s: %s %s",
                      build->problem->slug, draft->name, reference->path, comparison.kind,
                      comparison.message, comparison.host_message);
    return r;
}

static int compare_answer(struct build *build, const struct reference *reference,
                          const struct draft *draft, const struct answers *answers, double factor,
                          struct error *err)
{
    struct comparator *strict = NULL;
    struct comparison comparison = {0};
    int r = comparator_scaled(build_comparator(build, draft), factor, &strict, err);
    if (r == 0)
        r = answer_compare(strict, &build->problem->signature, answers->runs, draft->expected,
                           draft->expected_size, &comparison, err);
    const struct checker *checker = r == 0 ? comparator_checker(strict) : NULL;
    if (r == 0 && !comparison.equal)
        r = error_set(err, -EINVAL, "%s: test %s: '%s' disagrees%s: %s", build->problem->slug,
                      draft->name, reference->path,
                      draft->given ? " with the test's \"expected\"" : " with the reference",
                      comparison.message);
    if (r == 0 && checker)
        r = check_answer(build, reference, draft, checker, answers, err);
    comparator_free(strict);
    return r;
}

/* What a test's answers are good for. */
static int take(struct worker *worker, bool is_check, struct error *err)
{
    struct build *build = worker->build;
    struct draft *draft = worker->draft;
    struct answers *answers = &worker->answers;
    worker->is_done = false;
    if (worker->r < 0) {
        if (err)
            *err = worker->error;
        return build_is_hidden(build, draft)
                   ? build_withhold(build, "a reference fails on a hidden test", worker->r, err)
                   : worker->r;
    }
    const struct checker *checker = comparator_checker(build_comparator(build, draft));
    bool keeps = !draft->expected && !(checker && !checker_wants_expected(checker));
    int r = keeps ? keep_answer(draft, &answers->outcomes[0], err) : 0;
    if (r == 0 && (!keeps || checker || answers->n > 1))
        /* without an expected answer both are held to a tenth */
        r = compare_answer(build, worker->reference, draft, answers,
                           is_check || !draft->expected ? 0.1 : 1.0, err);
    for (size_t run = 0; run < answers->n; run++) {
        int64_t cpu_us = answers->outcomes[run].box.run.cpu_us;
        if (cpu_us > draft->cpu_us[is_check])
            draft->cpu_us[is_check] = cpu_us;
    }
    answers_done(answers);
    return r < 0 && build_is_hidden(build, draft)
               ? build_withhold(build, "references disagree on a hidden test", r, err)
               : r;
}

static int begin(struct worker *worker, struct draft *draft, struct error *err)
{
    struct build *build = worker->build;
    char name[64];
    char text[160];
    build_label(build, draft, name, sizeof name);
    snprintf(text, sizeof text, "%s answers by %s", name, worker->reference->path);
    build_say(build, text);
    worker->draft = draft;
    worker->r = 0;
    worker->error = ERROR_INIT;
    return start_call(worker, err);
}

/* The next test that is to be answered in this language; NULL: there is none left. */
static struct draft *next_draft(struct build *build, const struct reference *reference,
                                bool is_check, size_t *next)
{
    while (*next < build->n_drafts) {
        struct draft *draft = &build->drafts[(*next)++];
        const struct group *group = &build->problem->groups[draft->group];
        if (!is_check || group_offers(build->problem, group, reference->language->name))
            return draft;
    }
    return NULL;
}

/* No box may outlive its worker. */
static void stop_workers(struct build *build, struct worker *workers, int n)
{
    sandbox_cancel_all(build->judge->sandbox);
    for (int i = 0; i < n; i++) {
        while (workers[i].busy && sandbox_step(build->judge->sandbox, -1, NULL) >= 0)
            ;
        answers_done(&workers[i].answers);
    }
}

/* The first test in their order that fails, whichever fails first. */
struct failure {
    const struct draft *draft; /* NULL: none so far */
    int r;
    struct error error;
};

static bool matters(const struct failure *failure, const struct worker *worker)
{
    return !failure->draft || worker->draft < failure->draft;
}

static void note_failure(struct failure *failure, const struct worker *worker, int r,
                         const struct error *err)
{
    if (r < 0 && matters(failure, worker))
        *failure = (struct failure){worker->draft, r, *err};
}

/* What is over is taken, what is free gets a test. */
static void go_on(struct worker *worker, bool is_check, size_t *next, struct failure *failure)
{
    struct error err = ERROR_INIT;
    struct draft *draft = NULL;
    if (worker->is_done)
        note_failure(failure, worker, take(worker, is_check, &err), &err);
    if (!failure->draft && !worker->busy && !worker->is_done &&
        (draft = next_draft(worker->build, worker->reference, is_check, next)) != NULL)
        note_failure(failure, worker, begin(worker, draft, &err), &err);
}

/* Runs one reference over all tests; the first one's answers become the expected ones. */
static int run_reference(struct build *build, const struct reference *reference, bool is_check,
                         struct error *err)
{
    int n = build->judge->options.n_jobs;
    auto_free struct worker *workers = calloc((size_t)n, sizeof *workers);
    if (!workers)
        return error_oom(err);
    for (int i = 0; i < n; i++)
        workers[i] = (struct worker){.build = build, .reference = reference, .job = i};
    struct failure failure = {.draft = NULL};
    size_t next = 0;
    int r = 0, n_busy = 0, n_done = 0;
    do {
        n_busy = n_done = 0;
        for (int i = 0; i < n; i++)
            go_on(&workers[i], is_check, &next, &failure);
        for (int i = 0; i < n; i++) { /* a checker's box may have let others end, too */
            n_busy += workers[i].busy && matters(&failure, &workers[i]);
            n_done += workers[i].is_done && matters(&failure, &workers[i]);
        }
        if (n_busy > 0 && n_done == 0)
            r = judge_step(build->judge, build->request->cancel_fd, err);
    } while (r >= 0 && n_busy + n_done > 0);
    if (r >= 0 && failure.draft && err)
        *err = failure.error;
    if (r >= 0)
        r = failure.draft ? failure.r : 0;
    if (r < 0)
        stop_workers(build, workers, n);
    return r;
}

/* Two answers agree by accident less easily when nothing is shared. */
static bool same_language(const struct build *build, const char *a, const char *b)
{
    const char *first = language_for_file(&build->judge->options.dirs, build->problem, a);
    const char *second = language_for_file(&build->judge->options.dirs, build->problem, b);
    return first && second && strcmp(first, second) == 0;
}

/* They ran anyway: what they took is worth knowing. */
static void keep_times(struct build *build, const struct reference *reference, bool is_check)
{
    auto_free int64_t *cpu_us = calloc(build->n_drafts + 1, sizeof *cpu_us);
    if (!cpu_us)
        return;
    for (size_t i = 0; i < build->n_drafts; i++)
        cpu_us[i] = build->drafts[i].cpu_us[is_check];
    reference_times_keep(build->judge, build->key, reference->language, cpu_us, build->n_drafts);
}

int testset_answer(struct build *build, const char *path, bool is_check, struct error *err)
{
    struct reference reference;
    struct error inner = ERROR_INIT;
    int r = reference_load(build->judge, build->problem, path, NULL, build->request->cancel_fd,
                           &reference, &inner);
    if (r == -ENOENT && is_check && !build->request->strict) {
        if (build->request->warn) {
            char text[1000];
            snprintf(text, sizeof text, "the second reference did not check the tests: %s",
                     inner.text);
            build->request->warn(build->request->data, text);
        }
        r = 0;
    } else if (r < 0) {
        if (err)
            *err = inner;
    } else if (is_check && same_language(build, path, build->problem->reference)) {
        r = error_set(err, -EINVAL, "%s: \"check\" must be in another language than \"reference\"",
                      build->problem->slug);
    } else {
        r = run_reference(build, &reference, is_check, err);
        if (r == 0)
            keep_times(build, &reference, is_check);
    }
    reference_done(&reference);
    return r;
}
