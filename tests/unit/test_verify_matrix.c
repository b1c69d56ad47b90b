/* The kill matrix: what is counted, what flips, what rejects nothing. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/verify_matrix.h"
#include "sandbox/util.h"

/* A record of three groups ("sample" shown, the others hidden) with one test each. */
static void add(struct matrix *matrix, const char *folder, const char *file, bool must_fail,
                const enum verdict verdicts[3])
{
    static const char *const names[] = {"sample", "a", "perf-large"};
    struct group_result groups[3] = {0};
    struct test_result tests[3] = {0};
    struct record record = {
        .language = "c", .groups = groups, .n_groups = 3, .tests = tests, .n_tests = 3};
    snprintf(record.file, sizeof record.file, "%s", file);
    for (size_t g = 0; g < 3; g++) {
        snprintf(groups[g].name, sizeof groups[g].name, "%s", names[g]);
        groups[g].hidden = g > 0;
        groups[g].offered = verdicts[g] != VERDICT_NONE;
        groups[g].verdict = verdicts[g];
        snprintf(tests[g].name, sizeof tests[g].name, "%s/1", names[g]);
        tests[g].group = g;
        tests[g].status = verdicts[g] == VERDICT_NONE ? TEST_SKIPPED : TEST_RUN;
        tests[g].verdict = verdicts[g];
    }
    assert_int_equal(matrix_add(matrix, folder, must_fail, &record), 0);
}

static void test_counts_kills_of_what_must_fail(void **state)
{
    (void)state;
    struct matrix matrix = {0};
    add(&matrix, "accepted", "good.c", false,
        (const enum verdict[]){VERDICT_AC, VERDICT_AC, VERDICT_AC});
    add(&matrix, "wrong", "bad.c", true,
        (const enum verdict[]){VERDICT_AC, VERDICT_WA, VERDICT_AC});
    add(&matrix, "slow", "slow.c", true,
        (const enum verdict[]){VERDICT_AC, VERDICT_AC, VERDICT_NONE});
    assert_int_equal(matrix.n_rows, 3);
    assert_int_equal(matrix.groups[1].n_faced, 2);
    assert_int_equal(matrix.groups[1].n_kills, 1);
    assert_false(matrix_useless(&matrix.groups[0])); /* samples are for show */
    assert_false(matrix_useless(&matrix.groups[1]));
    assert_true(matrix_useless(&matrix.groups[2]));
    assert_int_equal(matrix.groups[2].n_faced, 1); /* not offered to slow.c */
    assert_int_equal(matrix_n_useless(&matrix), 1);
    json_t *json = matrix_json(&matrix);
    assert_non_null(json);
    const json_t *slow = json_array_get(json_object_get(json, "solutions"), 2);
    assert_true(json_is_null(json_object_get(json_object_get(slow, "groups"), "perf-large")));
    assert_string_equal(
        json_string_value(json_array_get(json_object_get(json, "tests_without_kill"), 0)),
        "perf-large/1");
    json_decref(json);
    matrix_done(&matrix);
}

static void test_a_verdict_that_flips_between_seeds(void **state)
{
    (void)state;
    struct matrix matrix = {0};
    const enum verdict wrong[] = {VERDICT_AC, VERDICT_WA, VERDICT_AC},
                       right[] = {VERDICT_AC, VERDICT_AC, VERDICT_AC},
                       other[] = {VERDICT_AC, VERDICT_RTE, VERDICT_AC};
    add(&matrix, "wrong", "bad.c", true, wrong);
    add(&matrix, "wrong", "bad.c", true, other); /* rejected both times: no flip */
    assert_int_equal(matrix_n_flips(&matrix), 0);
    add(&matrix, "wrong", "bad.c", true, right);
    assert_int_equal(matrix.n_rows, 1);
    assert_int_equal(matrix_n_flips(&matrix), 1);
    assert_int_equal(matrix.groups[1].n_faced, 3);
    assert_int_equal(matrix.groups[1].n_kills, 2);
    matrix_done(&matrix);
}

static void test_text_is_a_table(void **state)
{
    (void)state;
    struct matrix matrix = {0};
    add(&matrix, "crash", "s\033[2J.c", true,
        (const enum verdict[]){VERDICT_RTE, VERDICT_RTE, VERDICT_RTE});
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    assert_non_null(file);
    matrix_write_text(file, &matrix);
    fclose(file);
    const char *second = strchr(text, '\n') + 1;
    assert_null(memchr(text, '\033', size));
    assert_int_equal(strstr(text, "a  ") - text, strstr(strstr(second, "RTE") + 3, "RTE") - second);
    free(text);
    matrix_done(&matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_kills_of_what_must_fail),
        cmocka_unit_test(test_a_verdict_that_flips_between_seeds),
        cmocka_unit_test(test_text_is_a_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
