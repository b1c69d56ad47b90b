/* The frame reader (judge/frame_read.c) and all that looks at its views.
 *
 * Properties: a frame that is accepted is written and read again to the same bytes; every view can be walked;
 * the check against a signature and the JSON for reports end, whatever the elements hold. */
#include <errno.h>
#include <string.h>

#include "judge/frame.h"
#include "judge/frame_layout.h"
#include "judge/value_json.h"
#include "judge/value_text.h"
#include "tests/fuzz/fuzz.h"

/* Looks at every element, so that the sanitizer sees every byte a view claims. */
static void walk(const struct value *value)
{
    char text[CELL_TEXT];
    CHECK(value->n >= 0);
    value_shape_text(value, text);
    for (int64_t i = 0; i < value->n; i++) {
        value_cell_text(value, i, text);
        value_index_text(value, i, text);
        CHECK(strlen(text) < CELL_TEXT);
    }
    for (size_t i = 0; i < value->n_columns; i++)
        walk(&value->columns[i]);
    for (size_t i = 0; value->kind == KIND_CSV && i < value->n_bytes; i++)
        CHECK(value->bytes[i] == value->bytes[i]);
}

/* The type that fits a value best, so that the check gets as far as the elements. */
static struct type type_of(const struct value *value, struct field *columns)
{
    struct type type = {
        .kind = value->kind, .elem = value->elem, .nullable = value->nullable, .rank = value->rank};
    for (int i = 0; i < type.rank; i++) {
        type.dims[i].kind = DIM_NAME;
        snprintf(type.dims[i].name, sizeof type.dims[i].name, "d%lld",
                 (long long)value->dims[i] % 3);
    }
    if (value->kind != KIND_TABLE)
        return type;
    type.dims[0].kind = DIM_FREE;
    type.columns = columns;
    type.n_columns = value->n_columns;
    for (size_t i = 0; i < value->n_columns; i++)
        columns[i].type = type_of(&value->columns[i], NULL);
    return type;
}

static void check_and_show(struct frame *frame)
{
    struct field *fields = calloc(2 * FRAME_MAX_ITEMS, sizeof *fields);
    CHECK(fields);
    size_t used = frame->n_values;
    for (size_t i = 0; i < frame->n_values; i++) {
        snprintf(fields[i].name, sizeof fields[i].name, "v%zu", i);
        fields[i].type = type_of(&frame->values[i], fields + used);
        used += frame->values[i].n_columns;
    }
    struct dims dims = {0};
    struct error err = ERROR_INIT;
    int r = values_check(fields, frame->n_values, frame->values, frame->n_values, &dims, "return",
                         &err);
    CHECK(r == 0 || (r == -EBADMSG && err.text[0]));
    json_t *json = values_to_json(fields, frame->values, frame->n_values, 20);
    CHECK(json);
    char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
    CHECK(text);
    free(text);
    json_decref(json);
    if (r == 0)
        values_resolve(fields, frame->values, frame->n_values, &dims);
    free(fields);
}

static void *aligned_copy(const void *data, size_t size)
{
    void *copy = NULL;
    CHECK(posix_memalign(&copy, 64, size ? size : 1) == 0);
    memcpy(copy, data, size);
    return copy;
}

static void build_again(const struct frame *frame)
{
    void *bytes, *again;
    size_t size, again_size;
    CHECK(frame_build(frame->kind, frame->values, frame->n_values, &bytes, &size, NULL) == 0);
    struct frame second;
    struct error err = ERROR_INIT;
    if (frame_parse(bytes, size, &second, &err) < 0) {
        fprintf(stderr, "our own frame: %s\n", err.text);
        abort();
    }
    CHECK(second.n_values == frame->n_values);
    CHECK(frame_build(second.kind, second.values, second.n_values, &again, &again_size, NULL) == 0);
    CHECK(size == again_size);
    CHECK(memcmp(bytes, again, size) == 0);
    frame_done(&second);
    free(bytes);
    free(again);
}

static void try_frame(const void *bytes, size_t size)
{
    struct frame frame;
    struct error err = ERROR_INIT;
    int r = frame_parse(bytes, size, &frame, &err);
    if (r < 0) {
        CHECK(r == -EBADMSG);
        CHECK(err.text[0]);
        return;
    }
    for (size_t i = 0; i < frame.n_values; i++)
        walk(&frame.values[i]);
    struct fault fault;
    if (frame.kind == FRAME_FAULT && frame_fault(&frame, &fault, NULL) == 0)
        CHECK(memchr(fault.kind, 0, sizeof fault.kind) &&
              memchr(fault.message, 0, sizeof fault.message));
    build_again(&frame);
    check_and_show(&frame);
    frame_done(&frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 1 << 16)
        return 0;
    unsigned char *bytes = aligned_copy(data, size);
    try_frame(bytes, size);
    /* Mutations change the length; with it set right they reach the descriptors. */
    if (size >= sizeof(struct frame_header)) {
        uint64_t total = size;
        memcpy(bytes + offsetof(struct frame_header, total_bytes), &total, sizeof total);
        try_frame(bytes, size);
    }
    free(bytes);
    return 0;
}
