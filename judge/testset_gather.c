/* Hand-written tests, read from tests/GROUP/, and generated ones; the package's validate() sees every one. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/calls_json.h"
#include "judge/checker.h"
#include "judge/generate.h"
#include "judge/json_place.h"
#include "judge/testset_build.h"
#include "judge/value_json.h"
#include "sandbox/util.h"

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
static int read_args(const struct build *build, const struct document *doc, int files_fd,
                     struct draft *draft, struct error *err)
{
    const struct signature *signature = &build->problem->signature;
    char path[POINTER_MAX] = "";
    struct error inner = ERROR_INIT;
    int r = values_from_json(signature->args, signature->n_args, json_object_get(doc->root, "args"),
                             FRAME_ARGS, files_fd, &draft->args, &draft->args_size, path,
                             sizeof path, &inner);
    if (r < 0 || !draft->given)
        return placed(doc, "args", path, r, &inner, err);
    r = values_from_json(signature->returns, signature->n_returns,
                         json_object_get(doc->root, "expected"), FRAME_RESULT, files_fd,
                         &draft->expected, &draft->expected_size, path, sizeof path, &inner);
    return placed(doc, "expected", path, r, &inner, err);
}

/* "calls" and "expected" of a class. */
static int read_calls(const struct build *build, const struct document *doc, int files_fd,
                      struct draft *draft, struct error *err)
{
    const struct signature *signature = &build->problem->signature;
    const json_t *calls = json_object_get(doc->root, "calls");
    char path[POINTER_MAX] = "";
    struct error inner = ERROR_INIT;
    int r = calls_from_json(signature, calls, files_fd, &draft->args, &draft->args_size, path,
                            sizeof path, &inner);
    if (r < 0 || !draft->given)
        return placed(doc, "calls", path, r, &inner, err);
    r = results_from_json(signature, calls, json_object_get(doc->root, "expected"), files_fd,
                          &draft->expected, &draft->expected_size, path, sizeof path, &inner);
    return placed(doc, "expected", path, r, &inner, err);
}

int testset_read_file(const struct build *build, struct draft *draft, int dir_fd, const char *name,
                      int files_fd, bool needs_expected, struct error *err)
{
    static const char *const keys[] = {"args", "expected", "note", NULL};
    static const char *const class_keys[] = {"calls", "expected", "note", NULL};
    bool is_class = build->problem->signature.n_methods > 0;
    struct document doc;
    int r = document_load(&doc, dir_fd, name, draft->file, err);
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
        r = is_class ? read_calls(build, &doc, files_fd, draft, err)
                     : read_args(build, &doc, files_fd, draft, err);
    if (r == 0 && !draft->given && needs_expected)
        r = document_error(&doc, "", err, "a sample must have \"expected\"");
    struct error inner = ERROR_INIT;
    if (r == 0 && (r = build_check_draft(build, draft, &inner)) < 0)
        r = document_inner(&doc,
                           strstr(inner.text, "expected") ? "/expected"
                           : is_class                     ? "/calls"
                                                          : "/args",
                           &inner, err);
    snprintf(draft->note, sizeof draft->note, "%s", note);
    document_done(&doc);
    return r;
}

static int read_test_file(struct build *build, size_t group, int dir_fd, const char *name,
                          struct error *err)
{
    const struct problem *problem = build->problem;
    struct draft *draft = NULL;
    /* Names go into every report, whole. */
    size_t stem = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
    if (stem != strlen(name) - 5 ||
        strlen(problem->groups[group].name) + 1 + stem >= sizeof draft->name)
        return error_set(
            err, -EINVAL,
            "%s/tests/%s/%s: name test files with letters, digits, - and _ only, and shorter",
            problem->slug, problem->groups[group].name, name);
    int r = build_add_draft(build, group, &draft, err);
    if (r < 0)
        return r;
    snprintf(draft->name, sizeof draft->name, "%s/%.*s", problem->groups[group].name, (int)stem,
             name);
    snprintf(draft->file, sizeof draft->file, "%s/tests/%s/%.60s", problem->slug,
             problem->groups[group].name, name);
    const struct checker *checker = comparator_checker(problem->groups[group].comparator);
    return testset_read_file(
        build, draft, dir_fd, name, problem->dir_fd,
        !problem->groups[group].hidden && !(checker && !checker_wants_expected(checker)), err);
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
    int r = build_add_draft(build, group, &draft, err);
    if (r < 0)
        return r;
    snprintf(draft->name, sizeof draft->name, "%s/g%" PRId64, build->problem->groups[group].name,
             index);
    if (posix_memalign(&draft->args, FRAME_ALIGN, size) != 0)
        return error_oom(err);
    memcpy(draft->args, frame, size);
    draft->args_size = size;
    r = build_check_draft(build, draft, err);
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

/* What is written by hand and what is generated, in this order.  generation: NULL: samples carry their answers, which
 * generated tests do not. */
static int gather_group(struct build *build, int tests_fd, struct generation *generation, size_t g,
                        struct error *err)
{
    const struct group *group = &build->problem->groups[g];
    int r = tests_fd >= 0 ? read_group(build, tests_fd, g, err) : 0;
    if (r < 0)
        return group->hidden
                   ? build_withhold(build, "a hand-written hidden test cannot be read", r, err)
                   : r;
    if (group->n_generated == 0 || !generation)
        return 0;
    char text[128];
    snprintf(text, sizeof text, "generating %" PRId64 " tests of group %s", group->n_generated,
             group->name);
    build_say(build, text);
    return build_withhold(build, "generator.py failed",
                          generation_take(generation, g, take_generated, build, err), err);
}

static int gather_groups(struct build *build, int tests_fd, struct error *err)
{
    const struct generation_request request = {.problem = build->problem,
                                               .seed = build->request->seed,
                                               .cancel_fd = build->request->cancel_fd};
    bool samples_only = build->request->samples_only;
    struct generation *generation = NULL;
    int r = samples_only ? 0 : generation_new(build->judge, &request, &generation, err);
    for (size_t g = 0; r == 0 && g < build->problem->n_groups; g++)
        if (!(samples_only && build->problem->groups[g].hidden))
            r = gather_group(build, tests_fd, generation, g, err);
    generation_free(generation);
    return r;
}

int testset_gather(struct build *build, struct error *err)
{
    const struct problem *problem = build->problem;
    struct error why = ERROR_INIT;
    auto_fd int tests_fd = dir_open_beneath(problem->dir_fd, "tests", &why);
    if (tests_fd < 0 &&
        tests_fd != -ENOENT) /* what cannot be opened now is no package without tests */
        return error_set(err, tests_fd, "%s/tests: %s", problem->slug, why.text);
    int r = tests_fd >= 0 ? check_folders(build, tests_fd, err) : 0;
    if (r == 0)
        r = gather_groups(build, tests_fd, err);
    if (r == 0 && !build->request->samples_only)
        r = build_withhold(build, "validate() refuses a hand-written test",
                           validate_written(build, err), err);
    return r;
}
