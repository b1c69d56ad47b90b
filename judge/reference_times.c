#include "judge/reference_times.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/machine.h"
#include "judge/reference.h"
#include "sandbox/util.h"

#define MEASURE_RUNS 3
#define CPU_US_MAX   ((int64_t)3600 * 1000 * 1000)

/* ---- which reference ---- */

static bool has_extension(const struct language *language, const char *path)
{
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < language->n_extensions; i++)
        if (strcmp(language->extensions[i], dot) == 0)
            return true;
    return false;
}

/* "reference" or "check", whichever is of the language; NULL: neither. */
static const char *reference_of(struct judge *judge, const struct problem *problem,
                                const char *language)
{
    const char *const paths[] = {problem->reference, problem->check};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        const char *own =
            paths[i] ? language_for_file(&judge->options.dirs, problem, paths[i]) : NULL;
        if (own && strcmp(own, language) == 0)
            return paths[i];
    }
    return NULL;
}

/* The file that a limit is measured by. */
static int find_reference(struct judge *judge, const struct problem *problem,
                          const struct language_limits *by, const char **ret, struct error *err)
{
    const struct document *doc = &problem->document;
    struct language *language = NULL;
    char at[POINTER_MAX];
    int r = judge_language_of(judge, problem, by->language, &language, err);
    if (r < 0)
        return r;
    errno = 0;
    *ret = by->reference ? by->reference : reference_of(judge, problem, by->language);
    if (!*ret && error_is_shortage(-errno))
        return error_errno(err, "find the languages of %s", problem->slug);
    if (!*ret)
        return document_error(doc, pointer_join(at, by->pointer, "factor"), err,
                              "\"factor\" needs a \"reference\": neither the problem's nor its "
                              "\"check\" is in %s",
                              by->language);
    pointer_join(at, by->pointer, by->reference ? "reference" : "factor");
    if (!has_extension(language, *ret))
        return document_error(doc, at, err, "'%.100s' is not in %s", *ret, by->language);
    auto_free char *source = NULL;
    size_t size = 0;
    struct error inner = ERROR_INIT;
    r = file_read_beneath(problem->dir_fd, *ret, JUDGE_SOURCE_MAX, &source, &size, &inner);
    return r == -ENOENT ? document_error(doc, at, err, "there is no '%.100s'", *ret)
           : r < 0      ? error_set(err, r, "%s: %s", problem->slug, inner.text)
                        : 0;
}

static int check_list(struct judge *judge, const struct problem *problem,
                      const struct language_limits *list, size_t n, struct error *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        const char *path = NULL;
        if (list[i].factor > 0)
            r = find_reference(judge, problem, &list[i], &path, err);
    }
    return r;
}

int reference_times_check(struct judge *judge, const struct problem *problem, struct error *err)
{
    int r = check_list(judge, problem, problem->limits, problem->n_limits, err);
    for (size_t g = 0; r == 0 && g < problem->n_groups; g++)
        r = check_list(judge, problem, problem->groups[g].limits, problem->groups[g].n_limits, err);
    return r;
}

/* ---- what the cache keeps ---- */

struct kept_header {
    char magic[8];
    uint64_t n_tests;
    uint64_t measured; /* 1: groups with a factor have their medians, too */
};

static const char kept_magic[8] = "MLJTIME1";

static int times_key(const char *tests_key, const struct language *language, char key[SHA256_HEX])
{
    char cpu[128];
    char *text = NULL;
    machine_cpu(cpu, sizeof cpu);
    int n = asprintf(&text, "times-1|%s|%s|%s|%s|%d", tests_key, language->name, language->id, cpu,
                     machine_cores());
    if (n < 0)
        return -ENOMEM;
    sha256_hex(text, (size_t)n, key);
    free(text);
    return 0;
}

static void keep(struct judge *judge, const char *key, const int64_t *cpu_us, size_t n_tests,
                 bool measured)
{
    struct kept_header header = {.n_tests = n_tests, .measured = measured};
    memcpy(header.magic, kept_magic, sizeof header.magic);
    size_t size = sizeof header + n_tests * sizeof *cpu_us;
    auto_free char *bytes = malloc(size);
    if (!bytes)
        return;
    memcpy(bytes, &header, sizeof header);
    if (n_tests > 0)
        memcpy(bytes + sizeof header, cpu_us, n_tests * sizeof *cpu_us);
    cache_put(&judge->cache, "times", key, bytes, size);
}

void reference_times_keep(struct judge *judge, const char *tests_key, struct language *language,
                          const int64_t *cpu_us, size_t n_tests)
{
    char key[SHA256_HEX];
    if (times_key(tests_key, language, key) == 0)
        keep(judge, key, cpu_us, n_tests, false);
}

/* Into the tests, if what is kept is sound and of so many tests. */
static void take_kept(struct judge *judge, const char *key, struct testset *testset,
                      bool *ret_measured)
{
    struct mapping mapping;
    struct kept_header header = {0};
    *ret_measured = false;
    if (cache_get(&judge->cache, "times", key, &mapping) < 0)
        return;
    const char *bytes = mapping.bytes;
    bool sound = mapping.size == sizeof header + testset->n_tests * sizeof(int64_t);
    if (sound) {
        memcpy(&header, bytes, sizeof header);
        sound = memcmp(header.magic, kept_magic, sizeof header.magic) == 0 &&
                header.n_tests == testset->n_tests && header.measured <= 1;
    }
    for (size_t i = 0; sound && i < testset->n_tests; i++) {
        int64_t cpu_us = -1;
        memcpy(&cpu_us, bytes + sizeof header + i * sizeof cpu_us, sizeof cpu_us);
        testset->tests[i].reference_cpu_us = cpu_us >= 0 && cpu_us <= CPU_US_MAX ? cpu_us : -1;
    }
    *ret_measured = sound && header.measured == 1;
    mapping_done(&mapping);
}

/* ---- measuring ---- */

/* All calls of a test once: the most that one took, as for a candidate. */
static int run_once(struct judge *judge, const struct reference_times_request *request,
                    const struct reference *reference, const struct test *test, int64_t *ret,
                    struct error *err)
{
    *ret = 0;
    for (size_t run = 0; run < test->n_runs; run++) {
        const struct reference_call call = {.problem = request->problem,
                                            .reference = reference,
                                            .group = test->group,
                                            .test = test->name,
                                            .args = test->runs[run].args,
                                            .args_size = test->runs[run].args_size};
        struct call_outcome outcome;
        int r = reference_run(judge, &call, request->cancel_fd, &outcome, err);
        if (r < 0)
            return r;
        int64_t cpu_us = outcome.box.run.cpu_us;
        call_outcome_done(&outcome);
        if (cpu_us < 0)
            return error_set(err, -ENOTSUP, "%s: the CPU time of '%s' could not be measured",
                             request->problem->slug, reference->path);
        *ret = cpu_us > *ret ? cpu_us : *ret;
    }
    return 0;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int measure_group(struct judge *judge, const struct reference_times_request *request,
                         size_t group, const struct language_limits *by, struct testset *testset,
                         struct error *err)
{
    struct reference reference = {.compiled = {.fd = -1}};
    const char *path = NULL;
    int r = find_reference(judge, request->problem, by, &path, err);
    if (r == 0)
        r = reference_load(judge, request->problem, path, by->language, request->cancel_fd,
                           &reference, err);
    if (r == 0) {
        char text[200];
        snprintf(text, sizeof text, "the limit of group %s is measured by %.100s",
                 request->problem->groups[group].name, path);
        if (request->progress)
            request->progress(request->data, text);
        language_warm(reference.language);
    }
    for (size_t i = 0; r == 0 && i < testset->n_tests; i++) {
        struct test *test = &testset->tests[i];
        int64_t cpu_us[MEASURE_RUNS] = {0};
        for (size_t k = 0; r == 0 && test->group == group && k < MEASURE_RUNS; k++)
            r = run_once(judge, request, &reference, test, &cpu_us[k], err);
        if (r < 0 || test->group != group)
            continue;
        qsort(cpu_us, MEASURE_RUNS, sizeof cpu_us[0], by_size);
        test->reference_cpu_us = cpu_us[MEASURE_RUNS / 2];
    }
    reference_done(&reference);
    return r;
}

static void keep_all(struct judge *judge, const char *key, const struct testset *testset)
{
    auto_free int64_t *cpu_us = calloc(testset->n_tests + 1, sizeof *cpu_us);
    for (size_t i = 0; cpu_us && i < testset->n_tests; i++)
        cpu_us[i] = testset->tests[i].reference_cpu_us;
    if (cpu_us)
        keep(judge, key, cpu_us, testset->n_tests, true);
}

int reference_times_fill(struct judge *judge, const struct reference_times_request *request,
                         struct testset *testset, struct error *err)
{
    const struct problem *problem = request->problem;
    struct language *language = NULL;
    char key[SHA256_HEX];
    bool measured = false;
    bool any = false;
    int r = judge_language_of(judge, problem, request->language, &language, err);
    if (r == 0)
        r = language_probe(&judge->options.dirs, &judge->cache, language, err);
    if (r == 0 && times_key(request->tests_key, language, key) < 0)
        r = error_oom(err);
    if (r < 0)
        return r;
    take_kept(judge, key, testset, &measured);
    for (size_t g = 0; r == 0 && !measured && g < problem->n_groups; g++) {
        const struct group *group = &problem->groups[g];
        const struct language_limits *by = problem_factor(problem, group, request->language);
        if (!by || !group_offers(problem, group, request->language))
            continue;
        any = true;
        r = measure_group(judge, request, g, by, testset, err);
    }
    if (r == 0 && any)
        keep_all(judge, key, testset);
    return r;
}
