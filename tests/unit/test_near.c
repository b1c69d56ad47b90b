/* judge/near.c: what was probably meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "judge/near.h"
#include "sandbox/util.h"

static void test_near_distance(void **state)
{
    static const struct {
        const char *a, *b;
        size_t distance;
    } cases[] =
        {
            {"", "", 0},       {"", "abc", 3},          {"knn", "knn", 0},
            {"knn", "nkn", 1}, {"judge", "jugde", 1},   {"kitten", "sitting", 3},
            {"ca", "abc", 3}, /* not 2: no byte is changed twice */
            {"a", "b", 1},     {"abcdef", "badcfe", 3}, {"list", "lists", 1},
            {"abc", "bca", 2},
        };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(near_distance(cases[i].a, cases[i].b, 9), cases[i].distance);
        assert_int_equal(near_distance(cases[i].b, cases[i].a, 9), cases[i].distance);
        assert_int_equal(near_distance(cases[i].a, cases[i].b, 1),
                         cases[i].distance > 1 ? 2 : cases[i].distance);
    }
}

static void test_near_distance_of_long_words_is_bounded(void **state)
{
    char a[NEAR_WORD_MAX + 2], b[NEAR_WORD_MAX + 2];
    (void)state;
    memset(a, 'x', sizeof a);
    memset(b, 'x', sizeof b);
    a[NEAR_WORD_MAX] = '\0';
    b[NEAR_WORD_MAX] = '\0';
    assert_int_equal(near_distance(a, b, 3), 0);
    b[NEAR_WORD_MAX] = 'x';
    b[NEAR_WORD_MAX + 1] = '\0';
    assert_int_equal(near_distance(a, b, 3), 4);
    assert_int_equal(near_distance(b, b, 3), 4);
}

static void test_near_words(void **state)
{
    static const char *const known[] = {"knn-classify", "kmeans", NULL,     "pca",
                                        "judge",        "list",   "verify", "linear-solve"};
    static const struct {
        const char *word, *text;
    } cases[] = {
        {"knn-clasify", "; did you mean 'knn-classify'?"},
        {"knn", "; did you mean 'knn-classify'?"},
        {"pac", "; did you mean 'pca'?"},
        {"lsit", "; did you mean 'list'?"},
        {"linearsolve", "; did you mean 'linear-solve'?"},
        {"something-else", ""},
        {"", ""},
        {"x", ""},
        {"kmaens", "; did you mean 'kmeans'?"},
    };
    char text[200];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_string_equal(near_words(cases[i].word, known, ARRAY_LEN(known), text, sizeof text),
                            cases[i].text);
}

static void test_near_words_shows_the_three_nearest_and_fits(void **state)
{
    static const char *const known[] = {"abcdxx", "abcdex", "abcdef", "abcdexx", "abcdefg"};
    char text[200], small[12];
    (void)state;
    near_words("abcdefx", known, ARRAY_LEN(known), text, sizeof text);
    assert_string_equal(text, "; did you mean 'abcdex', 'abcdef' or 'abcdexx'?");
    near_words("abcdefx", known, ARRAY_LEN(known), small, sizeof small);
    assert_int_equal(strlen(small), sizeof small - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_near_distance),
        cmocka_unit_test(test_near_distance_of_long_words_is_bounded),
        cmocka_unit_test(test_near_words),
        cmocka_unit_test(test_near_words_shows_the_three_nearest_and_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
