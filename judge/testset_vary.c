/* Tests of several calls: the arguments of calls 1 and on, from a comparator of ours or from the package's checker. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/answer.h"
#include "judge/checker.h"
#include "judge/generate.h"
#include "judge/testset_build.h"
#include "sandbox/util.h"

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
    const struct comparator *comparator = build_comparator(build, draft);
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
    int r = build_check_draft(varied->build, &changed, err);
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

int testset_vary(struct build *build, struct error *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < build->n_drafts; i++)
        r = change_runs(build, &build->drafts[i], err);
    for (size_t g = 0; r == 0 && g < build->problem->n_groups; g++) {
        const struct checker *checker = comparator_checker(build->problem->groups[g].comparator);
        if (checker && checker_runs(checker) > 1)
            r = vary_group(build, g, checker, err);
    }
    return build_withhold(build, "the checker's vary() failed", r, err);
}
