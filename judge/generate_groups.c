/* The generated tests of all groups: each group in one or more parts, a box each, as many at once as there are jobs.
 *
 * A test is made of its key alone (generator_host.py loads generator.py anew for each), so that how it is cut into parts
 * changes no byte.  Parts end in any order and are handed over in order: so the first that fails is always the same. */
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "judge/generate_session.h"
#include "sandbox/util.h"

/* A warm start takes as long as some light tests; with many parts a job the heavy ones are spread. */
#define PARTS_A_JOB 4
/* Parts that are over and wait for one before them hold their output. */
#define AHEAD_A_JOB 2

enum part_state { PART_WAITS, PART_RUNS, PART_OVER };

struct part {
    struct generation *generation;
    size_t group;
    int64_t first, n; /* indices of its tests */
    struct session session;
    bool is_open; /* session */
    bool is_cold; /* a failure of ours, which the fork server may be: not once more */
    enum part_state state;
    int r;
    struct error error;
};

struct generation {
    struct judge *judge;
    const struct problem *problem;
    const struct seed *seed;
    int cancel_fd;
    struct part *parts;
    size_t n_parts, n_handed; /* over: those before n_handed */
    int n_running;
};

/* ---- one part ---- */

static int add_tests(const struct part *part, json_t *tests, struct error *err)
{
    const struct problem *problem = part->generation->problem;
    const struct group *group = &problem->groups[part->group];
    for (int64_t index = part->first; index < part->first + part->n; index++) {
        unsigned char key[TEST_KEY_BYTES];
        char hex[2 * TEST_KEY_BYTES + 1];
        seed_test_key(part->generation->seed, problem->slug, problem->version, group->name, index,
                      key);
        sodium_bin2hex(hex, sizeof hex, key, sizeof key);
        if (json_array_append_new(
                tests, json_pack("{s:I,s:s}", "index", (json_int_t)index, "key", hex)) != 0)
            return error_oom(err);
    }
    return 0;
}

static void close_part(struct part *part)
{
    if (part->is_open)
        session_done(&part->session);
    part->is_open = false;
}

static int open_part(struct part *part, struct error *err)
{
    const struct generation *generation = part->generation;
    const struct group *group = &generation->problem->groups[part->group];
    close_part(part);
    part->is_open = true;
    int r =
        session_open(generation->judge, generation->problem, GENERATOR_FILE, &part->session, err);
    if (r < 0)
        return r;
    json_t *tests = json_array();
    r = tests ? add_tests(part, tests, err) : error_oom(err);
    json_t *request = json_pack("{s:s,s:o}", "group", group->name, "tests", tests);
    if (r == 0)
        return request ? session_request(&part->session, request, err) : error_oom(err);
    json_decref(request);
    return r;
}

static void part_over(void *data, int r, struct sandbox_outcome *box, const struct error *err)
{
    struct part *part = data;
    part->generation->n_running--;
    if (r < 0 && !part->is_cold) {
        part->is_cold = true;
        part->state = PART_WAITS;
        return;
    }
    part->state = PART_OVER;
    part->r = r;
    if (r < 0) {
        part->error = *err;
        return;
    }
    part->r = session_judge(&part->session, box, &part->error);
    sandbox_outcome_done(box);
}

static void start_part(struct part *part)
{
    part->error = ERROR_INIT;
    part->r = open_part(part, &part->error);
    if (part->r == 0) /* on any core: nothing is measured */
        part->r = session_start(&part->session, part->is_cold, part_over, part, &part->error);
    part->state = part->r == 0 ? PART_RUNS : PART_OVER;
    part->generation->n_running += part->r == 0;
}

/* ---- all of them ---- */

static void start_parts(struct generation *generation)
{
    int n_jobs = generation->judge->options.n_jobs;
    size_t end = generation->n_handed + AHEAD_A_JOB * (size_t)n_jobs;
    for (size_t i = generation->n_handed;
         i < generation->n_parts && i < end && generation->n_running < n_jobs; i++)
        if (generation->parts[i].state == PART_WAITS)
            start_part(&generation->parts[i]);
}

static int wait_for(struct generation *generation, const struct part *part, struct error *err)
{
    int r = 0;
    for (start_parts(generation); r >= 0 && part->state != PART_OVER; start_parts(generation))
        r = judge_step(generation->judge, generation->cancel_fd, err);
    if (r < 0)
        return r;
    if (part->r < 0 && err)
        *err = part->error;
    return part->r;
}

int generation_take(struct generation *generation, size_t group, generated_fn *take, void *data,
                    struct error *err)
{
    const struct problem *problem = generation->problem;
    int r = 0;
    while (r == 0 && generation->n_handed < generation->n_parts &&
           generation->parts[generation->n_handed].group == group) {
        struct part *part = &generation->parts[generation->n_handed];
        const struct handing to = {group, part->first, part->n, take, data};
        r = wait_for(generation, part, err);
        if (r == 0)
            r = session_hand_over(&part->session, &to, err);
        close_part(part);
        generation->n_handed++;
    }
    return r < 0 ? error_prefix(err, r, "%s, group %s", problem->slug, problem->groups[group].name)
                 : 0;
}

/* Of one part.  With one job at a time a part more is a start more, and nothing else. */
static int64_t most_tests(const struct generation_request *request, int n_jobs)
{
    int64_t n = 0;
    for (size_t g = 0; g < request->problem->n_groups; g++)
        n += request->problem->groups[g].n_generated;
    return n_jobs == 1 ? n + 1 : n / ((int64_t)PARTS_A_JOB * n_jobs) + 1;
}

static void add_parts(struct generation *generation, size_t group, int64_t n, int64_t most)
{
    for (int64_t first = 0; first < n; first += most)
        generation->parts[generation->n_parts++] =
            (struct part){.generation = generation,
                          .group = group,
                          .first = first,
                          .n = n - first < most ? n - first : most};
}

int generation_new(struct judge *judge, const struct generation_request *request,
                   struct generation **ret, struct error *err)
{
    const struct problem *problem = request->problem;
    int n_jobs = judge->options.n_jobs;
    struct generation *generation = calloc(1, sizeof *generation);
    struct part *parts =
        calloc(problem->n_groups + PARTS_A_JOB * (size_t)n_jobs + 1, sizeof *parts);
    if (!generation || !parts) {
        free(generation);
        free(parts);
        return error_oom(err);
    }
    *generation = (struct generation){.judge = judge,
                                      .problem = problem,
                                      .seed = request->seed,
                                      .cancel_fd = request->cancel_fd,
                                      .parts = parts};
    for (size_t g = 0; g < problem->n_groups; g++)
        add_parts(generation, g, problem->groups[g].n_generated, most_tests(request, n_jobs));
    *ret = generation;
    return 0;
}

void generation_free(struct generation *generation)
{
    if (!generation)
        return;
    bool runs = false;
    for (size_t i = 0; i < generation->n_parts; i++)
        runs = runs || generation->parts[i].state == PART_RUNS;
    if (runs)
        sandbox_cancel_all(generation->judge->sandbox);
    for (size_t i = 0; i < generation->n_parts; i++) {
        struct part *part = &generation->parts[i];
        while (part->state == PART_RUNS && sandbox_step(generation->judge->sandbox, -1, NULL) >= 0)
            ;
        close_part(part);
    }
    free(generation->parts);
    free(generation);
}
