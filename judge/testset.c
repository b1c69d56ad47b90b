/* Building tests.  The order: hand-written files and generated arguments are gathered, the package's validate() sees
 * every one, the reference answers those without an expected answer, the second reference ("check") must agree, and
 * all of it goes into one packed block that the cache keeps. */
#include "judge/testset.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "judge/answer.h"
#include "judge/calls.h"
#include "judge/calls_json.h"
#include "judge/checker.h"
#include "judge/compile.h"
#include "judge/generate.h"
#include "judge/json_place.h"
#include "judge/reference.h"
#include "judge/reference_times.h"
#include "judge/value_json.h"
#include "sandbox/util.h"
#include "version.h"

#define TESTS_MAX      4096
#define PACK_MAX_BYTES ((size_t)2 << 30)
#define PACK_PAD       ((size_t)1 << 20) /* sizes in the cache folder tell nothing finer */

/* A test while it is being made: owns its frames. */
struct draft {
    char name[64];
    size_t group;
    char note[128];
    char file[200]; /* hand-written: for messages; "" = generated */
    void *args, *expected;
    size_t args_size, expected_size;
    void *run_args[COMPARE_RUNS_MAX]; /* of calls 1 ..; NULL: as call 0 */
    size_t run_args_size[COMPARE_RUNS_MAX];
    bool given;        /* expected came with the file */
    int64_t cpu_us[2]; /* what "reference" and "check" took; -1 = not run */
};

struct build {
    struct judge *judge;
    const struct testset_request *request;
    const struct problem *problem;
    struct draft *drafts;
    size_t n_drafts, capacity;
    char key[SHA256_HEX]; /* of all that makes the tests */
};

static void build_done(struct build *build)
{
    for (size_t i = 0; i < build->n_drafts; i++) {
        free(build->drafts[i].args);
        free(build->drafts[i].expected);
        for (size_t run = 0; run < COMPARE_RUNS_MAX; run++)
            free(build->drafts[i].run_args[run]);
    }
    free(build->drafts);
}

static void say(const struct build *build, const char *text)
{
    if (build->request->progress)
        build->request->progress(build->request->data, text);
}

static bool may_tell(const struct build *build)
{
    return build->request->reveal || build->request->strict;
}

/* With a secret seed hidden tests are secret from whoever sees the judge's messages, and a package that breaks on
 * them (its generator, validate(), a reference) speaks of their values. */
static int withhold(const struct build *build, const char *what, int r, struct error *err)
{
    bool of_package = r == -EINVAL || r == -EBADMSG;
    if (!of_package || may_tell(build) || !build->request->seed->secret || !err)
        return r;
    *err = ERROR_INIT;
    return error_set(
        err, r, "%s: %s (the seed is secret: --reveal tells more; `mljudge verify` tries others)",
        build->problem->slug, what);
}

static bool is_hidden(const struct build *build, const struct draft *draft)
{
    return build->problem->groups[draft->group].hidden;
}

/* What progress calls a test: hidden ones have numbers, as in reports. */
static void label(const struct build *build, const struct draft *draft, char *text, size_t size)
{
    size_t number = 1;
    if (may_tell(build) || !is_hidden(build, draft)) {
        snprintf(text, size, "%s", draft->name);
        return;
    }
    for (const struct draft *other = build->drafts; other < draft; other++)
        number += other->group == draft->group;
    snprintf(text, size, "%s/%zu", build->problem->groups[draft->group].name, number);
}

static int add_draft(struct build *build, size_t group, struct draft **ret, struct error *err)
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

/* ---- hand-written tests ---- */

/* A complaint about a value gets the place in the file. */
static int placed(const struct document *doc, const char *key, const char *path, int r,
                  const struct error *inner, struct error *err)
{
    char at[2 * POINTER_MAX];
    snprintf(at, sizeof at, "/%s%s", key, path);
    return r < 0 ? document_inner(doc, at, inner, err) : 0;
}

/* "args" and "expected" of a function. */
static int read_args(const struct build *build, const struct document *doc, struct draft *draft,
                     struct error *err)
{
    const struct signature *signature = &build->problem->signature;
    char path[POINTER_MAX] = "";
    struct error inner = ERROR_INIT;
    int r = values_from_json(signature->args, signature->n_args, json_object_get(doc->root, "args"),
                             FRAME_ARGS, build->problem->dir_fd, &draft->args, &draft->args_size,
                             path, sizeof path, &inner);
    if (r < 0 || !draft->given)
        return placed(doc, "args", path, r, &inner, err);
    r = values_from_json(signature->returns, signature->n_returns,
                         json_object_get(doc->root, "expected"), FRAME_RESULT,
                         build->problem->dir_fd, &draft->expected, &draft->expected_size, path,
                         sizeof path, &inner);
    return placed(doc, "expected", path, r, &inner, err);
}

/* "calls" and "expected" of a class. */
static int read_calls(const struct build *build, const struct document *doc, struct draft *draft,
                      struct error *err)
{
    const struct signature *signature = &build->problem->signature;
    const json_t *calls = json_object_get(doc->root, "calls");
    char path[POINTER_MAX] = "";
    struct error inner = ERROR_INIT;
    int r = calls_from_json(signature, calls, build->problem->dir_fd, &draft->args,
                            &draft->args_size, path, sizeof path, &inner);
    if (r < 0 || !draft->given)
        return placed(doc, "calls", path, r, &inner, err);
    r = results_from_json(signature, calls, json_object_get(doc->root, "expected"),
                          build->problem->dir_fd, &draft->expected, &draft->expected_size, path,
                          sizeof path, &inner);
    return placed(doc, "expected", path, r, &inner, err);
}

static int check_draft(const struct build *build, const struct draft *draft, struct error *err)
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

static int read_test_file(struct build *build, size_t group, int dir_fd, const char *name,
                          struct error *err)
{
    static const char *const keys[] = {"args", "expected", "note", NULL};
    static const char *const class_keys[] = {"calls", "expected", "note", NULL};
    const struct problem *problem = build->problem;
    bool is_class = problem->signature.n_methods > 0;
    struct draft *draft = NULL;
    /* Names go into every report, whole. */
    size_t stem = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
    if (stem != strlen(name) - 5 ||
        strlen(problem->groups[group].name) + 1 + stem >= sizeof draft->name)
        return error_set(
            err, -EINVAL,
            "%s/tests/%s/%s: name test files with letters, digits, - and _ only, and shorter",
            problem->slug, problem->groups[group].name, name);
    int r = add_draft(build, group, &draft, err);
    if (r < 0)
        return r;
    snprintf(draft->name, sizeof draft->name, "%s/%.*s", problem->groups[group].name, (int)stem,
             name);
    snprintf(draft->file, sizeof draft->file, "%s/tests/%s/%.60s", problem->slug,
             problem->groups[group].name, name);
    struct document doc;
    r = document_load(&doc, dir_fd, name, draft->file, err);
    if (r < 0)
        return r;
    const char *note = "";
    json_t *args = NULL;
    r = document_only(&doc, doc.root, "", is_class ? class_keys : keys, err);
    if (r == 0)
        r = document_string(&doc, doc.root, "", "note", false, &note, err);
    if (r == 0)
        r = is_class ? document_member(&doc, doc.root, "", "calls", true, JSON_ARRAY, &args, err)
                     : document_member(&doc, doc.root, "", "args", true, JSON_OBJECT, &args, err);
    draft->given = json_object_get(doc.root, "expected") != NULL;
    if (r == 0)
        r = is_class ? read_calls(build, &doc, draft, err) : read_args(build, &doc, draft, err);
    const struct checker *checker = comparator_checker(problem->groups[group].comparator);
    if (r == 0 && !draft->given && !problem->groups[group].hidden &&
        !(checker && !checker_wants_expected(checker)))
        r = document_error(&doc, "", err, "a sample must have \"expected\"");
    struct error inner = ERROR_INIT;
    if (r == 0 && (r = check_draft(build, draft, &inner)) < 0)
        r = document_inner(&doc,
                           strstr(inner.text, "expected") ? "/expected"
                           : is_class                     ? "/calls"
                                                          : "/args",
                           &inner, err);
    snprintf(draft->note, sizeof draft->note, "%s", note);
    document_done(&doc);
    return r;
}

static int read_group(struct build *build, int tests_fd, size_t group, struct error *err)
{
    auto_fd int dir_fd = dir_open_beneath(tests_fd, build->problem->groups[group].name, NULL);
    if (dir_fd == -ENOENT)
        return 0;
    if (dir_fd < 0)
        return error_set(err, dir_fd, "%s/tests/%s: cannot be opened", build->problem->slug,
                         build->problem->groups[group].name);
    char **names = NULL;
    size_t n = 0;
    int r = dir_names(dir_fd, &names, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        size_t length = strlen(names[i]);
        if (names[i][0] != '.' && length > 5 && strcmp(names[i] + length - 5, ".json") == 0)
            r = read_test_file(build, group, dir_fd, names[i], err);
    }
    names_free(names, n);
    return r;
}

/* A folder in tests/ that is no group would be silently ignored: say so. */
static int check_folders(const struct build *build, int tests_fd, struct error *err)
{
    char **names = NULL;
    size_t n = 0;
    int r = dir_names(tests_fd, &names, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        bool known = names[i][0] == '.' || strchr(names[i], '.'); /* data files beside the groups */
        for (size_t g = 0; g < build->problem->n_groups && !known; g++)
            known = strcmp(build->problem->groups[g].name, names[i]) == 0;
        if (!known)
            r = error_set(err, -EINVAL, "%s/tests/%s: problem.json has no group of this name",
                          build->problem->slug, names[i]);
    }
    names_free(names, n);
    return r;
}

/* ---- generated tests ---- */

static int take_generated(void *data, size_t group, int64_t index, const void *frame, size_t size,
                          struct error *err)
{
    struct build *build = data;
    struct draft *draft = NULL;
    int r = add_draft(build, group, &draft, err);
    if (r < 0)
        return r;
    snprintf(draft->name, sizeof draft->name, "%s/g%" PRId64, build->problem->groups[group].name,
             index);
    if (posix_memalign(&draft->args, FRAME_ALIGN, size) != 0)
        return error_oom(err);
    memcpy(draft->args, frame, size);
    draft->args_size = size;
    r = check_draft(build, draft, err);
    return r < 0
               ? error_prefix(err, r, "%s/generator.py, test %s", build->problem->slug, draft->name)
               : 0;
}

static int validate_written(struct build *build, struct error *err)
{
    struct validate_item *items = calloc(build->n_drafts + 1, sizeof *items);
    if (!items)
        return error_oom(err);
    size_t n = 0;
    for (size_t i = 0; i < build->n_drafts; i++)
        if (build->drafts[i].file[0])
            items[n++] = (struct validate_item){build->drafts[i].file, build->drafts[i].args,
                                                build->drafts[i].args_size};
    int r = n ? generate_validate(build->judge, build->problem, items, n, build->request->cancel_fd,
                                  err)
              : 0;
    free(items);
    return r;
}

static int gather(struct build *build, struct error *err)
{
    const struct problem *problem = build->problem;
    struct error why = ERROR_INIT;
    auto_fd int tests_fd = dir_open_beneath(problem->dir_fd, "tests", &why);
    if (tests_fd < 0 &&
        tests_fd != -ENOENT) /* what cannot be opened now is no package without tests */
        return error_set(err, tests_fd, "%s/tests: %s", problem->slug, why.text);
    int r = tests_fd >= 0 ? check_folders(build, tests_fd, err) : 0;
    for (size_t g = 0; r == 0 && g < problem->n_groups; g++) {
        if (build->request->samples_only && problem->groups[g].hidden)
            continue;
        if (tests_fd >= 0)
            r = read_group(build, tests_fd, g, err);
        if (r < 0 && problem->groups[g].hidden)
            r = withhold(build, "a hand-written hidden test cannot be read", r, err);
        if (r == 0 && problem->groups[g].n_generated > 0) {
            char text[128];
            snprintf(text, sizeof text, "generating %" PRId64 " tests of group %s",
                     problem->groups[g].n_generated, problem->groups[g].name);
            say(build, text);
            r = generate_group(build->judge, problem, g, build->request->seed, take_generated,
                               build, build->request->cancel_fd, err);
            if (r < 0)
                r = withhold(build, "generator.py failed", r, err);
        }
    }
    if (r == 0 && !build->request->samples_only)
        r = withhold(build, "validate() refuses a hand-written test", validate_written(build, err),
                     err);
    return r;
}

/* ---- several calls a test ---- */

static const struct comparator *comparator_of(const struct build *build, const struct draft *draft)
{
    return build->problem->groups[draft->group].comparator;
}

/* A key of its own for each test of several calls; no group is called "runs of ...". */
static void run_key(const struct build *build, const struct draft *draft,
                    unsigned char key[TEST_KEY_BYTES])
{
    char group[64];
    const char *name = build->problem->groups[draft->group].name;
    int64_t index = 0;
    for (const struct draft *other = build->drafts; other < draft; other++)
        index += other->group == draft->group;
    snprintf(group, sizeof group, "runs of %s", name);
    seed_test_key(build->request->seed, build->problem->slug, build->problem->version, group, index,
                  key);
}

/* The calls that a comparator of ours asks for. */
static int change_runs(struct build *build, struct draft *draft, struct error *err)
{
    const struct comparator *comparator = comparator_of(build, draft);
    unsigned char key[TEST_KEY_BYTES];
    int r = 0;
    run_key(build, draft, key);
    for (size_t run = 1; r == 0 && run < comparator_runs(comparator); run++) {
        struct run_change change;
        if (comparator_change(comparator, run, key, &change))
            r = answer_change_args(draft->args, draft->args_size, &change, &draft->run_args[run],
                                   &draft->run_args_size[run], err);
    }
    return r;
}

/* Where the frames of generate_vary() go. */
struct varied {
    struct build *build;
    struct draft **drafts;
    size_t n_others; /* calls beside call 0 */
};

static int take_varied(void *data, size_t group, int64_t index, const void *frame, size_t size,
                       struct error *err)
{
    (void)group;
    const struct varied *varied = data;
    struct draft *draft = varied->drafts[(size_t)index / varied->n_others];
    size_t run = 1 + (size_t)index % varied->n_others;
    if (posix_memalign(&draft->run_args[run], FRAME_ALIGN, size) != 0)
        return error_oom(err);
    memcpy(draft->run_args[run], frame, size);
    draft->run_args_size[run] = size;
    const struct draft changed = {
        .group = draft->group, .args = draft->run_args[run], .args_size = size};
    int r = check_draft(varied->build, &changed, err);
    return r < 0 ? error_prefix(err, r, "test %s, call %zu", draft->name, run + 1) : 0;
}

/* The calls that a group's checker makes. */
static int vary_group(struct build *build, size_t group, const struct checker *checker,
                      struct error *err)
{
    auto_free struct vary_item *items = calloc(build->n_drafts + 1, sizeof *items);
    auto_free struct draft **drafts = calloc(build->n_drafts + 1, sizeof(struct draft *));
    if (!items || !drafts)
        return error_oom(err);
    size_t n = 0;
    for (size_t i = 0; i < build->n_drafts; i++) {
        struct draft *draft = &build->drafts[i];
        if (draft->group != group)
            continue;
        items[n] = (struct vary_item){
            .name = draft->name, .args = draft->args, .args_size = draft->args_size};
        run_key(build, draft, items[n].key);
        drafts[n++] = draft;
    }
    struct varied varied = {build, drafts, checker_runs(checker) - 1};
    return n ? generate_vary(build->judge, build->problem, checker, items, n, take_varied, &varied,
                             build->request->cancel_fd, err)
             : 0;
}

static int make_runs(struct build *build, struct error *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < build->n_drafts; i++)
        r = change_runs(build, &build->drafts[i], err);
    for (size_t g = 0; r == 0 && g < build->problem->n_groups; g++) {
        const struct checker *checker = comparator_checker(build->problem->groups[g].comparator);
        if (checker && checker_runs(checker) > 1)
            r = vary_group(build, g, checker, err);
    }
    return withhold(build, "the checker's vary() failed", r, err);
}

/* ---- references ---- */

static int answer(struct build *build, const struct reference *reference, const struct draft *draft,
                  size_t run, struct call_outcome *ret, struct error *err)
{
    bool own = draft->run_args[run] != NULL;
    const struct reference_call call = {
        .problem = build->problem,
        .reference = reference,
        .group = draft->group,
        .test = draft->name,
        .args = own ? draft->run_args[run] : draft->args,
        .args_size = own ? draft->run_args_size[run] : draft->args_size,
    };
    return reference_run(build->judge, &call, build->request->cancel_fd, ret, err);
}

/* What one reference answered to all calls of a test. */
struct answers {
    size_t n;
    struct call_outcome outcomes[COMPARE_RUNS_MAX];
    struct answered_run runs[COMPARE_RUNS_MAX];
};

static void answers_done(struct answers *answers)
{
    for (size_t run = 0; run < answers->n; run++)
        call_outcome_done(&answers->outcomes[run]);
}

static int answer_all(struct build *build, const struct reference *reference,
                      const struct draft *draft, struct answers *ret, struct error *err)
{
    size_t n = comparator_runs(comparator_of(build, draft));
    ret->n = 0;
    for (size_t run = 0; run < n; run++) {
        int r = answer(build, reference, draft, run, &ret->outcomes[run], err);
        if (r < 0) {
            answers_done(ret);
            return r;
        }
        bool own = draft->run_args[run] != NULL;
        ret->runs[run] = (struct answered_run){own ? draft->run_args[run] : draft->args,
                                               own ? draft->run_args_size[run] : draft->args_size,
                                               &ret->outcomes[run].result};
        ret->n++;
    }
    return 0;
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
    int r = comparator_scaled(comparator_of(build, draft), factor, &strict, err);
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

static int run_on(struct build *build, const struct reference *reference, bool is_check,
                  struct draft *draft, struct answers *answers, struct error *err)
{
    int r = answer_all(build, reference, draft, answers, err);
    if (r < 0)
        return is_hidden(build, draft)
                   ? withhold(build, "a reference fails on a hidden test", r, err)
                   : r;
    const struct checker *checker = comparator_checker(comparator_of(build, draft));
    bool keeps = !draft->expected && !(checker && !checker_wants_expected(checker));
    if (keeps)
        r = keep_answer(draft, &answers->outcomes[0], err);
    if (r == 0 && (!keeps || checker || answers->n > 1))
        /* without an expected answer both are held to a tenth */
        r = compare_answer(build, reference, draft, answers,
                           is_check || !draft->expected ? 0.1 : 1.0, err);
    for (size_t run = 0; run < answers->n; run++) {
        int64_t cpu_us = answers->outcomes[run].box.run.cpu_us;
        if (cpu_us > draft->cpu_us[is_check])
            draft->cpu_us[is_check] = cpu_us;
    }
    answers_done(answers);
    return r < 0 && is_hidden(build, draft)
               ? withhold(build, "references disagree on a hidden test", r, err)
               : r;
}

/* Runs one reference over all tests; the first one's answers become the expected ones. */
static int run_reference(struct build *build, const struct reference *reference, bool is_check,
                         struct error *err)
{
    auto_free struct answers *answers = calloc(1, sizeof *answers);
    int r = answers ? 0 : error_oom(err);
    for (size_t i = 0; r == 0 && i < build->n_drafts; i++) {
        struct draft *draft = &build->drafts[i];
        const struct group *group = &build->problem->groups[draft->group];
        if (is_check && !group_offers(build->problem, group, reference->language->name))
            continue;
        char name[64];
        char text[160];
        label(build, draft, name, sizeof name);
        snprintf(text, sizeof text, "%s answers by %s", name, reference->path);
        say(build, text);
        r = run_on(build, reference, is_check, draft, answers, err);
    }
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

static int use_reference(struct build *build, const char *path, bool is_check, struct error *err)
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

/* ---- packing: one block that the cache keeps ---- */

struct packed_header {
    char magic[8];
    uint64_t n_tests;
};

struct packed_test {
    char name[64];
    char note[128];
    uint64_t group, args_off, args_size, expected_off, expected_size;
    uint64_t n_runs, run_off[COMPARE_RUNS_MAX], run_size[COMPARE_RUNS_MAX]; /* of calls 1 .. */
};

static const char pack_magic[8] = "MLJPACK2";

static size_t align_up(size_t n, size_t to)
{
    return (n + to - 1) / to * to;
}

static size_t packed_size(const struct build *build)
{
    size_t size = sizeof(struct packed_header) + build->n_drafts * sizeof(struct packed_test);
    for (size_t i = 0; i < build->n_drafts; i++) {
        const struct draft *draft = &build->drafts[i];
        size = align_up(size, FRAME_ALIGN) + draft->args_size;
        size = align_up(size, FRAME_ALIGN) + draft->expected_size;
        for (size_t run = 1; run < COMPARE_RUNS_MAX; run++)
            size = align_up(size, FRAME_ALIGN) + draft->run_args_size[run];
    }
    return align_up(size, PACK_PAD);
}

/* Puts a frame behind what is there; where it begins. */
static uint64_t append_frame(char *bytes, size_t *used, const void *frame, size_t size)
{
    size_t at = align_up(*used, FRAME_ALIGN);
    if (size > 0)
        memcpy(bytes + at, frame, size);
    *used = at + size;
    return at;
}

static struct packed_test pack_draft(const struct build *build, const struct draft *draft,
                                     char *bytes, size_t *used)
{
    struct packed_test test = {.group = draft->group,
                               .args_size = draft->args_size,
                               .expected_size = draft->expected_size,
                               .n_runs = comparator_runs(comparator_of(build, draft))};
    memcpy(test.name, draft->name, sizeof test.name);
    memcpy(test.note, draft->note, sizeof test.note);
    test.args_off = append_frame(bytes, used, draft->args, draft->args_size);
    test.expected_off = append_frame(bytes, used, draft->expected, draft->expected_size);
    for (size_t run = 1; run < COMPARE_RUNS_MAX; run++) {
        test.run_size[run] = draft->run_args_size[run];
        test.run_off[run] =
            append_frame(bytes, used, draft->run_args[run], draft->run_args_size[run]);
    }
    return test;
}

static int pack(const struct build *build, char **ret, size_t *ret_size, struct error *err)
{
    size_t size = packed_size(build);
    if (size > PACK_MAX_BYTES)
        return error_set(err, -EFBIG, "%s: its tests need more than %zu MiB", build->problem->slug,
                         PACK_MAX_BYTES >> 20);
    char *bytes = calloc(1, size);
    if (!bytes)
        return error_oom(err);
    struct packed_header header = {.n_tests = build->n_drafts};
    memcpy(header.magic, pack_magic, sizeof header.magic);
    memcpy(bytes, &header, sizeof header);
    size_t used = sizeof header + build->n_drafts * sizeof(struct packed_test);
    for (size_t i = 0; i < build->n_drafts; i++) {
        struct packed_test test = pack_draft(build, &build->drafts[i], bytes, &used);
        memcpy(bytes + sizeof header + i * sizeof test, &test, sizeof test);
    }
    *ret = bytes;
    *ret_size = size;
    return 0;
}

static bool lies_inside(uint64_t off, uint64_t length, size_t size)
{
    return off <= size && length <= size - off && off % FRAME_ALIGN == 0;
}

static bool packed_is_sound(const struct problem *problem, const struct packed_test *packed,
                            size_t size)
{
    if (packed->group >= problem->n_groups ||
        packed->n_runs != comparator_runs(problem->groups[packed->group].comparator))
        return false;
    bool sound = lies_inside(packed->args_off, packed->args_size, size) &&
                 lies_inside(packed->expected_off, packed->expected_size, size);
    for (size_t run = 1; run < COMPARE_RUNS_MAX; run++)
        sound = sound && lies_inside(packed->run_off[run], packed->run_size[run], size);
    return sound;
}

static void unpack_test(const struct packed_test *packed, const char *bytes, struct test *ret)
{
    *ret = (struct test){.group = packed->group,
                         .args = bytes + packed->args_off,
                         .args_size = packed->args_size,
                         .expected = bytes + packed->expected_off,
                         .expected_size = packed->expected_size,
                         .n_runs = packed->n_runs,
                         .reference_cpu_us = -1};
    snprintf(ret->name, sizeof ret->name, "%.63s", packed->name);
    snprintf(ret->note, sizeof ret->note, "%.127s", packed->note);
    for (size_t run = 0; run < packed->n_runs; run++) {
        bool own = run > 0 && packed->run_size[run] > 0;
        ret->runs[run] = (struct run_input){own ? bytes + packed->run_off[run] : ret->args,
                                            own ? packed->run_size[run] : ret->args_size};
    }
}

/* Views into a packed block; -EBADMSG if it is damaged. */
static int unpack(const struct problem *problem, const struct mapping *mapping, struct testset *ret,
                  struct error *err)
{
    struct packed_header header;
    const char *bytes = mapping->bytes;
    if (mapping->size < sizeof header)
        return error_set(err, -EBADMSG, "packed tests are damaged");
    memcpy(&header, bytes, sizeof header);
    if (memcmp(header.magic, pack_magic, sizeof header.magic) != 0 || header.n_tests > TESTS_MAX ||
        header.n_tests * sizeof(struct packed_test) > mapping->size - sizeof header)
        return error_set(err, -EBADMSG, "packed tests are damaged");
    ret->tests = calloc(header.n_tests + 1, sizeof *ret->tests);
    if (!ret->tests)
        return error_oom(err);
    for (size_t i = 0; i < header.n_tests; i++) {
        struct packed_test packed;
        memcpy(&packed, bytes + sizeof header + i * sizeof packed, sizeof packed);
        if (!packed_is_sound(problem, &packed, mapping->size)) {
            free(steal(&ret->tests));
            return error_set(err, -EBADMSG, "packed tests are damaged");
        }
        unpack_test(&packed, bytes, &ret->tests[i]);
    }
    ret->n_tests = header.n_tests;
    ret->mapping = *mapping;
    return 0;
}

void testset_done(struct testset *testset)
{
    free(testset->tests);
    mapping_done(&testset->mapping);
    *testset = (struct testset){0};
}

/* ---- the whole ---- */

/* Hash of all that made the tests: package, seed, our version and the tools of generator and references. */
static int cache_key(struct build *build, char key[SHA256_HEX], struct error *err)
{
    const struct problem *problem = build->problem;
    const char *const paths[] = {problem->reference, problem->check, "generator.py"};
    char ids[ARRAY_LEN(paths)][SHA256_HEX] = {"", "", ""};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
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
    int n = asprintf(&text, "tests-2|%s|%s|%" PRId64 "|%s|%s|%s|%s|%s|%s|%d", MLJUDGE_VERSION,
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
        r = unpack(build->problem, &mapping, ret, NULL);
        if (r < 0)
            mapping_done(&mapping);
    }
    return r;
}

static int make(struct build *build, struct testset *ret, struct error *err)
{
    int r = gather(build, err);
    if (r == 0)
        r = make_runs(build, err);
    if (r == 0 && !build->request->samples_only)
        r = use_reference(build, build->problem->reference, false, err);
    if (r == 0 && !build->request->samples_only && build->problem->check)
        r = use_reference(build, build->problem->check, true, err);
    if (r == 0 && build->n_drafts == 0)
        r = error_set(err, -EINVAL, "%s: the package has no tests%s", build->problem->slug,
                      build->request->samples_only ? " in tests/sample" : "");
    if (r < 0)
        return r;
    auto_free char *bytes = NULL;
    size_t size = 0;
    r = pack(build, &bytes, &size, err);
    if (r < 0)
        return r;
    /* Tests live in a memory file: forking or cloning this process copies none of it. */
    auto_fd int fd = memfd_sealed("tests", bytes, size, err);
    if (fd < 0)
        return fd;
    cache_put(&build->judge->cache, "tests", build->key, bytes, size);
    struct mapping mapping;
    r = mapping_open(&mapping, fd, PACK_MAX_BYTES, err);
    if (r == 0) {
        r = unpack(build->problem, &mapping, ret, err);
        if (r < 0)
            mapping_done(&mapping);
    }
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
    return withhold(build, "a limit's reference fails on a test",
                    reference_times_fill(build->judge, &times, testset, err), err);
}

int testset_build(struct judge *judge, const struct testset_request *request, struct testset *ret,
                  struct error *err)
{
    *ret = (struct testset){0};
    struct build build = {.judge = judge, .request = request, .problem = request->problem};
    int r = reference_times_check(judge, request->problem, err);
    if (r == 0)
        r = cache_key(&build, build.key, err);
    if (r == 0 && from_cache(&build, ret) < 0)
        r = make(&build, ret, err);
    if (r == 0)
        r = add_times(&build, ret, err);
    if (r < 0)
        testset_done(ret);
    build_done(&build);
    return r;
}
