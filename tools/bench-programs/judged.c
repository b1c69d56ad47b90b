/* What one test costs in a running judge: a submission is judged as the command does it, with quiet between its tests.
 * Linked with libmljudge.a.
 *
 *     judged ROOT PACKAGE LANGUAGE FILE QUIET_MS
 *
 * ROOT: the source tree.  Prints one JSON object: of each test that ran, in ms, from its start to its result: `complete`;
 * of that `wall` is the candidate's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "judge/judge.h"

static int die(const char *what)
{
    fprintf(stderr, "judged: %s\n", what);
    exit(1);
}

struct pause {
    long quiet_ms;
};

static void on_event(void *data, const struct judge_event *event)
{
    const struct pause *pause = data;
    struct timespec ts = {pause->quiet_ms / 1000, pause->quiet_ms % 1000 * 1000000};
    if (event->kind == JUDGE_TEST_DONE && pause->quiet_ms > 0)
        nanosleep(&ts, NULL);
}

static char *read_whole(const char *path, size_t *ret_size)
{
    FILE *file = fopen(path, "re");
    char *bytes = malloc(JUDGE_SOURCE_MAX);
    if (!file || !bytes)
        die("the submission cannot be read");
    *ret_size = fread(bytes, 1, JUDGE_SOURCE_MAX, file);
    fclose(file);
    return bytes;
}

static void print(const struct record *record)
{
    const char *comma = "";
    printf("{\"verdict\": \"%s\", \"tier\": \"%s\", \"complete\": [", verdict_name(record->verdict),
           sandbox_tier_name(record->tier));
    for (size_t i = 0; i < record->n_tests; i++, comma = ", ")
        printf("%s%.4f", comma,
               (double)(record->tests[i].overhead_us + record->tests[i].run.wall_us) / 1e3);
    printf("], \"wall\": [");
    comma = "";
    for (size_t i = 0; i < record->n_tests; i++, comma = ", ")
        printf("%s%.4f", comma, (double)record->tests[i].run.wall_us / 1e3);
    printf("]}\n");
}

int main(int argc, char **argv)
{
    struct error err = ERROR_INIT;
    struct problem *problem = NULL;
    struct judge *judge = NULL;
    struct record *record = NULL;
    struct judge_options options = {.n_jobs = 1};
    struct pause pause = {0};
    struct seed seed;
    if (argc != 6) {
        fprintf(stderr, "usage: judged ROOT PACKAGE LANGUAGE FILE QUIET_MS\n");
        return 2;
    }
    snprintf(options.dirs.languages, sizeof options.dirs.languages, "%s/judge/languages", argv[1]);
    snprintf(options.dirs.libexec, sizeof options.dirs.libexec, "%s/build/libexec", argv[1]);
    snprintf(options.dirs.problems, sizeof options.dirs.problems, "%s/problems", argv[1]);
    pause.quiet_ms = strtol(argv[5], NULL, 10);
    struct submission submission = {.language = argv[3],
                                    .file = "mine",
                                    .seed = &seed,
                                    .strict = true,
                                    .reveal = true,
                                    .cancel_fd = -1};
    char *source = read_whole(argv[4], &submission.source_size);
    submission.source = source;
    seed_public(&seed);
    if (problem_load(argv[2], &problem, &err) < 0 || judge_new(&judge, &options, &err) < 0)
        die(err.text);
    submission.problem = problem;
    if (judge_submission(judge, &submission, on_event, &pause, &record, &err) < 0)
        die(err.text);
    print(record);
    record_free(record);
    judge_free(judge);
    problem_free(problem);
    free(source);
    return 0;
}
