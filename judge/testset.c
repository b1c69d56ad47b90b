/* Building tests.  The order: hand-written files and generated arguments are gathered, the package's validate() sees
 * every one, the reference answers those without an expected answer, the second reference ("check") must agree, and
 * all of it goes into one packed block that the cache keeps. */
#include "judge/testset.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/calls.h"
#include "judge/generate.h"
#include "judge/reference_times.h"
#include "judge/testset_build.h"
#include "sandbox/util.h"
#include "version.h"

void draft_done(struct draft *draft)
{
    free(steal(&draft->args));
    free(steal(&draft->expected));
    for (size_t run = 0; run < COMPARE_RUNS_MAX; run++)
        free(steal(&draft->run_args[run]));
}

static void build_done(struct build *build)
{
    for (size_t i = 0; i < build->n_drafts; i++)
        draft_done(&build->drafts[i]);
    free(build->drafts);
}

void build_say(const struct build *build, const char *text)
{
    if (build->request->progress)
        build->request->progress(build->request->data, text);
}

bool build_may_tell(const struct build *build)
{
    return build->request->reveal || build->request->strict;
}

/* With a secret seed hidden tests are secret from whoever sees the judge's messages, and a package that breaks on
 * them (its generator, validate(), a reference) speaks of their values. */
int build_withhold(const struct build *build, const char *what, int r, struct error *err)
{
    bool of_package = r == -EINVAL || r == -EBADMSG;
    if (!of_package || build_may_tell(build) || !build->request->seed->secret || !err)
        return r;
    *err = ERROR_INIT;
    return error_set(
        err, r, "%s: %s (the seed is secret: --reveal tells more; `mljudge verify` tries others)",
        build->problem->slug, what);
}

bool build_is_hidden(const struct build *build, const struct draft *draft)
{
    return build->problem->groups[draft->group].hidden;
}

/* What progress calls a test: hidden ones have numbers, as in reports. */
void build_label(const struct build *build, const struct draft *draft, char *text, size_t size)
{
    size_t number = 1;
    if (build_may_tell(build) || !build_is_hidden(build, draft)) {
        snprintf(text, size, "%s", draft->name);
        return;
    }
    for (const struct draft *other = build->drafts; other < draft; other++)
        number += other->group == draft->group;
    snprintf(text, size, "%s/%zu", build->problem->groups[draft->group].name, number);
}

int build_add_draft(struct build *build, size_t group, struct draft **ret, struct error *err)
{
    if (build->n_drafts == TESTS_MAX)
        return error_set(err, -E2BIG, "%s: more than %d tests", build->problem->slug, TESTS_MAX);
    if (build->n_drafts == build->capacity) {
        size_t capacity = build->capacity ? 2 * build->capacity : 64;
        struct draft *grown = realloc(build->drafts, capacity * sizeof *grown);
        if (!grown)
            return error_oom(err);
        build->drafts = grown;
        build->capacity = capacity;
    }
    *ret = &build->drafts[build->n_drafts++];
    **ret = (struct draft){.group = group, .cpu_us = {-1, -1}};
    return 0;
}

const struct comparator *build_comparator(const struct build *build, const struct draft *draft)
{
    return build->problem->groups[draft->group].comparator;
}

int build_check_draft(const struct build *build, const struct draft *draft, struct error *err)
{
    const struct signature *signature = &build->problem->signature;
    struct frame args = {0}, expected = {0};
    struct dims dims = {0};
    int r = frame_parse(draft->args, draft->args_size, &args, err);
    if (r == 0)
        r = args_check(signature, &args, &dims, err);
    if (r == 0 && draft->expected) {
        r = frame_parse(draft->expected, draft->expected_size, &expected, err);
        if (r == 0)
            r = results_check(signature, &args, &dims, &expected, "expected", err);
    }
    frame_done(&args);
    frame_done(&expected);
    return r;
}

void testset_forget(const struct testset *testset, size_t index)
{
    const struct test *test = &testset->tests[index];
    mapping_forget(&testset->mapping, test->expected, test->expected_size);
    for (size_t run = 0; run < test->n_runs; run++)
        mapping_forget(&testset->mapping, test->runs[run].args, test->runs[run].args_size);
}

void testset_done(struct testset *testset)
{
    free(testset->tests);
    free(testset->runs);
    mapping_done(&testset->mapping);
    *testset = (struct testset){0};
}

/* ---- the whole ---- */

/* Hash of all that made the tests: package, seed, our version and the tools of generator and references (of samples
 * none: they carry their answers). */
static int cache_key(struct build *build, char key[SHA256_HEX], struct error *err)
{
    const struct problem *problem = build->problem;
    const char *const paths[] = {problem->reference, problem->check, "generator.py"};
    char ids[ARRAY_LEN(paths)][SHA256_HEX] = {"", "", ""};
    for (size_t i = 0; i < ARRAY_LEN(paths) && !build->request->samples_only; i++) {
        errno = 0;
        const char *name = i == 2 ? GENERATOR_LANGUAGE
                           : paths[i]
                               ? language_for_file(&build->judge->options.dirs, problem, paths[i])
                               : NULL;
        if (!name && error_is_shortage(-errno))
            return error_errno(err, "find the languages of %s", problem->slug);
        struct language *language = NULL;
        int r = name
                    ? judge_language_of(build->judge, i == 2 ? NULL : problem, name, &language, err)
                    : -ENOENT;
        struct error why = ERROR_INIT;
        if (r == 0)
            r = language_probe(&build->judge->options.dirs, &build->judge->cache, language, &why);
        if (r == 0)
            memcpy(ids[i], language->id, SHA256_HEX);
        else if (name && r != -ENOENT) /* a missing tool is told where it is needed */
            return error_set(err, r, "%s", why.text);
    }
    char id[SEED_ID_HEX];
    seed_id(build->request->seed, id);
    char *text = NULL;
    int n = asprintf(&text, "tests-3|%s|%s|%" PRId64 "|%s|%s|%s|%s|%s|%s|%d", MLJUDGE_VERSION,
                     problem->slug, problem->version, problem->sha256, id, ids[0], ids[1], ids[2],
                     build->request->samples_only ? "samples" : "all", build->request->strict);
    if (n < 0)
        return error_oom(err);
    sha256_hex(text, (size_t)n, key);
    free(text);
    return 0;
}

static int from_cache(const struct build *build, struct testset *ret)
{
    struct mapping mapping;
    int r = cache_get(&build->judge->cache, "tests", build->key, &mapping);
    if (r == 0) {
        r = testset_unpack(build->problem, &mapping, ret, NULL);
        if (r < 0)
            mapping_done(&mapping);
    }
    return r;
}

/* The one test of an own input. */
static int gather_own(struct build *build, struct error *err)
{
    const struct own_input *own = build->request->own;
    struct draft *draft = NULL;
    int r = build_add_draft(build, own->group, &draft, err);
    if (r < 0)
        return r;
    snprintf(draft->name, sizeof draft->name, "own input");
    snprintf(draft->file, sizeof draft->file, "%.190s", own->shown);
    r = testset_read_file(build, draft, own->dir_fd, own->name, own->dir_fd, false, err);
    if (r < 0)
        return r;
    /* What a reference takes is kept under this key. */
    char input[SHA256_HEX], text[3 * SHA256_HEX];
    sha256_hex(draft->args, draft->args_size, input);
    snprintf(text, sizeof text, "own|%s|%s", build->problem->sha256, input);
    sha256_hex(text, strlen(text), build->key);
    return 0;
}

static int make(struct build *build, struct testset *ret, struct error *err)
{
    int r = build->request->own ? gather_own(build, err) : testset_gather(build, err);
    if (r == 0)
        r = testset_vary(build, err);
    if (r == 0 && !build->request->samples_only)
        r = testset_answer(build, build->problem->reference, false, err);
    if (r == 0 && !build->request->samples_only && build->problem->check)
        r = testset_answer(build, build->problem->check, true, err);
    if (r == 0 && build->n_drafts == 0)
        r = error_set(err, -EINVAL, "%s: the package has no tests%s", build->problem->slug,
                      build->request->samples_only ? " in tests/sample" : "");
    if (r < 0)
        return r;
    auto_fd int fd = testset_pack(build, err);
    if (fd < 0)
        return fd;
    struct mapping mapping;
    r = mapping_open(&mapping, fd, PACK_MAX_BYTES, err);
    if (r < 0)
        return r;
    if (!build->request->own) {
        cache_put(&build->judge->cache, "tests", build->key, mapping.bytes, mapping.size);
        if (from_cache(build, ret) ==
            0) { /* as the next time: memory is needed for the test at hand only */
            mapping_done(&mapping);
            return 0;
        }
    }
    /* Else tests live in the memory file: forking or cloning this process copies none of it. */
    r = testset_unpack(build->problem, &mapping, ret, err);
    if (r < 0)
        mapping_done(&mapping);
    return r;
}

/* What the request's language's reference takes, where that is known or a limit needs it. */
static int add_times(struct build *build, struct testset *testset, struct error *err)
{
    const struct testset_request *request = build->request;
    const struct reference_times_request times = {.problem = build->problem,
                                                  .language = request->language,
                                                  .tests_key = build->key,
                                                  .cancel_fd = request->cancel_fd,
                                                  .progress = request->progress,
                                                  .data = request->data};
    if (!request->language)
        return 0;
    return build_withhold(build, "a limit's reference fails on a test",
                          reference_times_fill(build->judge, &times, testset, err), err);
}

int testset_build(struct judge *judge, const struct testset_request *request, struct testset *ret,
                  struct error *err)
{
    *ret = (struct testset){0};
    struct build build = {.judge = judge, .request = request, .problem = request->problem};
    int r = reference_times_check(judge, request->problem, err);
    if (r == 0 && !request->own)
        r = cache_key(&build, build.key, err);
    if (r == 0 && (request->own || from_cache(&build, ret) < 0))
        r = make(&build, ret, err);
    if (r == 0)
        r = add_times(&build, ret, err);
    if (r < 0)
        testset_done(ret);
    build_done(&build);
    return r;
}
