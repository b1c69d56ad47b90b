/* JSON files of people: every complaint names file, line and column. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "judge/document.h"
#include "sandbox/util.h"
#include "tests/unit/temp_folder.h"

static char folder[64];
static int folder_fd = -1;

static int set_up(void **state)
{
    (void)state;
    temp_make(folder);
    folder_fd = temp_open(folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    close(folder_fd);
    temp_remove(folder);
    return 0;
}

static int load(const char *text, size_t n, struct document *document, struct error *err)
{
    temp_write(folder, "d.json", text, n);
    return document_load(document, folder_fd, "d.json", "shown/d.json", err);
}

static void test_document_load_refuses(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *words;
    } cases[] = {
        {"", 1, ""},
        {"{\n\"a\": 1,\n}", 3, ""},
        {"{\"a\": 1} x", 1, ""},
        {"[1]", 1, "object"},
        {"3", 1, ""},
        {"{\"a\": 1,\n \"b\": 2,\n \"a\": 3}", 3, "uplicate"},
        {"{\"o\": {\"k\": 1, \"k\": 1}}", 1, "uplicate"},
        {"{\"a\": 99999999999999999999}", 1, ""},
        {"{\"a\": \"\xff\"}", 1, "decode"},
        {"{\"a\\u0000\": 1}", 1, ""},
        {"{\"a\": NaN}", 1, ""},
        {"{'a': 1}", 1, ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct document document;
        struct error err = ERROR_INIT;
        assert_int_equal(load(cases[i].text, strlen(cases[i].text), &document, &err), -EINVAL);
        assert_string_equal(err.file, "shown/d.json");
        assert_int_equal(err.line, cases[i].line);
        assert_non_null(strstr(err.text, cases[i].words));
        assert_true(strlen(err.text) > 0);
    }
}

static void test_document_load_bounds_depth_and_size(void **state)
{
    (void)state;
    struct document document;
    struct error err = ERROR_INIT;
    size_t n = 1 << 20;
    char *text = malloc(n);
    assert_non_null(text);
    memset(text, '[', n);
    assert_int_equal(load(text, n, &document, &err), -EINVAL);
    free(text);
    err = ERROR_INIT;
    text = calloc(1, DOCUMENT_MAX_BYTES + 1);
    assert_non_null(text);
    assert_int_equal(load(text, DOCUMENT_MAX_BYTES + 1, &document, &err), -EFBIG);
    free(text);
    err = ERROR_INIT;
    assert_int_equal(document_load(&document, folder_fd, "none.json", "x", &err), -ENOENT);
}

static const char good[] = "{\n"
                           "  \"s\": \"text\",\n"
                           "  \"i\": 7,\n"
                           "  \"x\": 2.5,\n"
                           "  \"b\": true,\n"
                           "  \"l\": [\"p\", \"q\"],\n"
                           "  \"m\": [\"p\", 3],\n"
                           "  \"o\": {\"a/b~\": 1}\n"
                           "}\n";

static void test_document_members(void **state)
{
    (void)state;
    struct document d;
    struct error err = ERROR_INIT;
    assert_int_equal(load(good, sizeof good - 1, &d, &err), 0);
    const char *s = NULL;
    int64_t i = -1;
    double x = 0;
    bool b = false;
    const char **list = NULL;
    size_t n = 0;
    assert_int_equal(document_string(&d, d.root, "", "s", true, &s, &err), 0);
    assert_string_equal(s, "text");
    assert_int_equal(document_int(&d, d.root, "", "i", true, 7, 7, &i, &err), 0);
    assert_int_equal(i, 7);
    assert_int_equal(document_number(&d, d.root, "", "x", true, 2.5, 2.5, &x, &err), 0);
    assert_true(x == 2.5);
    assert_int_equal(document_number(&d, d.root, "", "i", true, 0, 9, &x, &err), 0);
    assert_true(x == 7);
    assert_int_equal(document_bool(&d, d.root, "", "b", &b, &err), 0);
    assert_true(b);
    assert_int_equal(document_strings(&d, d.root, "", "l", true, &list, &n, &err), 0);
    assert_int_equal(n, 2);
    assert_string_equal(list[1], "q");
    assert_null(list[2]);
    free((void *)list);
    /* Missing and not required: nothing changes. */
    assert_int_equal(document_int(&d, d.root, "", "none", false, 0, 1, &i, &err), 0);
    assert_int_equal(i, 7);
    assert_int_equal(err.code, 0);
    document_done(&d);
    document_done(&d);
}

static void test_document_complaints_have_places(void **state)
{
    (void)state;
    struct document d;
    assert_int_equal(load(good, sizeof good - 1, &d, NULL), 0);
    static const char *const known[] = {"s", "i", "x", "b", "l", "m", NULL};
    static const char *const none[] = {NULL};
    const char *s = NULL;
    int64_t i = 0;
    double x = 0;
    bool b = false;
    const char **list = NULL;
    size_t n = 0;
    const json_t *o = json_object_get(d.root, "o");
    for (int k = 0; k < 11; k++) {
        struct error err = ERROR_INIT;
        int line = 0;
        int column = 3;
        const char *words = "";
        int r = 0;
        switch (k) {
        case 0:
            r = document_string(&d, d.root, "", "i", true, &s, &err);
            line = 3;
            words = "\"i\" must be a string, not an integer";
            break;
        case 1:
            r = document_int(&d, d.root, "", "s", true, 0, 9, &i, &err);
            line = 2;
            words = "must be an integer, not a string";
            break;
        case 2:
            r = document_int(&d, d.root, "", "x", true, 0, 9, &i, &err);
            line = 4;
            words = "must be an integer, not a number";
            break;
        case 3:
            r = document_int(&d, d.root, "", "i", true, 8, 9, &i, &err);
            line = 3;
            words = "between 8 and 9";
            break;
        case 4:
            r = document_int(&d, d.root, "", "i", true, 0, 6, &i, &err);
            line = 3;
            words = "between 0 and 6";
            break;
        case 5:
            r = document_number(&d, d.root, "", "x", true, 3, 4, &x, &err);
            line = 4;
            words = "between 3 and 4";
            break;
        case 6:
            r = document_bool(&d, d.root, "", "i", &b, &err);
            line = 3;
            words = "true or false";
            break;
        case 7:
            r = document_strings(&d, d.root, "", "m", true, &list, &n, &err);
            line = 7;
            column = 14;
            words = "list of strings";
            break;
        case 8:
            r = document_string(&d, o, "/o", "gone", true, &s, &err);
            line = 8;
            words = "\"gone\" is missing";
            break;
        case 9:
            r = document_only(&d, d.root, "", known, &err);
            line = 8;
            words = "unknown key \"o\" (known here: s, i, x";
            break;
        default:
            r = document_only(&d, o, "/o", none, &err);
            line = 8;
            column = 9;
            words = "unknown key \"a/b~\"";
            break;
        }
        assert_int_equal(r, -EINVAL);
        assert_string_equal(err.file, "shown/d.json");
        assert_int_equal(err.line, line);
        assert_int_equal(err.column, column);
        assert_non_null(strstr(err.text, words));
    }
    document_done(&d);
}

static void test_document_pointers_are_bounded(void **state)
{
    (void)state;
    char at[POINTER_MAX];
    char long_key[2 * POINTER_MAX];
    assert_string_equal(pointer_join(at, "/a", "b/c~d"), "/a/b~1c~0d");
    assert_string_equal(pointer_join(at, "", ""), "/");
    memset(long_key, '~', sizeof long_key - 1);
    long_key[sizeof long_key - 1] = '\0';
    assert_true(strlen(pointer_join(at, "/a", long_key)) < POINTER_MAX);
    assert_true(strlen(pointer_join(at, long_key, "x")) < POINTER_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_document_load_refuses),
        cmocka_unit_test(test_document_load_bounds_depth_and_size),
        cmocka_unit_test(test_document_members),
        cmocka_unit_test(test_document_complaints_have_places),
        cmocka_unit_test(test_document_pointers_are_bounded),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
