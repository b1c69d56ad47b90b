#include "judge/conditioning.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/answer.h"
#include "judge/reference.h"
#include "sandbox/util.h"

#define SHARE 0.1 /* of the tolerance: as where two references are compared */

/* ---- which tests ---- */

static bool is_tolerance(const char *name)
{
    static const char *const names[] = {"close",    "normwise",       "sign",    "scale",
                                        "subspace", "backward_error", "product", "orthonormal"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

bool conditioning_applies(const json_t *comparator)
{
    const char *key;
    json_t *value;
    size_t i;
    if (json_is_string(comparator))
        return is_tolerance(json_string_value(comparator));
    json_array_foreach(comparator, i, value) if (conditioning_applies(value)) return true;
    json_object_foreach((json_t *)(uintptr_t)comparator, key,
                        value) if (conditioning_applies(value)) return true;
    return false;
}

static bool group_applies(const struct problem *problem, size_t group)
{
    const json_t *root = problem->document.root;
    const struct comparator *comparator = problem->groups[group].comparator;
    const json_t *json =
        json_object_get(json_array_get(json_object_get(root, "groups"), group), "comparator");
    return !comparator_checker(comparator) && comparator_runs(comparator) == 1 &&
           conditioning_applies(json ? json : json_object_get(root, "comparator"));
}

static bool any_applies(const struct problem *problem)
{
    for (size_t g = 0; g < problem->n_groups; g++)
        if (group_applies(problem, g))
            return true;
    return false;
}

/* ---- other inputs ---- */

/* A bit that depends on all bits of `x` (the finalizer of SplitMix64). */
static bool coin(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (x ^ (x >> 31)) & 1;
}

#define NEIGHBOURS_BITS \
    12 /* floats this near to each other in units of the last place move together */

/* Tests of ties and of neighbouring floats mean just these: equal ones stay equal, neighbours keep their order, and
 * what is whole, or next to it, stays. */
static double perturbed(double x, uint64_t key)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits = (bits + (UINT64_C(1) << (NEIGHBOURS_BITS - 1))) >> NEIGHBOURS_BITS;
    if (!isfinite(x) || fabs(x - round(x)) <= 4 * DBL_EPSILON * fabs(x))
        return x;
    return nextafter(x, coin(bits ^ key) ? HUGE_VAL : -HUGE_VAL);
}

static void perturb_value(const struct value *value, uint64_t key)
{
    for (size_t c = 0; c < value->n_columns; c++)
        perturb_value(&value->columns[c], key);
    if (value->elem != ELEM_FLOAT || !value->data)
        return;
    double *data = (double *)(uintptr_t)value->data; /* in a copy of ours */
    for (int64_t i = 0; i < value->n; i++)
        data[i] = perturbed(data[i], key);
}

int conditioning_perturb(const void *args, size_t size, uint64_t key, void **ret, struct error *err)
{
    void *copy = NULL;
    if (posix_memalign(&copy, FRAME_ALIGN, size) != 0)
        return error_oom(err);
    memcpy(copy, args, size);
    struct frame frame = {0};
    int r = frame_parse(copy, size, &frame, err);
    for (size_t i = 0; r == 0 && i < frame.n_values; i++)
        perturb_value(&frame.values[i], key);
    frame_done(&frame);
    if (r < 0)
        free(copy);
    else
        *ret = copy;
    return r;
}

static uint64_t key_of(const struct conditioning_request *request, const struct testset *testset,
                       size_t index)
{
    unsigned char key[TEST_KEY_BYTES];
    char group[64];
    uint64_t number = 0;
    snprintf(group, sizeof group, "last bits of %s",
             request->problem->groups[testset->tests[index].group].name);
    seed_test_key(request->seed, request->problem->slug, request->problem->version, group,
                  (int64_t)index, key);
    memcpy(&number, key, sizeof number);
    return number;
}

/* ---- another order of summation ---- */

static bool is_compiled(const struct language *language)
{
    return strcmp(language->flavour, "c") == 0 || strcmp(language->flavour, "cpp") == 0;
}

/* -ffast-math without -ffinite-math-only and without flushing denormals: NaN, infinities and tiny numbers are inputs
 * like any other. */
static const char *const reorder_flags[] = {
    "-O3",
    "-funroll-loops",
    "-fassociative-math",
    "-freciprocal-math",
    "-fno-signed-zeros",
    "-fno-trapping-math",
    "-fno-math-errno",
};

/* The reference, compiled by the same language with these flags behind its own. */
static int load_reordered(struct judge *judge, const struct conditioning_request *request,
                          const struct reference *plain, struct reference *ret, struct error *err)
{
    struct language tuned = *plain->language;
    const struct phase *phase = &plain->language->compile;
    auto_free const char **command =
        calloc(phase->n_command + ARRAY_LEN(reorder_flags) + 1, sizeof *command);
    auto_free char *source = NULL;
    size_t size = 0;
    char ids[SHA256_HEX + 16];
    *ret = (struct reference){
        .path = plain->path, .language = plain->language, .compiled = {.fd = -1}};
    if (!command)
        return error_oom(err);
    memcpy(command, phase->command, phase->n_command * sizeof *command);
    memcpy(command + phase->n_command, reorder_flags, sizeof reorder_flags);
    tuned.compile.command = command;
    tuned.compile.n_command = phase->n_command + ARRAY_LEN(reorder_flags);
    snprintf(ids, sizeof ids, "%s reordered-1", plain->language->id); /* a key of its own */
    sha256_hex(ids, strlen(ids), tuned.id);
    int r = file_read_beneath(request->problem->dir_fd, plain->path, JUDGE_SOURCE_MAX, &source,
                              &size, err);
    if (r == 0)
        r = compile_source(judge, &tuned, &request->problem->signature, source, size,
                           request->cancel_fd, &ret->compiled, err);
    if (r == 0 && ret->compiled.verdict != VERDICT_AC)
        r = error_set(err, -EINVAL, "%s: '%s' does not compile with -O3 -fassociative-math: %.300s",
                      request->problem->slug, plain->path,
                      ret->compiled.output ? ret->compiled.output : "");
    return r;
}

/* ---- running and comparing ---- */

struct probing {
    struct judge *judge;
    const struct conditioning_request *request;
    struct testset testset;
    size_t tried[PROBES];
};

static void tell(const struct probing *probing, enum conditioning_probe probe,
                 const struct reference *reference, const struct test *test, const char *message)
{
    const struct conditioning_finding finding = {probe, reference->path, test->name, message};
    probing->request->found(probing->request->data, &finding);
}

/* `args`: what the reference gets; the comparator sees the test's own. */
static int try_test(struct probing *probing, enum conditioning_probe probe,
                    const struct reference *reference, const struct test *test, const void *args,
                    struct error *err)
{
    const struct problem *problem = probing->request->problem;
    const struct reference_call call = {problem,    reference, test->group,
                                        test->name, args,      test->args_size};
    struct call_outcome outcome;
    struct error why = ERROR_INIT;
    int r = reference_run(probing->judge, &call, probing->request->cancel_fd, &outcome, &why);
    probing->tried[probe]++;
    if (r == -EINVAL) {
        tell(probing, probe, reference, test, why.text);
        return 0;
    }
    if (r < 0)
        return error_set(err, r, "%s", why.text);
    struct comparator *strict = NULL;
    struct comparison comparison = {0};
    const struct answered_run answered = {test->args, test->args_size, &outcome.result};
    r = comparator_scaled(problem->groups[test->group].comparator, SHARE, &strict, err);
    if (r == 0)
        r = answer_compare(strict, &problem->signature, &answered, test->expected,
                           test->expected_size, &comparison, err);
    if (r == 0 && !comparison.equal)
        tell(probing, probe, reference, test, comparison.message);
    comparator_free(strict);
    call_outcome_done(&outcome);
    return r;
}

static int try_perturbed(struct probing *probing, const struct reference *reference, size_t index,
                         struct error *err)
{
    const struct test *test = &probing->testset.tests[index];
    void *args = NULL;
    int r = conditioning_perturb(test->args, test->args_size,
                                 key_of(probing->request, &probing->testset, index), &args, err);
    if (r == 0 && args && memcmp(args, test->args, test->args_size) != 0)
        r = try_test(probing, PROBE_PERTURBED, reference, test, args, err);
    free(args);
    return r;
}

static int try_all(struct probing *probing, enum conditioning_probe probe,
                   const struct reference *reference, struct error *err)
{
    const struct conditioning_request *request = probing->request;
    int r = 0;
    for (size_t i = 0; r == 0 && i < probing->testset.n_tests; i++) {
        const struct test *test = &probing->testset.tests[i];
        const struct group *group = &request->problem->groups[test->group];
        if (test->expected_size == 0 || !group_applies(request->problem, test->group) ||
            !group_offers(request->problem, group, reference->language->name))
            continue;
        char text[160];
        snprintf(text, sizeof text, "%s %s", test->name,
                 probe == PROBE_REORDERED ? "in another order of summation"
                                          : "with other last bits");
        if (request->progress)
            request->progress(request->data, text);
        r = probe == PROBE_REORDERED ? try_test(probing, probe, reference, test, test->args, err)
                                     : try_perturbed(probing, reference, i, err);
    }
    return r;
}

/* One of the two references.  The perturbed inputs need one of them only: the faster, or the first. */
static int try_reference(struct probing *probing, const char *path, bool last, struct error *err)
{
    const struct conditioning_request *request = probing->request;
    struct reference plain, reordered = {.compiled = {.fd = -1}};
    int r = reference_load(probing->judge, request->problem, path, NULL, request->cancel_fd, &plain,
                           err);
    bool compiled = r == 0 && is_compiled(plain.language);
    if (r == 0 && probing->tried[PROBE_PERTURBED] == 0 && (compiled || last))
        r = try_all(probing, PROBE_PERTURBED, &plain, err);
    if (r == 0 && compiled)
        r = load_reordered(probing->judge, request, &plain, &reordered, err);
    if (r == 0 && compiled)
        r = try_all(probing, PROBE_REORDERED, &reordered, err);
    reference_done(&reordered);
    reference_done(&plain);
    return r;
}

int conditioning_probe(struct judge *judge, const struct conditioning_request *request,
                       size_t ret_tried[PROBES], struct error *err)
{
    const struct problem *problem = request->problem;
    struct probing probing = {.judge = judge, .request = request};
    const struct testset_request tests = {.problem = problem,
                                          .seed = request->seed,
                                          .strict = true,
                                          .cancel_fd = request->cancel_fd,
                                          .progress = request->progress,
                                          .data = request->data};
    int r = 0;
    if (any_applies(problem)) {
        r = testset_build(judge, &tests, &probing.testset, err);
        if (r == 0 && problem->check)
            r = try_reference(&probing, problem->check, false, err);
        if (r == 0)
            r = try_reference(&probing, problem->reference, true, err);
        testset_done(&probing.testset);
    }
    memcpy(ret_tried, probing.tried, sizeof probing.tried);
    return r;
}
