/* judge/shown.c: the values of a test as text, and where they differ. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/shown.h"
#include "judge/value_json.h"
#include "sandbox/util.h"

/* "name:type;name:type" -> fields. */
static size_t make_fields(const char *text, struct field *fields, size_t max)
{
    size_t n = 0;
    auto_free char *copy = strdup(text);
    char *rest = copy;
    for (char *part; n < max && (part = strsep(&rest, ";")) && *part; n++) {
        char *colon = strchr(part, ':');
        assert_non_null(colon);
        *colon = '\0';
        fields[n] = (struct field){0};
        snprintf(fields[n].name, sizeof fields[n].name, "%s", part);
        struct error err = ERROR_INIT;
        if (type_parse(colon + 1, &fields[n].type, &err) < 0)
            fail_msg("%s: %s", colon + 1, err.text);
    }
    return n;
}

static void *make_frame(const struct field *fields, size_t n, const char *text,
                        enum frame_kind kind, size_t *ret_size)
{
    json_error_t syntax;
    json_t *json = json_loads(text, JSON_DECODE_ANY, &syntax);
    struct error err = ERROR_INIT;
    void *bytes = NULL;
    if (!json || values_from_json(fields, n, json, kind, -1, &bytes, ret_size, NULL, 0, &err) < 0)
        fail_msg("%s: %s", text, err.text);
    json_decref(json);
    return bytes;
}

struct example {
    const char *returns, *expected, *got;
    int64_t field, index;
    const char *expected_text, *got_text, *difference;
};

static void show(const struct example *e, struct shown *ret)
{
    struct signature signature = {.entry = "f",
                                  .args = calloc(1, sizeof(struct field)),
                                  .returns = calloc(4, sizeof(struct field))};
    assert_true(signature.args && signature.returns);
    signature.n_args = make_fields("k:int", signature.args, 1);
    signature.n_returns = make_fields(e->returns, signature.returns, 4);
    size_t args_size = 0, expected_size = 0, got_size = 0;
    void *args = make_frame(signature.args, 1, "{\"k\": 7}", FRAME_ARGS, &args_size);
    void *expected = e->expected ? make_frame(signature.returns, signature.n_returns, e->expected,
                                              FRAME_RESULT, &expected_size)
                                 : NULL;
    void *got = make_frame(signature.returns, signature.n_returns, e->got, FRAME_RESULT, &got_size);
    struct frame frame = {0};
    assert_int_equal(frame_parse(got, got_size, &frame, NULL), 0);
    const struct comparison comparison = {.field = e->field, .index = e->index};
    assert_int_equal(shown_make(&signature, args, args_size, expected, expected_size, &frame,
                                &comparison, ret, NULL),
                     0);
    frame_done(&frame);
    free(args);
    free(expected);
    free(got);
    signature_done(&signature);
}

static void check_text(const char *text, const char *expected)
{
    if (expected)
        assert_string_equal(text ? text : "(none)", expected);
    else
        assert_null(text);
}

static void test_shown_values(void **state)
{
    static const struct example examples[] = {
        {":int", "3", "4", 0, 0, "3", "4", NULL},
        {":int[*]", "[1, 2, 3]", "[1, 5, 3]", 0, 1, "[1, 2, 3]", "[1, 5, 3]",
         "expected  1  >2<  3 \ngot       1  >5<  3 \n"},
        {":int[*]", "[1, 2, 3]", "[1, 2]", 0, -1, "[1, 2, 3]", "[1, 2]", NULL},
        {":float[*,*]", "[[1, 2], [3, 4], [5, 6]]", "[[1, 2], [3, 4], [5, 60]]", 0, 5,
         "[[1, 2], [3, 4], [5, 6]]", "[[1, 2], [3, 4], [5, 60]]",
         "expected row 1     3    4 \n         row 2     5  > 6<\n"
         "got      row 1     3    4 \n         row 2     5  >60<\n"},
        {"a:int;b:str[*]", "{\"a\": 1, \"b\": [\"x\", \"y\"]}",
         "{\"a\": 1, \"b\": [\"x\", \"\\u001b\"]}", 1, 1, "a = 1\nb = [\"x\", \"y\"]",
         "a = 1\nb = [\"x\", \"\\x1b\"]",
         "expected     \"x\"  >   \"y\"<\ngot          \"x\"  >\"\\x1b\"<\n"},
        {":table{c:str, x:float?}",
         "{\"columns\": [\"c\", \"x\"], \"rows\": [[\"a\", 1], [\"b\", null]]}",
         "{\"columns\": [\"c\", \"x\"], \"rows\": [[\"a\", 1], [\"b\", 2.5]]}", 0, 1,
         "{c: [\"a\", \"b\"], x: [1, NULL]}", "{c: [\"a\", \"b\"], x: [1, 2.5]}",
         "expected row 1: \"b\", NULL\ngot      row 1: \"b\", 2.5\n"},
        {":int[*]", "[]", "[]", 0, 0, "[]", "[]", NULL},
        {":int[*]", NULL, "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]", -1, -1, NULL,
         "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]", NULL},
        {":int[*]", NULL, "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]", -1, -1, NULL,
         "[1, 2, 3, 4, 5, 6, 7, 8, ..., 11, 12, 13]  (int array of shape (13,))", NULL},
        {":int[*]", "[0, 1, 2, 3, 4, 5, 6, 7]", "[0, 1, 2, 3, 9, 5, 6, 7]", 0, 4,
         "[0, 1, 2, 3, 4, 5, 6, 7]", "[0, 1, 2, 3, 9, 5, 6, 7]",
         "expected ...  2   3  >4<  5   6  ...\ngot      ...  2   3  >9<  5   6  ...\n"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
        struct shown shown;
        show(&examples[i], &shown);
        check_text(shown.input, "k = 7");
        check_text(shown.expected, examples[i].expected_text);
        check_text(shown.got, examples[i].got_text);
        check_text(shown.difference, examples[i].difference);
        shown_done(&shown);
    }
}

static void test_shown_is_bounded(void **state)
{
    char text[20000] = "[";
    (void)state;
    for (int i = 0; i < 12; i++) {
        size_t used = strlen(text);
        text[used++] = '"';
        memset(text + used, 'x', 1500);
        snprintf(text + used + 1500, sizeof text - used - 1500, "\"%s", i < 11 ? ", " : "]");
    }
    const struct example long_strings = {":str[*]", text, text, 0, 3, NULL, NULL, NULL};
    struct shown shown;
    show(&long_strings, &shown);
    assert_true(strlen(shown.got) <= SHOWN_MAX_BYTES);
    assert_true(strlen(shown.difference) < 1000);
    shown_done(&shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shown_values),
        cmocka_unit_test(test_shown_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
