/* What a report shows of hidden tests: policies, the moment, and that each level shows what it says and no more. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "judge/visibility.h"
#include "sandbox/util.h"

#define CHRISTMAS_EVE_S 1798070400LL /* 2026-12-24T00:00:00Z */

static enum visibility shown(const char *text, int64_t tries, int64_t now_s)
{
    struct visibility_policy policy;
    struct error err = ERROR_INIT;
    if (visibility_parse(text, &policy, &err) < 0)
        fail_msg("%s: %s", text, err.text);
    assert_string_equal(policy.text, text);
    return visibility_now(&policy, tries, now_s);
}

static void test_visibility_levels(void **state)
{
    (void)state;
    static const enum visibility levels[] = {VISIBILITY_NOTHING, VISIBILITY_VERDICT,
                                             VISIBILITY_GROUP, VISIBILITY_KIND};
    for (size_t i = 0; i < ARRAY_LEN(levels); i++)
        assert_int_equal(shown(visibility_name(levels[i]), -1, 0), levels[i]);
    assert_string_equal(visibility_name(VISIBILITY_ALL), "all");
}

static void test_visibility_waits_for_tries(void **state)
{
    (void)state;
    static const char text[] = "verdict,kind@tries=3";
    assert_int_equal(shown(text, 2, 0), VISIBILITY_VERDICT);
    assert_int_equal(shown(text, 3, 0), VISIBILITY_KIND);
    assert_int_equal(shown(text, -1, 0), VISIBILITY_VERDICT);
    assert_int_equal(shown("kind@tries=1", 0, 0), VISIBILITY_NOTHING);
}

static void test_visibility_waits_for_a_date(void **state)
{
    (void)state;
    static const char *const dates[] = {"group@2026-12-24", "group@2026-12-24T00:00:00Z"};
    for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
        assert_int_equal(shown(dates[i], -1, CHRISTMAS_EVE_S - 1), VISIBILITY_NOTHING);
        assert_int_equal(shown(dates[i], -1, CHRISTMAS_EVE_S), VISIBILITY_GROUP);
    }
    assert_int_equal(shown("group@2026-12-24T18:00:01Z", -1, CHRISTMAS_EVE_S + 18 * 3600),
                     VISIBILITY_NOTHING);
}

/* Rules only ever add. */
static void test_visibility_the_highest_counts(void **state)
{
    (void)state;
    assert_int_equal(shown("kind,nothing", -1, 0), VISIBILITY_KIND);
    assert_int_equal(shown("kind@tries=9,group@tries=2,verdict", 5, 0), VISIBILITY_GROUP);
}

static void test_visibility_refuses(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "all",
                                      "everything",
                                      "kind,",
                                      ",kind",
                                      "kind@",
                                      "kind@tries=",
                                      "kind@tries=0",
                                      "kind@tries=-1",
                                      "kind@tries=3x",
                                      "kind@tries= 3",
                                      "kind@tries=99999999999999999999",
                                      "kind@2026-02-30",
                                      "kind@2026-13-01",
                                      "kind@2026-12-24T18:00:00",
                                      "kind@2026-12-24T18:00:00+01:00",
                                      "kind@1969-12-31",
                                      "kind@tomorrow",
                                      "nothing,nothing,nothing,nothing,nothing"};
    char too_long[VISIBILITY_TEXT_BYTES + 1];
    memset(too_long, 'k', sizeof too_long - 1);
    too_long[sizeof too_long - 1] = '\0';
    struct visibility_policy policy = {.n = 77};
    struct error err = ERROR_INIT;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        err = ERROR_INIT;
        if (visibility_parse(bad[i], &policy, &err) != -EINVAL || !err.text[0])
            fail_msg("'%s' was taken for a policy", bad[i]);
    }
    assert_int_equal(visibility_parse(too_long, &policy, &err), -EINVAL);
    assert_int_equal(policy.n, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_visibility_levels),
        cmocka_unit_test(test_visibility_waits_for_tries),
        cmocka_unit_test(test_visibility_waits_for_a_date),
        cmocka_unit_test(test_visibility_the_highest_counts),
        cmocka_unit_test(test_visibility_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
