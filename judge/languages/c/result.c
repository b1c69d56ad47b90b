/* Result and fault frames, written block by block straight from where the values lie. */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "judge/frame_layout.h"
#include "output.h"

#define BLOCKS 4 /* data, bytes, valid, rows: the order FRAME.md gives them */

struct item {
    struct frame_descriptor descriptor;
    const void *blocks[BLOCKS];
    size_t sizes[BLOCKS];
};

bool write_at(const void *bytes, size_t size, uint64_t offset)
{
    const char *p = bytes;
    while (size) {
        ssize_t n = pwrite(FD_RESULT, p, size, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        size -= (size_t)n;
        offset += (size_t)n;
    }
    return true;
}

/* Gives every block its place. Returns the length of the frame. */
static uint64_t place_blocks(struct item *items, size_t n_items)
{
    uint64_t end = sizeof(struct frame_header) + n_items * sizeof(struct frame_descriptor);
    for (size_t i = 0; i < n_items; i++) {
        struct frame_descriptor *d = &items[i].descriptor;
        uint64_t *places[BLOCKS] = {&d->data_off, &d->bytes_off, &d->valid_off, &d->rows_off};
        for (int b = 0; b < BLOCKS; b++) {
            if (!items[i].sizes[b])
                continue;
            *places[b] = (end + FRAME_ALIGN - 1) / FRAME_ALIGN * FRAME_ALIGN;
            end = *places[b] + items[i].sizes[b];
        }
    }
    return end;
}

static bool write_frame(enum frame_kind kind, struct item *items, size_t n_items)
{
    struct frame_header header = {.version = FRAME_VERSION,
                                  .kind = (uint16_t)kind,
                                  .n_items = (uint32_t)n_items,
                                  .total_bytes = place_blocks(items, n_items)};
    memcpy(header.magic, FRAME_MAGIC, sizeof header.magic);
    if (ftruncate(FD_RESULT, 0) < 0 || !write_at(&header, sizeof header, 0))
        return false;
    for (size_t i = 0; i < n_items; i++) {
        const struct frame_descriptor *d = &items[i].descriptor;
        if (!write_at(d, sizeof *d, sizeof header + i * sizeof *d))
            return false;
        const uint64_t places[BLOCKS] = {d->data_off, d->bytes_off, d->valid_off, d->rows_off};
        for (int b = 0; b < BLOCKS; b++)
            if (!write_at(items[i].blocks[b], items[i].sizes[b], places[b]))
                return false;
    }
    return true;
}

static void describe(const struct mlj_out *out, struct item *item)
{
    const struct type *type = &out->field->type;
    struct frame_descriptor *d = &item->descriptor;
    d->kind = (uint8_t)type->kind;
    d->elem = (uint8_t)type->elem;
    d->rank = (uint8_t)type->rank;
    d->n_columns = (uint32_t)type->n_columns;
    if (type->kind == KIND_TABLE) {
        d->dims[0] = (int64_t)out->n_rows;
        return;
    }
    d->n = out->n;
    memcpy(d->dims, out->dims, sizeof d->dims);
    if (type->kind == KIND_RAGGED)
        d->dims[0] = (int64_t)out->n_rows;
    if (type->kind == KIND_ARRAY && !out->known && !out->emitted) {
        d->rank = 1; /* `[]` */
        memset(d->dims, 0, sizeof d->dims);
    }
    size_t n = (size_t)out->n;
    item->blocks[0] = type->elem == ELEM_STR ? (const void *)out->offsets : out->data;
    item->sizes[0] = type->elem == ELEM_STR ? (n + 1) * 8 : n * elem_width(type->elem);
    item->blocks[1] = out->bytes;
    item->sizes[1] = d->bytes_len = out->n_bytes;
    if (type->nullable) {
        d->flags = FRAME_FLAG_NULLABLE;
        item->blocks[2] = out->valid;
        item->sizes[2] = n;
    }
    static const int64_t no_rows[1] = {0};
    if (type->kind == KIND_RAGGED) {
        item->blocks[3] = out->rows ? out->rows : no_rows;
        item->sizes[3] = (out->n_rows + 1) * 8;
    }
}

void result_write(const struct outputs *outputs)
{
    size_t n_items = outputs->n; /* of a class there may be none */
    for (size_t i = 0; i < outputs->n; i++)
        n_items += outputs->outs[i].field->type.n_columns;
    struct item *items = calloc(n_items + 1, sizeof *items);
    if (!items)
        fault(FAULT_MEMORY, "bad_alloc", "no memory was left to encode the result");
    size_t next = 0;
    for (size_t i = 0; i < outputs->n; i++) {
        const struct mlj_out *out = &outputs->outs[i];
        describe(out, &items[next++]);
        for (size_t j = 0; j < out->field->type.n_columns; j++)
            describe(&out->columns[j], &items[next++]);
    }
    signal(SIGXFSZ, SIG_IGN);
    if (!write_frame(FRAME_RESULT, items, n_items))
        fault(FAULT_TYPE, "result", "the result is larger than the limit on results: %s",
              strerror(errno));
}

static void fault_item(struct item *item, enum elem elem, const void *data, size_t size,
                       const char *text)
{
    item->descriptor =
        (struct frame_descriptor){.kind = KIND_SCALAR, .elem = (uint8_t)elem, .n = 1};
    item->blocks[0] = data;
    item->sizes[0] = size;
    if (text) {
        item->blocks[1] = text;
        item->sizes[1] = item->descriptor.bytes_len = strlen(text);
    }
}

static size_t current_call;
static const char *current_method;

void fault_in_call(size_t call, const char *method)
{
    current_call = call;
    current_method = method;
}

_Noreturn void fault(enum fault_code code, const char *kind, const char *format, ...)
{
    char message[512];
    int used = 0;
    if (current_method)
        used = snprintf(message, sizeof message, "call %zu, %s(): ", current_call, current_method);
    va_list args;
    va_start(args, format);
    vsnprintf(message + used, sizeof message - (size_t)used, format, args);
    va_end(args);
    for (char *c = message; *c;
         c++) /* names and paths are ASCII; anything else came from elsewhere */
        if ((unsigned char)*c >= 0x80 || *c == '\n')
            *c = '?';
    const int64_t number = code, line = 0;
    const int64_t kind_offsets[2] = {0, (int64_t)strlen(kind)};
    const int64_t message_offsets[2] = {0, (int64_t)strlen(message)};
    struct item items[4] = {0};
    fault_item(&items[0], ELEM_INT, &number, sizeof number, NULL);
    fault_item(&items[1], ELEM_STR, kind_offsets, sizeof kind_offsets, kind);
    fault_item(&items[2], ELEM_STR, message_offsets, sizeof message_offsets, message);
    fault_item(&items[3], ELEM_INT, &line, sizeof line, NULL);
    fflush(NULL);
    signal(SIGXFSZ, SIG_IGN);
    write_frame(FRAME_FAULT, items, 4);
    _exit(1);
}
