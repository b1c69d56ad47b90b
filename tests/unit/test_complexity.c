/* Growth told from measurements: every model out of its own data with noise, and honest doubt where data cannot tell. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "judge/complexity.h"

#define M        10
#define SIGMA    0.03 /* relative noise of the data, and what the fit is told */
#define ROUNDS   200
#define FLOOR_MS 1.0

/* A small generator of our own: the same numbers everywhere (SplitMix64, Steele and others, OOPSLA 2014). */
static uint64_t random_state;
static double uniform(void)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

static double normal(void)
{
    return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

/* m sizes from 1000, doubling; the last takes top_ms. */
static void make(struct complexity_point *points, size_t m, enum complexity model, double floor_ms,
                 double top_ms)
{
    double n_max = 1000 * pow(2, (double)m - 1);
    for (size_t i = 0; i < m; i++) {
        double n = 1000 * pow(2, (double)i);
        double truth = floor_ms + top_ms * complexity_at(model, n) / complexity_at(model, n_max);
        double sigma = hypot(0.01, SIGMA * truth);
        points[i] = (struct complexity_point){n, fmax(0, truth + sigma * normal()), sigma};
    }
}

static void test_complexity_recognises_each_model(void **state)
{
    (void)state;
    for (int model = 0; model < COMPLEXITY_MODELS; model++) {
        int sure = 0, wrong = 0;
        random_state = 1 + (uint64_t)model;
        for (int round = 0; round < ROUNDS; round++) {
            struct complexity_point points[M];
            struct complexity_fit fit;
            make(points, M, (enum complexity)model, 0.05, 500);
            complexity_fit(points, M, FLOOR_MS, &fit);
            sure += fit.doubt == COMPLEXITY_SURE && fit.best == (enum complexity)model;
            wrong += fit.doubt == COMPLEXITY_SURE && fit.best != (enum complexity)model;
        }
        print_message("%s: %d of %d told, %d wrongly\n", complexity_name((enum complexity)model),
                      sure, ROUNDS, wrong);
        assert_true(sure >= ROUNDS * 85 / 100);
        assert_true(wrong <= ROUNDS / 100);
    }
}

/* 95 %: the true exponent may lie outside now and then, and must not more often. */
static void test_complexity_interval_holds_the_exponent(void **state)
{
    static const struct {
        enum complexity model;
        double exponent;
    } cases[] = {{COMPLEXITY_LINEAR, 1}, {COMPLEXITY_QUADRATIC, 2}, {COMPLEXITY_CUBIC, 3}};
    (void)state;
    random_state = 99;
    for (size_t c = 0; c < 3; c++) {
        int inside = 0;
        for (int round = 0; round < ROUNDS; round++) {
            struct complexity_point points[M];
            struct complexity_fit fit;
            make(points, M, cases[c].model, 0.05, 500);
            complexity_fit(points, M, FLOOR_MS, &fit);
            inside += fit.exponent_low <= cases[c].exponent + 1e-9 &&
                      cases[c].exponent - 1e-9 <= fit.exponent_high;
            assert_true(fit.exponent_high - fit.exponent_low < 0.5);
        }
        assert_true(inside >= ROUNDS * 90 / 100);
    }
}

static void test_complexity_short_data_is_doubtful(void **state)
{
    (void)state;
    random_state = 7;
    struct complexity_point points[M];
    struct complexity_fit fit;
    char text[400];
    make(points, 3, COMPLEXITY_QUADRATIC, 0, 100);
    complexity_fit(points, 3, FLOOR_MS, &fit);
    assert_int_equal(fit.doubt, COMPLEXITY_FEW_POINTS);
    assert_non_null(strstr(complexity_text(&fit, text, sizeof text), "cannot tell: fewer than 4"));
    make(points, 1, COMPLEXITY_QUADRATIC, 0, 100);
    complexity_fit(points, 1, FLOOR_MS, &fit);
    assert_int_equal(fit.doubt, COMPLEXITY_FEW_POINTS);
    for (size_t i = 0; i < 5; i++)
        points[i] = (struct complexity_point){1000 + 500 * (double)i, 10 + 5 * (double)i, 0.1};
    complexity_fit(points, 5, FLOOR_MS, &fit);
    assert_int_equal(fit.doubt, COMPLEXITY_SHORT_RANGE);
}

/* Over a factor of 16 in n, log n changes little: with 10 % noise n and n log n are seldom told apart, and hardly ever
 * wrongly. */
static void test_complexity_alike_models_are_undecided(void **state)
{
    (void)state;
    int undecided = 0, wrong = 0;
    random_state = 3;
    for (int round = 0; round < ROUNDS; round++) {
        struct complexity_point points[5];
        struct complexity_fit fit;
        for (size_t i = 0; i < 5; i++) {
            double n = 100000 * pow(2, (double)i);
            points[i] = (struct complexity_point){n, 1e-5 * n * log(n) * (1 + 0.1 * normal()),
                                                  1e-6 * n * log(n)};
        }
        complexity_fit(points, 5, FLOOR_MS, &fit);
        undecided += fit.doubt == COMPLEXITY_UNDECIDED;
        wrong += fit.doubt == COMPLEXITY_SURE && fit.best != COMPLEXITY_LINEARITHMIC;
        assert_true(fit.best == COMPLEXITY_LINEAR || fit.best == COMPLEXITY_LINEARITHMIC);
    }
    assert_true(undecided >= ROUNDS / 2);
    assert_true(wrong <= ROUNDS * 5 / 100);
}

static void test_complexity_noise_near_zero_is_no_constant(void **state)
{
    (void)state;
    random_state = 5;
    struct complexity_point points[M];
    struct complexity_fit fit;
    for (size_t i = 0; i < M; i++)
        points[i] =
            (struct complexity_point){1000 * pow(2, (double)i), 0.2 + 0.05 * normal(), 0.05};
    complexity_fit(points, M, FLOOR_MS, &fit);
    assert_int_equal(fit.doubt, COMPLEXITY_NOISE);
    for (size_t i = 0; i < M; i++)
        points[i].value += 300;
    complexity_fit(points, M, FLOOR_MS, &fit);
    assert_int_equal(fit.doubt, COMPLEXITY_SURE);
    assert_int_equal(fit.best, COMPLEXITY_CONSTANT);
}

/* 8 to 20 ms, give or take as much: neither growth nor its absence is seen. */
static void test_complexity_much_noise_is_no_constant(void **state)
{
    (void)state;
    static const double ms[] = {8, 11, 12, 11, 20}, sigma[] = {1.2, 1, 1.6, 2, 3};
    struct complexity_point points[5];
    struct complexity_fit fit;
    for (size_t i = 0; i < 5; i++)
        points[i] = (struct complexity_point){12 * pow(2, (double)i), ms[i], sigma[i]};
    complexity_fit(points, 5, FLOOR_MS, &fit);
    assert_int_equal(fit.doubt, COMPLEXITY_NOISE);
}

/* Elimination in NumPy: n calls of n^2 operations each; n^2 fits, and is not what it will come to. */
static void test_complexity_a_bend_at_the_end_is_told(void **state)
{
    (void)state;
    static const double ms[] = {5.8, 6.4, 7.5, 9.8, 19.7, 50.6, 269};
    struct complexity_point points[7];
    struct complexity_fit fit;
    char text[400];
    for (size_t i = 0; i < 7; i++)
        points[i] = (struct complexity_point){12 * pow(2, (double)i), ms[i], 0.05 * ms[i]};
    complexity_fit(points, 7, FLOOR_MS, &fit);
    assert_int_equal(fit.doubt, COMPLEXITY_BENDING);
    assert_true(fit.last_exponent > 2.3);
    assert_non_null(strstr(complexity_text(&fit, text, sizeof text), "last step grows as n^2."));
}

/* What fits no model makes the claim weaker, not stronger. */
static void test_complexity_misfit_widens_the_interval(void **state)
{
    (void)state;
    struct complexity_point smooth[8], rough[8];
    struct complexity_fit a, b;
    for (size_t i = 0; i < 8; i++) {
        double n = 1000 * pow(2, (double)i);
        smooth[i] = (struct complexity_point){n, n / 100, n / 100 * 0.02};
        rough[i] = (struct complexity_point){n, n / 100 * (i % 2 ? 1.4 : 0.7), n / 100 * 0.02};
    }
    complexity_fit(smooth, 8, FLOOR_MS, &a);
    complexity_fit(rough, 8, FLOOR_MS, &b);
    assert_true(a.inflation == 1);
    assert_true(b.inflation > 10);
    assert_true(b.exponent_high - b.exponent_low > 2 * (a.exponent_high - a.exponent_low));
    double sum = 0;
    for (int i = 0; i < COMPLEXITY_MODELS; i++)
        sum += b.probability[i];
    assert_true(fabs(sum - 1) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_complexity_recognises_each_model),
        cmocka_unit_test(test_complexity_interval_holds_the_exponent),
        cmocka_unit_test(test_complexity_short_data_is_doubtful),
        cmocka_unit_test(test_complexity_alike_models_are_undecided),
        cmocka_unit_test(test_complexity_noise_near_zero_is_no_constant),
        cmocka_unit_test(test_complexity_much_noise_is_no_constant),
        cmocka_unit_test(test_complexity_a_bend_at_the_end_is_told),
        cmocka_unit_test(test_complexity_misfit_widens_the_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
