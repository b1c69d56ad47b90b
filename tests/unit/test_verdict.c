/* The rules that combine verdicts, over all pairs and triples. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "judge/verdict.h"
#include "sandbox/util.h"

static const enum verdict all[] = {VERDICT_NONE, VERDICT_AC,  VERDICT_WA,  VERDICT_RTE, VERDICT_CE,
                                   VERDICT_TLE,  VERDICT_MLE, VERDICT_OLE, VERDICT_SV,  VERDICT_JE};

/* The rule, said the long way round. */
static enum verdict expected(const enum verdict *parts, size_t n)
{
    const enum verdict strong[] = {VERDICT_JE, VERDICT_SV};
    for (size_t s = 0; s < ARRAY_LEN(strong); s++)
        for (size_t i = 0; i < n; i++)
            if (parts[i] == strong[s])
                return strong[s];
    enum verdict result = VERDICT_NONE;
    for (size_t i = n; i-- > 0;)
        if (parts[i] != VERDICT_NONE && parts[i] != VERDICT_AC)
            result = parts[i];
    for (size_t i = 0; i < n && result == VERDICT_NONE; i++)
        result = parts[i];
    return result;
}

static void test_verdict_combines_pairs_and_triples(void **state)
{
    (void)state;
    for (size_t a = 0; a < ARRAY_LEN(all); a++)
        for (size_t b = 0; b < ARRAY_LEN(all); b++)
            for (size_t c = 0; c < ARRAY_LEN(all); c++) {
                const enum verdict parts[] = {all[a], all[b], all[c]};
                for (size_t n = 1; n <= 3; n++)
                    assert_string_equal(verdict_name(verdict_combine(parts, n)),
                                        verdict_name(expected(parts, n)));
            }
}

static void test_verdict_first_failure_decides(void **state)
{
    (void)state;
    static const struct {
        enum verdict parts[4], result;
    } cases[] = {
        {{VERDICT_AC, VERDICT_AC, VERDICT_AC, VERDICT_AC}, VERDICT_AC},
        {{VERDICT_AC, VERDICT_WA, VERDICT_TLE, VERDICT_AC}, VERDICT_WA},
        {{VERDICT_AC, VERDICT_TLE, VERDICT_WA, VERDICT_AC}, VERDICT_TLE},
        {{VERDICT_WA, VERDICT_TLE, VERDICT_SV, VERDICT_AC}, VERDICT_SV},
        {{VERDICT_SV, VERDICT_TLE, VERDICT_AC, VERDICT_JE}, VERDICT_JE},
        {{VERDICT_NONE, VERDICT_NONE, VERDICT_AC, VERDICT_NONE}, VERDICT_AC},
        {{VERDICT_NONE, VERDICT_NONE, VERDICT_NONE, VERDICT_NONE}, VERDICT_NONE},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(verdict_combine(cases[i].parts, 4), cases[i].result);
    assert_int_equal(verdict_combine(NULL, 0), VERDICT_NONE);
}

static void test_verdict_names_are_distinct(void **state)
{
    (void)state;
    for (size_t a = 0; a < ARRAY_LEN(all); a++) {
        assert_true(strlen(verdict_phrase(all[a])) > 0);
        for (size_t b = 0; b < a; b++) {
            assert_string_not_equal(verdict_name(all[a]), verdict_name(all[b]));
            assert_string_not_equal(verdict_phrase(all[a]), verdict_phrase(all[b]));
        }
    }
    assert_string_equal(verdict_name(VERDICT_NONE), "");
    assert_string_equal(verdict_name((enum verdict)99), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdict_combines_pairs_and_triples),
        cmocka_unit_test(test_verdict_first_failure_decides),
        cmocka_unit_test(test_verdict_names_are_distinct),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
