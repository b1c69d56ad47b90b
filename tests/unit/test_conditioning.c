/* Which comparators have a tolerance, and what "off in the last bit" is. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge/conditioning.h"
#include "sandbox/util.h"

static void test_conditioning_applies(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        bool applies;
    } cases[] = {
        {"\"exact\"", false},
        {"\"close\"", true},
        {"{\"name\": \"close\", \"rtol\": 1e-9, \"atol\": 0}", true},
        {"{\"name\": \"rows\", \"ordered\": false}", false},
        {"{\"name\": \"rows\", \"columns\": {\"mean\": {\"name\": \"close\"}}}", true},
        {"{\"returns\": {\"tp\": \"exact\", \"f1\": \"close\"}}", true},
        {"{\"returns\": {\"close\": \"exact\"}}", false},
        {"{\"all\": [{\"name\": \"backward_error\", \"matrix\": \"A\"}]}", true},
        {"{\"all\": [{\"name\": \"statistical\", \"seed\": \"s\"}]}", false},
        {"{\"every\": [\"exact\", {\"name\": \"sign\"}]}", true},
        {"{\"name\": \"ulp\", \"k\": 4}", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        json_t *json = json_loads(cases[i].json, JSON_DECODE_ANY, NULL);
        assert_non_null(json);
        if (conditioning_applies(json) != cases[i].applies)
            fail_msg("%s", cases[i].json);
        json_decref(json);
    }
    assert_false(conditioning_applies(NULL));
}

/* The values of a float array after the change; `ret` has room for n. */
static void perturbed(const double *x, int64_t n, uint64_t key, double *ret)
{
    const struct value value = {
        .kind = KIND_ARRAY, .elem = ELEM_FLOAT, .rank = 1, .dims = {n}, .n = n, .data = x};
    void *args = NULL, *changed = NULL;
    size_t size = 0;
    struct frame frame;
    assert_int_equal(frame_build(FRAME_ARGS, &value, 1, &args, &size, NULL), 0);
    assert_int_equal(conditioning_perturb(args, size, key, &changed, NULL), 0);
    assert_int_equal(frame_parse(changed, size, &frame, NULL), 0);
    memcpy(ret, frame.values[0].data, (size_t)n * sizeof *ret);
    frame_done(&frame);
    free(changed);
    free(args);
}

static void test_conditioning_moves_floats_by_one_unit(void **state)
{
    (void)state;
    enum { N = 400 };
    double x[N], y[N], z[N];
    int n_up = 0;
    bool differs = false;
    for (int i = 0; i < N; i++)
        x[i] = sin(i + 1) * pow(10, i % 24 - 20);
    perturbed(x, N, 1, y);
    perturbed(x, N, 2, z);
    for (int i = 0; i < N; i++) {
        assert_true(x[i] != round(x[i]));
        assert_true(y[i] == nextafter(x[i], HUGE_VAL) || y[i] == nextafter(x[i], -HUGE_VAL));
        n_up += y[i] > x[i];
        differs = differs || y[i] != z[i];
    }
    assert_true(n_up > N / 4 && n_up < 3 * N / 4);
    assert_true(differs);
}

static void test_conditioning_keeps_what_tests_may_mean(void **state)
{
    (void)state;
    const double x[] = {0.0, -0.0, 1.0, -7.0, 1e300, NAN, HUGE_VAL, -HUGE_VAL};
    double y[ARRAY_LEN(x)];
    perturbed(x, ARRAY_LEN(x), 3, y);
    assert_memory_equal(x, y, sizeof x);
    for (uint64_t key = 0; key < 200; key++) {
        /* Equal ones, neighbours, and neighbours of a whole number and of a power of two. */
        const double near[] = {0.3,
                               0.3,
                               nextafter(0.3, 1),
                               0.5,
                               nextafter(0.5, 0),
                               1.0,
                               nextafter(1.0, 0),
                               nextafter(1.0, 2)};
        double moved[ARRAY_LEN(near)];
        perturbed(near, ARRAY_LEN(near), key, moved);
        assert_true(moved[0] == moved[1] && moved[0] < moved[2]);
        assert_true(moved[4] < moved[3]);
        assert_true(moved[5] == 1 && moved[6] < 1 && moved[7] > 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conditioning_applies),
        cmocka_unit_test(test_conditioning_moves_floats_by_one_unit),
        cmocka_unit_test(test_conditioning_keeps_what_tests_may_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
