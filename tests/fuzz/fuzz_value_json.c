/* JSON of tests -> values -> JSON (judge/value_json.c), and the places of its errors (judge/json_place.c).
 *
 * Input: a line "name:type;name:type", then JSON.  Properties: what is accepted is a frame that passes the check
 * and comes back as JSON that gives the same frame; an error names a place that is in the text. */
#include <errno.h>
#include <string.h>

#include "judge/json_place.h"
#include "judge/value_json.h"
#include "tests/fuzz/fuzz.h"

#define FIELDS_MAX 8

static size_t read_fields(char *text, struct field fields[FIELDS_MAX])
{
    size_t n = 0;
    for (char *part; n < FIELDS_MAX && (part = strsep(&text, ";"));) {
        char *colon = strchr(part, ':');
        if (!colon)
            continue;
        *colon = '\0';
        snprintf(fields[n].name, sizeof fields[n].name, "%s", part);
        struct error err = ERROR_INIT;
        if (type_parse(colon + 1, &fields[n].type, &err) < 0) {
            CHECK(err.column > 0 && (size_t)err.column <= strlen(colon + 1) + 1);
            continue;
        }
        /* The notation that is printed is the same type. */
        char once[2048], twice[2048];
        struct type again;
        type_format(&fields[n].type, once, sizeof once);
        if (strlen(once) + 1 < sizeof once) {
            CHECK(type_parse(once, &again, NULL) == 0);
            CHECK(strcmp(type_format(&again, twice, sizeof twice), once) == 0);
            type_done(&again);
        }
        n++;
    }
    return n;
}

static bool good_signature(struct field *fields, size_t n, enum frame_kind kind)
{
    struct field one = {.name = "x", .type = {.kind = KIND_SCALAR, .elem = ELEM_INT}};
    struct signature signature = {
        .entry = "f", .args = fields, .n_args = n, .returns = &one, .n_returns = 1};
    if (kind == FRAME_RESULT)
        signature = (struct signature){.entry = "f", .returns = fields, .n_returns = n};
    return signature_check(&signature, NULL) == 0;
}

static void round_trip(const struct field *fields, size_t n, enum frame_kind kind,
                       const void *bytes, size_t size)
{
    struct frame frame;
    CHECK(frame_parse(bytes, size, &frame, NULL) == 0);
    CHECK(frame.n_values == n);
    if (kind == FRAME_ARGS) {
        struct dims dims = {0};
        CHECK(values_check(fields, n, frame.values, n, &dims, "argument", NULL) == 0);
    }
    json_t *json = values_to_json(fields, frame.values, n, 0);
    CHECK(json);
    void *again;
    size_t again_size;
    struct error err = ERROR_INIT;
    if (values_from_json(fields, n, json, kind, -1, &again, &again_size, NULL, 0, &err) < 0) {
        fprintf(stderr, "our own JSON: %s\n", err.text);
        abort();
    }
    CHECK(again_size == size);
    CHECK(memcmp(again, bytes, size) == 0);
    free(again);
    json_decref(json);
    frame_done(&frame);
}

static void try_kind(const struct field *fields, size_t n, const json_t *json, const char *text,
                     size_t size, enum frame_kind kind)
{
    void *bytes;
    size_t frame_size;
    char path[256] = "";
    struct error err = ERROR_INIT;
    int r =
        values_from_json(fields, n, json, kind, -1, &bytes, &frame_size, path, sizeof path, &err);
    if (r < 0) {
        CHECK(r == -EINVAL && err.text[0]);
        int line, column;
        CHECK(json_place(text, size, path, &line, &column) == 0);
        return;
    }
    round_trip(fields, n, kind, bytes, frame_size);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *newline = size <= 1 << 16 ? memchr(data, '\n', size) : NULL;
    if (!newline)
        return 0;
    char *types = strndup((const char *)data, (size_t)(newline - data));
    const char *text = (const char *)newline + 1;
    size_t text_size = size - (size_t)(newline + 1 - data);
    struct field fields[FIELDS_MAX] = {0};
    size_t n = types ? read_fields(types, fields) : 0;

    /* Any path in any text ends in some place. */
    int line, column;
    json_place(text, text_size, "/a/0/b", &line, &column);
    CHECK(line >= 1 && column >= 1);

    json_t *json = json_loadb(text, text_size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    if (json && n > 0) {
        if (good_signature(fields, n, FRAME_ARGS))
            try_kind(fields, n, json, text, text_size, FRAME_ARGS);
        if (good_signature(fields, n, FRAME_RESULT))
            try_kind(fields, n, json, text, text_size, FRAME_RESULT);
    }
    json_decref(json);
    for (size_t i = 0; i < n; i++)
        type_done(&fields[i].type);
    free(types);
    return 0;
}
