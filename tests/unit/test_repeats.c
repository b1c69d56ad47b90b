/* judge/repeats.c and judge/noise.c: medians, what reproduces, what is noted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge/noise.h"
#include "judge/repeats.h"
#include "judge/report.h"
#include "sandbox/util.h"

struct run_of {
    enum verdict verdict;
    double credit;
    int64_t cpu_us, memory_bytes;
    uint64_t answer;
};

static struct test_result settle(const struct run_of *runs, size_t n)
{
    struct test_result test = {.status = TEST_RUN, .name = "a/1", .number = 1};
    for (size_t i = 0; i < n; i++) {
        test.verdict = runs[i].verdict;
        test.credit = runs[i].credit;
        test.run = (struct sandbox_usage){runs[i].cpu_us, 2 * runs[i].cpu_us, runs[i].memory_bytes};
        assert_int_equal(repeats_take(&test, runs[i].answer), 0);
    }
    repeats_settle(&test);
    return test;
}

static void test_medians(void **state)
{
    (void)state;
    const struct run_of odd[] = {
        {VERDICT_AC, 1, 300, -1, 7}, {VERDICT_AC, 1, 100, 50, 7}, {VERDICT_AC, 1, 200, -1, 7}};
    struct test_result test = settle(odd, 3);
    assert_int_equal(test.run.cpu_us, 200);
    assert_int_equal(test.run.wall_us, 400);
    assert_int_equal(test.run.memory_bytes, 50); /* of those that are known */
    assert_int_equal(repeats_spread(&test, REPEATS_CPU_US).least, 100);
    assert_int_equal(repeats_spread(&test, REPEATS_CPU_US).most, 300);
    assert_int_equal(repeats_spread(&test, REPEATS_MEMORY_BYTES).most, 50);
    assert_int_equal(test.verdict, VERDICT_AC);
    assert_int_equal(test.status, TEST_RUN);
    assert_false(test.answers_differ);
    test_done(&test);
    const struct run_of even[] = {{VERDICT_AC, 1, 100, -1, 7}, {VERDICT_AC, 1, 200, -1, 8}};
    test = settle(even, 2);
    assert_int_equal(test.run.cpu_us, 150);
    assert_int_equal(test.run.memory_bytes, -1); /* never 0 */
    assert_int_equal(repeats_spread(&test, REPEATS_MEMORY_BYTES).least, -1);
    assert_true(test.answers_differ);
    assert_int_equal(test.verdict, VERDICT_AC);
    test_done(&test);
}

static void test_what_reproduces(void **state)
{
    (void)state;
    static const struct {
        struct run_of runs[3];
        enum verdict verdict;
        enum test_status status;
        const char *message;
    } cases[] = {
        {{{VERDICT_WA, 0, 1, 1, 1}, {VERDICT_WA, 0, 1, 1, 2}, {VERDICT_WA, 0, 1, 1, 3}},
         VERDICT_WA,
         TEST_RUN,
         ""},
        {{{VERDICT_AC, 1, 1, 1, 1}, {VERDICT_WA, 0, 1, 1, 2}, {VERDICT_AC, 1, 1, 1, 1}},
         VERDICT_NONE,
         TEST_INCONCLUSIVE,
         "of 3 runs 2 AC, 1 WA"},
        {{{VERDICT_TLE, 0, 1, 1, 0}, {VERDICT_AC, 1, 1, 1, 2}, {VERDICT_RTE, 0, 1, 1, 0}},
         VERDICT_NONE,
         TEST_INCONCLUSIVE,
         "1 AC, 1 RTE, 1 TLE"},
        {{{VERDICT_AC, 1, 1, 1, 1}, {VERDICT_AC, 0.5, 1, 1, 2}, {VERDICT_AC, 1, 1, 1, 1}},
         VERDICT_NONE,
         TEST_INCONCLUSIVE,
         "credit differs"},
        /* a violation is a deed, not a measurement; a failure of ours is ours */
        {{{VERDICT_AC, 1, 1, 1, 1}, {VERDICT_AC, 1, 1, 1, 1}, {VERDICT_SV, 0, 1, 1, 0}},
         VERDICT_SV,
         TEST_RUN,
         ""},
        {{{VERDICT_AC, 1, 1, 1, 1}, {VERDICT_AC, 1, 1, 1, 1}, {VERDICT_JE, 0, 1, 1, 0}},
         VERDICT_JE,
         TEST_RUN,
         ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct test_result test = settle(cases[i].runs, 3);
        assert_int_equal(test.verdict, cases[i].verdict);
        assert_int_equal(test.status, cases[i].status);
        assert_non_null(strstr(test_message(&test), cases[i].message));
        test_done(&test);
    }
}

static size_t notes_of(const struct test_result *test, bool reveal, struct test_note *notes)
{
    struct test_view view = test_view(test, reveal);
    return test_notes(test, &view, notes);
}

static void test_what_is_noted(void **state)
{
    (void)state;
    struct test_note notes[TEST_NOTES_MAX];
    struct test_result test = {.status = TEST_RUN, .noise = NOISE_UNKNOWN};
    assert_int_equal(notes_of(&test, true, notes), 0); /* not known is not noted */
    test.noise = (struct noise){1.0, 10.0, 20.0};
    assert_int_equal(notes_of(&test, true, notes), 0); /* only what is above */
    test.noise = (struct noise){1.1, 10.1, 20.1};
    test.shares_core = test.answers_differ = true;
    assert_int_equal(notes_of(&test, true, notes), TEST_NOTES_MAX);
    test.hidden = true; /* nothing that its program could bring about */
    assert_int_equal(notes_of(&test, false, notes), 2);
    assert_non_null(strstr(notes[0].text, "steal"));
    assert_non_null(strstr(notes[1].text, "shared"));
}

static void test_between_samples(void **state)
{
    (void)state;
    struct noise_sample from = {1000000, 20000, 5000}, to = {2000000, 30000, 205000};
    struct noise noise = noise_between(&from, &to);
    assert_float_equal(noise.steal_percent, 1.0, 1e-9);
    assert_float_equal(noise.pressure_percent, 20.0, 1e-9);
    assert_true(isnan(noise.switches_per_s));
    from.pressure_us = -1; /* this kernel has none */
    assert_true(isnan(noise_between(&from, &to).pressure_percent));
    from.steal_us = 40000; /* a counter that ran backwards says nothing */
    assert_true(isnan(noise_between(&from, &to).steal_percent));
    struct noise worse = noise_worse((struct noise){1, NAN, 3}, (struct noise){2, 1, NAN});
    assert_float_equal(worse.steal_percent, 2, 0);
    assert_float_equal(worse.pressure_percent, 1, 0);
    assert_float_equal(worse.switches_per_s, 3, 0);
    struct noise_sample now;
    noise_now(&now);
    assert_true(now.at_us > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_medians),
        cmocka_unit_test(test_what_reproduces),
        cmocka_unit_test(test_what_is_noted),
        cmocka_unit_test(test_between_samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
