/* statistics.h against published values, and the comparator "statistical" on samples that are true, biased, too regular,
 * dependent, not repeatable or not random. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "judge/compare.h"
#include "judge/statistics.h"

/* ---- statistics ---- */

static void test_chi2_tails(void **state)
{
    (void)state;
    /* Upper critical values at 1e-6 and 1e-9: catalogue C16 (SciPy); 5 % points: Abramowitz and Stegun, table 26.8. */
    static const struct {
        double df, x, upper, within;
    } cases[] = {{9, 44.81, 1e-6, 0.01},   {99, 180.79, 1e-6, 0.01},   {999, 1226.05, 1e-6, 0.01},
                 {9, 60.66, 1e-9, 0.01},   {99, 207.90, 1e-9, 0.01},   {999, 1290.82, 1e-9, 0.01},
                 {1, 3.84146, 0.05, 2e-5}, {10, 18.3070, 0.05, 2e-5},  {100, 124.342, 0.05, 1e-4},
                 {2, 2.77259, 0.25, 1e-5}, {1, 0.00393214, 0.95, 1e-5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double lower = -1, upper = -1;
        chi2_tails(cases[i].df, cases[i].x, &lower, &upper);
        if (!(fabs(upper - cases[i].upper) <= cases[i].within * cases[i].upper))
            fail_msg("df %g, x %g: %.9g, not %.9g", cases[i].df, cases[i].x, upper, cases[i].upper);
        assert_true(fabs(lower + upper - 1) < 1e-12);
    }
    double lower = -1, upper = -1;
    chi2_tails(2, 10, &lower, &upper); /* exactly exp(-x / 2) */
    assert_true(fabs(upper - exp(-5)) < 1e-15);
    chi2_tails(40000, 40000, &lower, &upper); /* near a half: the median is df - 2/3 */
    assert_true(fabs(upper - 0.499) < 0.01);
    chi2_tails(5, 0, &lower, &upper);
    assert_true(lower == 0 && upper == 1);
}

static void test_bounds(void **state)
{
    (void)state;
    assert_true(fabs(dkw_distance(100000, 1e-6) - 0.00852) < 1e-5); /* catalogue C16 */
    assert_true(fabs(dkw_distance(1000000, 1e-6) - 0.00269) < 1e-5);
    assert_true(binary_divergence(0.3, 0.3) == 0);
    assert_true(fabs(binary_divergence(0, 0.5) - log(2)) < 1e-15);
    assert_true(binary_divergence(1, 0) == INFINITY);
    assert_true(chernoff_rejects(600, 1000, 0.5, 1e-6));
    assert_false(chernoff_rejects(530, 1000, 0.5, 1e-6));
}

static void test_chi2_merges(void **state)
{
    (void)state;
    static const int64_t observed[] = {1, 2, 60, 100, 3, 40};
    static const double expected[] = {1, 2, 60, 100, 3, 40};
    static const size_t order[] = {0, 1, 4, 5, 2, 3};
    /* 1 + 2 + 3 + 40 is below 50, so 60 joins them; 100 stands alone. */
    struct chi2 chi2 = chi2_test(observed, expected, order, 6);
    assert_int_equal(chi2.bins, 2);
    assert_true(chi2.statistic == 0 && chi2.lower == 0 && chi2.upper == 1);
    assert_int_equal(chi2_test(observed, expected, order, 4).bins, 1);
    assert_int_equal(chi2_test(observed, expected, order, 0).bins, 0);
}

/* ---- samples ---- */

static uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u); /* splitmix64 */
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static double uniform(uint64_t *state)
{
    return (double)(next(state) >> 11) * 0x1p-53;
}

#define DRAWS 200000

typedef void make_fn(uint64_t seed, void *draws);

/* What three calls of one test returned, and the comparison. */
static struct comparison decide(const char *text, const char *type, int64_t n, make_fn *first,
                                make_fn *again, make_fn *fresh)
{
    struct signature signature = {.entry = "draw"};
    struct field args[] = {{.name = "weights"}, {.name = "seed"}}, returns[1] = {0};
    assert_int_equal(type_parse("float[n]", &args[0].type, NULL), 0);
    assert_int_equal(type_parse("int", &args[1].type, NULL), 0);
    assert_int_equal(type_parse(type, &returns[0].type, NULL), 0);
    signature.args = args;
    signature.n_args = 2;
    signature.returns = returns;
    signature.n_returns = 1;
    json_t *json = json_loads(text, 0, NULL);
    struct comparator *comparator = NULL;
    struct error err = ERROR_INIT;
    if (!json || comparator_new(json, &signature, &comparator, &err) < 0)
        fail_msg("%s: %s", text, err.text);
    json_decref(json);
    assert_int_equal(comparator_runs(comparator), 3);

    static const double weights[] = {1, 0, 2, 3, 4};
    static const int64_t seeds[] = {7, 7, 12345};
    make_fn *const makers[] = {first, again, fresh};
    struct value in[3][2], out[3];
    struct frame args_frames[3], got[3];
    struct compare_run runs[3];
    for (size_t i = 0; i < 3; i++) {
        int64_t *draws = calloc(DRAWS + 1, sizeof *draws);
        makers[i]((uint64_t)seeds[i], draws);
        in[i][0] = (struct value){.kind = KIND_ARRAY,
                                  .elem = ELEM_FLOAT,
                                  .rank = 1,
                                  .dims = {5},
                                  .n = 5,
                                  .data = weights};
        in[i][1] = (struct value){.kind = KIND_SCALAR, .elem = ELEM_INT, .n = 1, .data = &seeds[i]};
        out[i] = (struct value){.kind = KIND_ARRAY,
                                .elem = returns[0].type.elem,
                                .rank = 1,
                                .dims = {n},
                                .n = n,
                                .data = draws};
        args_frames[i] = (struct frame){.kind = FRAME_ARGS, .values = in[i], .n_values = 2};
        got[i] = (struct frame){.kind = FRAME_RESULT, .values = &out[i], .n_values = 1};
        runs[i] = (struct compare_run){&args_frames[i], &got[i]};
    }
    struct comparison ret;
    if (compare_runs(comparator, &signature, runs, &got[0], &ret, &err) < 0)
        fail_msg("%s: %s", text, err.text);
    for (size_t i = 0; i < 3; i++)
        free((void *)(uintptr_t)out[i].data);
    comparator_free(comparator);
    type_done(&args[0].type);
    type_done(&args[1].type);
    type_done(&returns[0].type);
    return ret;
}

static int64_t category(double u)
{
    return u < 0.1 ? 0 : u < 0.3 ? 2 : u < 0.6 ? 3 : 4;
}

static void true_draws(uint64_t seed, void *draws)
{
    for (int64_t *x = draws, *end = x + DRAWS; x < end; x++)
        *x = category(uniform(&seed));
}

static void biased_draws(uint64_t seed,
                         void *draws) /* 0.105 where 0.1 is right: some 7 standard deviations */
{
    for (int64_t *x = draws, *end = x + DRAWS; x < end; x++) {
        double u = uniform(&seed);
        *x = u < 0.105 ? 0 : category(u);
    }
}

static void regular_draws(uint64_t seed,
                          void *draws) /* each as often as expected, in random order */
{
    int64_t *x = draws;
    for (int64_t i = 0; i < DRAWS; i++)
        x[i] = category(((double)i + 0.5) / DRAWS);
    for (int64_t i = DRAWS - 1; i > 0; i--) {
        int64_t k = (int64_t)(next(&seed) % (uint64_t)(i + 1)), kept = x[i];
        x[i] = x[k];
        x[k] = kept;
    }
}

static void paired_draws(uint64_t seed, void *draws)
{
    int64_t *x = draws;
    for (int64_t i = 0; i < DRAWS; i += 2)
        x[i] = x[i + 1] = category(uniform(&seed));
}

static void shifted_pairs(uint64_t seed, void *draws) /* (1,2), (3,4), ... are equal */
{
    int64_t *x = draws;
    paired_draws(seed, draws);
    memmove(x + 1, x, (DRAWS - 1) * sizeof *x);
}

static void impossible_draws(uint64_t seed, void *draws)
{
    true_draws(seed, draws);
    ((int64_t *)draws)[DRAWS / 2] = 1; /* its weight is 0 */
}

static void out_of_range(uint64_t seed, void *draws)
{
    true_draws(seed, draws);
    ((int64_t *)draws)[3] = INT64_MIN;
}

static void ignores_seed(uint64_t seed, void *draws)
{
    (void)seed;
    true_draws(99, draws);
}

static void forgets_seed(uint64_t seed, void *draws)
{
    static uint64_t calls;
    true_draws(seed + 1000 * ++calls, draws);
}

/* The first sample is biased, the fresh one is true: once in 1e8 that is bad luck. */
static void unlucky(uint64_t seed, void *draws)
{
    if (seed == 7)
        biased_draws(seed, draws);
    else
        true_draws(seed, draws);
}

#define WEIGHTED \
    "{\"all\": [{\"name\": \"statistical\", \"seed\": \"seed\", \"weights\": \"weights\"}]}"

static void expect(const char *text, const char *type, make_fn *maker, const char *kind)
{
    struct comparison got = decide(text, type, DRAWS, maker, maker, maker);
    if (got.equal != !kind || (kind && strcmp(got.kind, kind) != 0))
        fail_msg("%s: kind '%s', not '%s': %s", text, got.kind, kind ? kind : "", got.message);
    assert_true(got.equal || got.message[0]);
}

static void test_weights(void **state)
{
    (void)state;
    expect(WEIGHTED, "int[*]", true_draws, NULL);
    expect(WEIGHTED, "int[*]", biased_draws, "distribution");
    expect(WEIGHTED, "int[*]", regular_draws, "distribution");
    expect(WEIGHTED, "int[*]", paired_draws, "independence");
    expect(WEIGHTED, "int[*]", shifted_pairs, "independence");
    expect(WEIGHTED, "int[*]", impossible_draws, "range");
    expect(WEIGHTED, "int[*]", out_of_range, "range");
    expect(WEIGHTED, "int[*]", ignores_seed, "repetition");
    expect(WEIGHTED, "int[*]", forgets_seed, "repetition");
    expect(WEIGHTED, "int[*]", unlucky, NULL);
    struct comparison fresh =
        decide(WEIGHTED, "int[*]", DRAWS, true_draws, true_draws, impossible_draws);
    assert_false(fresh.equal);
    assert_string_equal(fresh.kind, "range");
}

static void test_short_samples(void **state)
{
    (void)state;
    /* Five draws say nothing, and two seeds may well give the same ones. */
    assert_true(decide(WEIGHTED, "int[*]", 0, true_draws, true_draws, true_draws).equal);
    assert_true(decide(WEIGHTED, "int[*]", 5, biased_draws, biased_draws, ignores_seed).equal);
    assert_true(decide(WEIGHTED, "int[*]", 5, ignores_seed, ignores_seed, ignores_seed).equal);
    assert_false(decide(WEIGHTED, "int[*]", 100, ignores_seed, ignores_seed, ignores_seed).equal);
}

/* No true sampler is ever rejected in 60 tries at a level of 1e-7. */
static uint64_t try_number;

static void true_of_try(uint64_t seed, void *draws)
{
    true_draws(seed * 1000003 + try_number, draws);
}

static void test_true_samples_pass(void **state)
{
    (void)state;
    for (try_number = 0; try_number < 60; try_number++)
        expect(WEIGHTED, "int[*]", true_of_try, NULL);
}

/* ---- floats ---- */

static void true_uniform(uint64_t seed, void *draws)
{
    for (double *x = draws, *end = x + DRAWS; x < end; x++)
        *x = 2 + 3 * uniform(&seed);
}

static void true_normal(uint64_t seed, void *draws) /* Box and Muller */
{
    for (double *x = draws, *end = x + DRAWS; x < end; x++) {
        double r = sqrt(-2 * log(1 - uniform(&seed)));
        *x = 1 + 0.5 * r * cos(2 * M_PI * uniform(&seed));
    }
}

static void wide_normal(uint64_t seed, void *draws) /* a standard deviation of 0.525 */
{
    true_normal(seed, draws);
    for (double *x = draws, *end = x + DRAWS; x < end; x++)
        *x = 1 + (*x - 1) * 1.05;
}

static void true_exponential(uint64_t seed, void *draws)
{
    for (double *x = draws, *end = x + DRAWS; x < end; x++)
        *x = -log(1 - uniform(&seed)) / 4;
}

static void not_a_number(uint64_t seed, void *draws)
{
    true_uniform(seed, draws);
    ((double *)draws)[17] = NAN;
}

static void infinite(uint64_t seed, void *draws) /* the logarithm of 0, once */
{
    true_exponential(seed, draws);
    ((double *)draws)[17] = INFINITY;
}

static void infinite_normal(uint64_t seed, void *draws)
{
    true_normal(seed, draws);
    ((double *)draws)[17] = -INFINITY;
}

static void grid(uint64_t seed, void *draws) /* steps of one sixteenth */
{
    true_uniform(seed, draws);
    for (double *x = draws, *end = x + DRAWS; x < end; x++)
        *x = floor(*x * 16) / 16;
}

#define FLOATS(distribution)                                                                     \
    "{\"all\": [{\"name\": \"statistical\", \"seed\": \"seed\", \"distribution\": " distribution \
    "}]}"

static void test_floats(void **state)
{
    (void)state;
    static const char uniform_2_5[] = FLOATS("{\"name\": \"uniform\", \"low\": 2, \"high\": 5}");
    static const char normal[] = FLOATS("{\"name\": \"normal\", \"mean\": 1, \"sd\": 0.5}");
    static const char exponential[] = FLOATS("{\"name\": \"exponential\", \"rate\": 4}");
    expect(uniform_2_5, "float[*]", true_uniform, NULL);
    expect(normal, "float[*]", true_normal, NULL);
    expect(exponential, "float[*]", true_exponential, NULL);
    expect(normal, "float[*]", wide_normal, "distribution");
    expect(uniform_2_5, "float[*]", true_normal, "range");
    expect(uniform_2_5, "float[*]", not_a_number, "range");
    expect(exponential, "float[*]", infinite, "range");
    expect(normal, "float[*]", infinite_normal, "range");
    expect(uniform_2_5, "float[*]", grid, "distribution");
    expect(exponential, "float[*]", true_normal, "range");
    expect(exponential, "float[*]", true_uniform, "distribution");
}

static void uniform_categories(uint64_t seed, void *draws)
{
    for (int64_t *x = draws, *end = x + DRAWS; x < end; x++)
        *x = (int64_t)(next(&seed) % 6);
}

static void test_categories(void **state)
{
    (void)state;
    static const char six[] =
        "{\"all\": [{\"name\": \"statistical\", \"seed\": \"seed\", \"categories\": 6}]}";
    expect(six, "int[*]", uniform_categories, NULL);
    expect(six, "int[*]", true_draws, "distribution");
}

/* ---- problem.json ---- */

static void test_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"all\": [{\"name\": \"statistical\", \"seed\": \"seed\"}]}",
        "{\"all\": [{\"name\": \"statistical\", \"seed\": \"weights\", \"weights\": \"weights\"}]}",
        "{\"all\": [{\"name\": \"statistical\", \"seed\": \"nobody\", \"weights\": \"weights\"}]}",
        "{\"all\": [{\"name\": \"statistical\", \"seed\": \"seed\", \"weights\": \"seed\"}]}",
        "{\"all\": [{\"name\": \"statistical\", \"seed\": \"seed\", \"weights\": \"weights\", "
        "\"categories\": 3}]}",
        "{\"all\": [{\"name\": \"statistical\", \"seed\": \"seed\", \"weights\": \"weights\", "
        "\"false_reject\": 0}]}",
        "{\"all\": [{\"name\": \"statistical\", \"seed\": \"seed\", \"weights\": \"weights\", "
        "\"more\": 0}]}",
        "{\"all\": [{\"name\": \"statistical\", \"seed\": \"seed\", \"distribution\": "
        "\"normal\"}]}",
        "{\"all\": [{\"name\": \"statistical\", \"seed\": \"seed\", \"distribution\": {\"name\": "
        "\"cauchy\"}}]}",
        "{\"all\": [{\"name\": \"statistical\", \"seed\": \"seed\", \"weights\": \"weights\"},"
        " {\"name\": \"statistical\", \"seed\": \"seed\", \"weights\": \"weights\"}]}",
        "\"statistical\"",
    };
    struct field args[] = {{.name = "weights"}, {.name = "seed"}}, returns[1] = {0};
    assert_int_equal(type_parse("float[n]", &args[0].type, NULL), 0);
    assert_int_equal(type_parse("int", &args[1].type, NULL), 0);
    assert_int_equal(type_parse("int[*]", &returns[0].type, NULL), 0);
    const struct signature signature = {
        .args = args, .n_args = 2, .returns = returns, .n_returns = 1};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *json = json_loads(texts[i], JSON_DECODE_ANY, NULL);
        struct comparator *comparator = NULL;
        struct error err = ERROR_INIT;
        if (!json || comparator_new(json, &signature, &comparator, &err) != -EINVAL || !err.text[0])
            fail_msg("%s was not refused (%s)", texts[i], err.text);
        json_decref(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chi2_tails),    cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_chi2_merges),   cmocka_unit_test(test_weights),
        cmocka_unit_test(test_short_samples), cmocka_unit_test(test_true_samples_pass),
        cmocka_unit_test(test_floats),        cmocka_unit_test(test_categories),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
