/* Places of members and elements in JSON texts. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "judge/json_place.h"
#include "sandbox/util.h"

static const char text[] = "{\n"
                           "  \"title\": \"a, b] } \\\" \",\n"
                           "  \"groups\": [\n"
                           "    {\"name\": \"x\", \"points\": [1, [2, 3], {}]},\n"
                           "    \"s\", -1.5e3, true, null\n"
                           "  ],\n"
                           "\t\"a/b~c\": {\"\": 1, \"h\\u00e9\\ud83d\\ude00\\n\": 2}, \"h\": 3\n"
                           "}\n";

static void test_json_place_finds(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int line, column, r;
    } cases[] = {
        {"", 1, 1, 0},
        {"/title", 2, 3, 0},
        {"/groups", 3, 3, 0},
        {"/groups/0", 4, 5, 0},
        {"/groups/0/name", 4, 6, 0},
        {"/groups/0/points", 4, 19, 0},
        {"/groups/0/points/0", 4, 30, 0},
        {"/groups/0/points/1", 4, 33, 0},
        {"/groups/0/points/1/1", 4, 37, 0},
        {"/groups/0/points/2", 4, 41, 0},
        {"/groups/1", 5, 5, 0},
        {"/groups/2", 5, 10, 0},
        {"/groups/4", 5, 24, 0},
        {"/a~1b~0c", 7, 2, 0},
        {"/a~1b~0c/", 7, 12, 0},
        {"/a~1b~0c/h\xc3\xa9\xf0\x9f\x98\x80\n", 7, 19, 0},
        {"/h", 7, 48, 0},
        {"/nothing", 1, 1, -ENOENT},
        {"/groups/5", 3, 3, -ENOENT},
        {"/groups/x", 3, 3, -ENOENT},
        {"/groups/", 3, 3, -ENOENT},
        {"/groups/99999999999999999999999", 3, 3, -ENOENT},
        {"/groups/0/points/1/2", 4, 33, -ENOENT},
        {"/title/0", 2, 3, -ENOENT},
        {"/tit", 1, 1, -ENOENT},
        {"/titles", 1, 1, -ENOENT},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int line = 0, column = 0;
        int r = json_place(text, strlen(text), cases[i].path, &line, &column);
        if (r != cases[i].r || line != cases[i].line || column != cases[i].column)
            fail_msg("%s: %d, line %d, column %d", cases[i].path, r, line, column);
    }
}

/* No length makes it read beyond the end (the sanitizer looks on) or run for ever. */
static void test_json_place_survives_truncation(void **state)
{
    (void)state;
    static const char *const paths[] = {"/groups/0/points/1/1",
                                        "/a~1b~0c/h\xc3\xa9\xf0\x9f\x98\x80\n", "/z"};
    for (size_t size = 0; size < sizeof text; size++) {
        char *cut = malloc(size ? size : 1);
        assert_non_null(cut);
        memcpy(cut, text, size);
        for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
            int line = 0, column = 0;
            json_place(cut, size, paths[i], &line, &column);
            assert_true(line >= 1 && column >= 1);
        }
        free(cut);
    }
}

static void test_json_pointer_is_escaped_and_bounded(void **state)
{
    (void)state;
    char pointer[16] = "";
    assert_int_equal(json_pointer_key(pointer, sizeof pointer, "a/b~"), 0);
    assert_string_equal(pointer, "/a~1b~0");
    size_t before = json_pointer_index(pointer, sizeof pointer, 12);
    assert_string_equal(pointer, "/a~1b~0/12");
    json_pointer_key(pointer, sizeof pointer, "long-name");
    assert_string_equal(pointer, "/a~1b~0/12");
    json_pointer_key(pointer, sizeof pointer, "1234");
    assert_string_equal(pointer, "/a~1b~0/12/1234");
    json_pointer_key(pointer, sizeof pointer, "");
    assert_string_equal(pointer, "/a~1b~0/12/1234");
    json_pointer_cut(pointer, before);
    assert_string_equal(pointer, "/a~1b~0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_place_finds),
        cmocka_unit_test(test_json_place_survives_truncation),
        cmocka_unit_test(test_json_pointer_is_escaped_and_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
