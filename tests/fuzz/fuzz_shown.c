/* Values of a candidate as text for people (judge/shown.c).
 *
 * The first byte chooses the type, the second the place of a difference; the rest is a result frame, which is read as what
 * was expected and as what came back.  Properties: every text is bounded, is UTF-8, and has no control byte but line
 * breaks. */
#include <string.h>

#include "judge/calls.h"
#include "judge/shown.h"
#include "judge/utf8.h"
#include "sandbox/util.h"
#include "tests/fuzz/fuzz.h"

static const char *const types[] = {
    "int",       "float?",      "str",
    "bool[*]",   "float?[*,*]", "str?[*]",
    "int[*][*]", "int[*,*,*]",  "table{a:int?, b:str, c:float?}",
    "float[*]",  "str[*][*]",
};

static void check_text(const char *text)
{
    if (!text)
        return;
    size_t n = strlen(text);
    CHECK(n <= SHOWN_MAX_BYTES);
    CHECK(utf8_valid(text, n));
    for (size_t i = 0; i < n; i++)
        CHECK(text[i] == '\n' || ((unsigned char)text[i] >= 0x20 && text[i] != 0x7f));
}

static void show(const struct signature *signature, const void *args, size_t args_size,
                 const void *bytes, size_t size, struct frame *got, int64_t index)
{
    const struct frame none = {.kind = FRAME_ARGS};
    const struct comparison comparison = {.field = 0, .index = index};
    struct dims dims = {0};
    struct shown shown;
    if (results_check(signature, &none, &dims, got, "return", NULL) < 0)
        return;
    CHECK(shown_make(signature, args, args_size, bytes, size, got, &comparison, &shown, NULL) == 0);
    CHECK(shown.input && shown.expected && shown.got);
    CHECK(strcmp(shown.expected, shown.got) == 0);
    check_text(shown.got);
    check_text(shown.difference);
    shown_done(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 65536)
        return 0;
    struct field field = {0};
    struct signature signature = {.entry = "f", .returns = &field, .n_returns = 1};
    CHECK(type_parse(types[data[0] % ARRAY_LEN(types)], &field.type, NULL) == 0);
    void *args = NULL, *bytes = NULL;
    size_t args_size = 0;
    CHECK(frame_build(FRAME_ARGS, NULL, 0, &args, &args_size, NULL) == 0);
    CHECK(posix_memalign(&bytes, FRAME_ALIGN, size) == 0);
    memcpy(bytes, data + 2, size - 2);
    struct frame got = {0};
    if (frame_parse(bytes, size - 2, &got, NULL) == 0) {
        if (got.kind == FRAME_RESULT)
            show(&signature, args, args_size, bytes, size - 2, &got, (int8_t)data[1]);
        frame_done(&got);
    }
    free(args);
    free(bytes);
    type_done(&field.type);
    return 0;
}
