/* A mutant is judged like any submission, until the first test that rejects it: then its run is cancelled. */
#include "judge/command/verify_mutate.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "judge/escape.h"
#include "judge/mutate.h"
#include "sandbox/util.h"

#define LINE_SHOWN 160 /* bytes of a source line */

/* What becomes of all mutants of a problem. */
struct tally {
    size_t n_total, n_killed, n_invalid;
    size_t *killed_by; /* one number a group, owned */
    json_t *survivors;
};

/* One of the solutions that mutants are made of. */
struct original {
    const char *path, *file; /* in the package; its base name */
    const char *language;
    enum mutate_syntax syntax;
    char *source; /* owned */
    size_t size;
    struct mutations mutations;
};

/* While one mutant is judged. */
struct trial {
    int stop_fd;     /* made readable by the first rejection */
    long long group; /* that rejected it, or -1 */
    bool unjudged;   /* does not compile, or we failed */
};

static void note_event(void *data, const struct judge_event *event)
{
    struct trial *trial = data;
    const struct test_result *test = event->test;
    if (event->kind == JUDGE_COMPILED && event->record->compile.verdict == VERDICT_CE)
        trial->unjudged = true;
    if (event->kind != JUDGE_TEST_DONE || trial->group >= 0 || test->verdict == VERDICT_AC)
        return;
    if (test->status == TEST_RUN && test->verdict != VERDICT_JE)
        trial->group = (long long)test->group;
    else
        trial->unjudged = true;
    if (eventfd_write(trial->stop_fd, 1) < 0)
        trial->unjudged = true; /* cannot be: it is written once */
}

/* Readable when either of the two is. */
static int either(int first, int second)
{
    int fd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    if (fd < 0 || epoll_ctl(fd, EPOLL_CTL_ADD, second, &event) < 0 ||
        (first >= 0 && epoll_ctl(fd, EPOLL_CTL_ADD, first, &event) < 0)) {
        cleanup_fd(&fd);
        return -1;
    }
    return fd;
}

/* 0, or -errno: a failure of ours, or -ECANCELED by the user. */
static int try_mutant(const struct mutation_request *request, const struct original *original,
                      const char *source, size_t size, struct trial *trial, struct error *err)
{
    auto_fd int stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    auto_fd int cancel_fd = stop_fd < 0 ? -1 : either(request->context->cancel_fd, stop_fd);
    if (cancel_fd < 0)
        return error_errno(err, "eventfd");
    trial->stop_fd = stop_fd;
    trial->group = -1;
    trial->unjudged = false;
    struct submission submission = {
        .problem = request->problem,
        .language = original->language,
        .file = original->file,
        .source = source,
        .source_size = size,
        .seed = request->seed,
        .strict = true,
        .cancel_fd = cancel_fd,
    };
    struct record *record = NULL;
    int r = judge_submission(request->judge, &submission, note_event, trial, &record, err);
    record_free(record);
    bool stopped = trial->group >= 0 || trial->unjudged;
    if (r == -ECANCELED && stopped) {
        *err = (struct error){0};
        return 0;
    }
    return r;
}

/* ---- showing ---- */

/* The line that holds byte `at`, harmless. */
static const char *line_text(const char *source, size_t size, size_t at, char *buffer, size_t room)
{
    size_t start = at, end = at;
    while (start > 0 && source[start - 1] != '\n')
        start--;
    while (end < size && source[end] != '\n')
        end++;
    while (start < end && (source[start] == ' ' || source[start] == '\t'))
        start++;
    return escape_text(source + start, end - start, buffer, room);
}

static int add_survivor(struct tally *tally, const struct original *original,
                        const struct mutation *mutation, const char *mutant, size_t size)
{
    char before[LINE_SHOWN], after[LINE_SHOWN];
    line_text(original->source, original->size, mutation->at, before, sizeof before);
    line_text(mutant, size, mutation->at, after, sizeof after);
    json_t *json = json_pack("{s:s,s:i,s:i,s:s,s:s,s:s}", "file", original->path, "line",
                             mutation->line, "column", mutation->column, "kind", mutation->kind,
                             "original", before, "mutated", after);
    return json && json_array_append_new(tally->survivors, json) == 0 ? 0 : -ENOMEM;
}

static const char *text_of(const json_t *survivor, const char *key)
{
    return json_string_value(json_object_get(survivor, key));
}

static void print_survivor(FILE *out, const json_t *survivor)
{
    fprintf(out, "    %s:%lld:%lld: %s\n      - %s\n      + %s\n", text_of(survivor, "file"),
            (long long)json_integer_value(json_object_get(survivor, "line")),
            (long long)json_integer_value(json_object_get(survivor, "column")),
            text_of(survivor, "kind"), text_of(survivor, "original"), text_of(survivor, "mutated"));
}

static void print_tally(const struct mutation_request *request, const struct tally *tally)
{
    FILE *out = request->out;
    fprintf(out, "  mutants: %zu, killed %zu (", tally->n_total, tally->n_killed);
    bool first = true;
    for (size_t g = 0; g < request->problem->n_groups; g++)
        if (tally->killed_by[g] > 0) {
            fprintf(out, "%s%s %zu", first ? "" : ", ", request->problem->groups[g].name,
                    tally->killed_by[g]);
            first = false;
        }
    fprintf(out, "%s), no program %zu, survive %zu\n", first ? "by no group" : "", tally->n_invalid,
            json_array_size(tally->survivors));
    for (size_t i = 0; i < json_array_size(tally->survivors); i++)
        print_survivor(out, json_array_get(tally->survivors, i));
    if (json_array_size(tally->survivors) > 0)
        fprintf(out, "  Each survivor is a test to be written, or as right as the original.\n");
}

static void show_progress(const struct mutation_request *request, const struct original *original,
                          size_t i)
{
    char file[60];
    if (request->context->tty)
        fprintf(stderr, "\r\033[Kmutant %zu of %zu: %s", i + 1, original->mutations.n,
                escape_text(original->file, strlen(original->file), file, sizeof file));
    else if (i % 20 == 0 && i > 0)
        fprintf(stderr, "%zu of %zu mutants of %s\n", i, original->mutations.n,
                escape_text(original->file, strlen(original->file), file, sizeof file));
}

/* ---- all mutants ---- */

static int judge_mutant(const struct mutation_request *request, const struct original *original,
                        const struct mutation *mutation, struct tally *tally, struct error *err)
{
    size_t size = 0;
    auto_free char *mutant = mutation_apply(mutation, original->source, original->size, &size);
    struct trial trial = {0};
    if (!mutant)
        return error_oom(err);
    int r = try_mutant(request, original, mutant, size, &trial, err);
    if (r < 0)
        return r;
    tally->n_total++;
    if (trial.unjudged) {
        tally->n_invalid++;
    } else if (trial.group >= 0) {
        tally->n_killed++;
        tally->killed_by[trial.group]++;
    } else if (add_survivor(tally, original, mutation, mutant, size) < 0) {
        return error_oom(err);
    }
    return 0;
}

static int judge_mutants(const struct mutation_request *request, struct original *original,
                         struct tally *tally, struct error *err)
{
    int r = mutations_find(original->syntax, original->source, original->size,
                           (size_t)request->n_mutants, &original->mutations, err);
    for (size_t i = 0; r == 0 && i < original->mutations.n; i++) {
        show_progress(request, original, i);
        r = judge_mutant(request, original, &original->mutations.items[i], tally, err);
    }
    if (request->context->tty)
        fputs("\r\033[K", stderr);
    return r;
}

/* False: not of a language that can be mutated. */
static bool syntax_of(const char *flavour, enum mutate_syntax *ret)
{
    static const struct {
        const char *flavour;
        enum mutate_syntax syntax;
    } table[] = {{"python", MUTATE_PYTHON},
                 {"pypure", MUTATE_PYTHON},
                 {"pandas", MUTATE_PYTHON},
                 {"c", MUTATE_C},
                 {"cpp", MUTATE_C}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (strcmp(table[i].flavour, flavour) == 0) {
            *ret = table[i].syntax;
            return true;
        }
    return false;
}

static int mutate_solution(const struct mutation_request *request, const char *path,
                           struct tally *tally, struct error *err)
{
    struct original original = {.path = path, .file = base_name(path)};
    struct language *language = NULL;
    original.language = language_for_file(&request->context->dirs, request->problem, path);
    int r = original.language
                ? judge_language(request->judge, original.language, &language, err)
                : error_set(err, -EINVAL, "%s: no language of the problem fits", path);
    if (r < 0)
        return r;
    assert(language);
    if (!syntax_of(language->flavour, &original.syntax))
        return 0;
    r = file_read_beneath(request->problem->dir_fd, path, JUDGE_SOURCE_MAX, &original.source,
                          &original.size, err);
    if (r == 0)
        r = judge_mutants(request, &original, tally, err);
    mutations_done(&original.mutations);
    free(original.source);
    return r;
}

static json_t *tally_json(const struct problem *problem, const struct tally *tally)
{
    json_t *killed_by = json_object();
    for (size_t g = 0; killed_by && g < problem->n_groups; g++)
        if (json_object_set_new(killed_by, problem->groups[g].name,
                                json_integer((json_int_t)tally->killed_by[g])) < 0) {
            json_decref(killed_by);
            killed_by = NULL;
        }
    return json_pack("{s:I,s:I,s:I,s:o,s:O}", "total", (json_int_t)tally->n_total, "killed",
                     (json_int_t)tally->n_killed, "invalid", (json_int_t)tally->n_invalid,
                     "killed_by", killed_by, "survivors", tally->survivors);
}

int verify_mutants(const struct mutation_request *request, json_t **ret)
{
    const struct problem *problem = request->problem;
    struct tally tally = {.killed_by = calloc(problem->n_groups, sizeof *tally.killed_by),
                          .survivors = json_array()};
    struct error err = ERROR_INIT;
    if (!tally.killed_by || !tally.survivors) {
        free(tally.killed_by);
        json_decref(tally.survivors);
        return complain(EXIT_OURS, "out of memory");
    }
    int r = mutate_solution(request, problem->reference, &tally, &err);
    if (r == 0 && problem->check)
        r = mutate_solution(request, problem->check, &tally, &err);
    if (r == 0) {
        print_tally(request, &tally);
        *ret = tally_json(problem, &tally);
        r = *ret ? 0 : error_oom(&err);
    }
    json_decref(tally.survivors);
    free(tally.killed_by);
    return r < 0 ? complain_error(r == -EINVAL ? EXIT_REJECTED : EXIT_OURS, &err) : 0;
}
