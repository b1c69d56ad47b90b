/* Reading a frame that a stranger may have written.
 *
 * One walk over the descriptors.  A cursor marks the end of the last block taken; every block must begin
 * at or behind it, so blocks are in order and cannot overlap.  Sizes are computed with overflow checks and
 * compared with what is left of the frame before anything is looked at; memory is allocated for
 * descriptors only, and only after they are known to be inside the frame. */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "judge/frame.h"
#include "judge/frame_layout.h"
#include "sandbox/util.h"

struct reader {
    const unsigned char *bytes;
    uint64_t size;
    uint64_t cursor;
    enum frame_kind kind;
    size_t item; /* the descriptor being read, for messages */
    struct error *err;
};

static const int64_t no_offsets[1] = {0}; /* str without elements, ragged without rows */

static int __attribute__((format(printf, 2, 3)))
bad(const struct reader *r, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return error_set(r->err, -EBADMSG, "frame, item %zu: %s", r->item, text);
}

static bool all_zero(const unsigned char *bytes, uint64_t n)
{
    return n == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, n - 1) == 0);
}

/* Takes the block of `count` elements of `width` bytes at `off`.  *ret is NULL for an absent one. */
static int take_block(struct reader *r, const char *name, uint64_t off, int64_t count,
                      uint64_t width, const void **ret)
{
    uint64_t length;
    assert(count >= 0);
    if (__builtin_mul_overflow((uint64_t)count, width, &length) || length > r->size)
        return bad(r, "%s block larger than the frame", name);
    *ret = NULL;
    if (off == 0)
        return length == 0 ? 0 : bad(r, "%s block missing", name);
    if (off % FRAME_ALIGN != 0)
        return bad(r, "%s block not aligned", name);
    if (off < r->cursor)
        return bad(r, "%s block overlaps what stands before it, or is out of order", name);
    if (off > r->size || length > r->size - off)
        return bad(r, "%s block outside the frame", name);
    if (!all_zero(r->bytes + r->cursor, off - r->cursor))
        return bad(r, "bytes before the %s block that are not 0", name);
    r->cursor = off + length;
    *ret = r->bytes + off;
    return 0;
}

/* offsets[n + 1]: from 0, not decreasing, to `end`. */
static int check_offsets(const struct reader *r, const char *name, const int64_t *offsets,
                         int64_t n, uint64_t end)
{
    if (offsets[0] != 0)
        return bad(r, "%s offsets do not begin with 0", name);
    for (int64_t i = 0; i < n; i++) {
        if (offsets[i + 1] < offsets[i])
            return bad(r, "%s offset %lld decreases", name, (long long)i + 1);
    }
    if ((uint64_t)offsets[n] != end)
        return bad(r, "%s offsets do not end where they should", name);
    return 0;
}

static int take_data(struct reader *r, const struct frame_descriptor *d, struct value *value)
{
    bool str = d->elem == ELEM_STR;
    if (str && (d->n != 0 || d->data_off != 0)) {
        if (d->n == INT64_MAX)
            return bad(r, "data block larger than the frame");
        int err = take_block(r, "data", d->data_off, d->n + 1, 8, &value->data);
        if (err < 0)
            return err;
    } else if (str) {
        value->data = no_offsets;
    } else {
        int err =
            take_block(r, "data", d->data_off, d->n, d->elem == ELEM_BOOL ? 1 : 8, &value->data);
        if (err < 0)
            return err;
    }

    if (!str && (d->bytes_off || d->bytes_len))
        return bad(r, "bytes block of something that is not str");
    if (d->bytes_len > r->size)
        return bad(r, "bytes block larger than the frame");
    const void *bytes;
    int err = take_block(r, "bytes", d->bytes_off, (int64_t)d->bytes_len, 1, &bytes);
    if (err < 0)
        return err;
    value->bytes = bytes;
    value->n_bytes = d->bytes_len;
    return str ? check_offsets(r, "string", value->data, d->n, d->bytes_len) : 0;
}

static int take_valid(struct reader *r, const struct frame_descriptor *d, struct value *value)
{
    value->nullable = d->flags & FRAME_FLAG_NULLABLE;
    if (!value->nullable)
        return d->valid_off ? bad(r, "valid block of something not nullable") : 0;
    const void *valid;
    int err = take_block(r, "valid", d->valid_off, d->n, 1, &valid);
    if (err < 0)
        return err;
    value->valid = valid;
    for (int64_t i = 0; i < d->n; i++) {
        if (value->valid[i] > 1)
            return bad(r, "valid byte %lld is neither 0 nor 1", (long long)i);
    }
    return 0;
}

static int take_rows(struct reader *r, const struct frame_descriptor *d, struct value *value)
{
    if (d->kind != KIND_RAGGED)
        return d->rows_off ? bad(r, "rows block of something not ragged") : 0;
    int64_t rows = d->dims[0];
    if (rows == 0 && d->rows_off == 0) {
        value->row_offsets = no_offsets;
    } else {
        if (rows == INT64_MAX)
            return bad(r, "rows block larger than the frame");
        const void *offsets;
        int err = take_block(r, "rows", d->rows_off, rows + 1, 8, &offsets);
        if (err < 0)
            return err;
        value->row_offsets = offsets;
    }
    return check_offsets(r, "row", value->row_offsets, rows, (uint64_t)d->n);
}

static int take_csv(struct reader *r, const struct frame_descriptor *d, struct value *value)
{
    if (d->valid_off || d->rows_off)
        return bad(r, "a csv with a valid or rows block");
    if (d->flags & FRAME_FLAG_EXTERNAL) {
        if (r->kind != FRAME_ARGS)
            return bad(r, "an external csv outside of arguments");
        if (d->data_off < 3 || d->data_off >= FRAME_FDS_MAX || d->bytes_off || d->bytes_len)
            return bad(r, "an external csv without a good descriptor number");
        value->external_fd = (int)d->data_off;
        return 0;
    }
    if (d->data_off)
        return bad(r, "a csv with a data block");
    if (d->bytes_len > r->size)
        return bad(r, "bytes block larger than the frame");
    const void *bytes;
    int err = take_block(r, "bytes", d->bytes_off, (int64_t)d->bytes_len, 1, &bytes);
    value->bytes = err < 0 ? NULL : bytes;
    value->n_bytes = d->bytes_len;
    return err;
}

/* Everything about a descriptor that needs no block: legal combinations, and n = what the shape says. */
static int check_shape(const struct reader *r, const struct frame_descriptor *d)
{
    if (d->kind > KIND_CSV)
        return bad(r, "unknown kind %u", d->kind);
    bool has_elem = d->kind == KIND_SCALAR || d->kind == KIND_ARRAY || d->kind == KIND_RAGGED;
    if (has_elem ? d->elem < ELEM_INT || d->elem > ELEM_STR : d->elem != ELEM_NONE)
        return bad(r, "element %u does not fit kind %u", d->elem, d->kind);
    unsigned allowed = has_elem              ? FRAME_FLAG_NULLABLE
                       : d->kind == KIND_CSV ? FRAME_FLAG_EXTERNAL
                                             : 0;
    if (d->flags & ~allowed)
        return bad(r, "flags 0x%02x do not fit kind %u", d->flags, d->kind);
    if (d->kind == KIND_ARRAY ? d->rank < 1 || d->rank > TYPE_MAX_RANK
                              : d->rank != (d->kind == KIND_RAGGED || d->kind == KIND_TABLE))
        return bad(r, "rank %u does not fit kind %u", d->rank, d->kind);
    if ((d->kind == KIND_TABLE) != (d->n_columns != 0))
        return bad(r, "%u columns do not fit kind %u", d->n_columns, d->kind);
    if (d->zero_88)
        return bad(r, "reserved bytes that are not 0");

    int64_t product = 1;
    bool empty = false;
    for (int i = 0; i < TYPE_MAX_RANK; i++) {
        if (i >= d->rank ? d->dims[i] != 0 : d->dims[i] < 0)
            return bad(r, "dimension %d is %lld", i, (long long)d->dims[i]);
        empty = empty || (i < d->rank && d->dims[i] == 0);
        if (i < d->rank && d->dims[i] && __builtin_mul_overflow(product, d->dims[i], &product))
            return bad(r, "the product of its dimensions overflows");
    }
    if (d->kind == KIND_RAGGED ? d->n < 0 : d->n != (!has_elem || empty ? 0 : product))
        return bad(r, "n = %lld is not the product of its dimensions", (long long)d->n);
    return 0;
}

static int read_item(struct reader *r, const struct frame_descriptor *d, struct value *value)
{
    int err = check_shape(r, d);
    if (err < 0)
        return err;
    *value = (struct value){.kind = (enum kind)d->kind,
                            .elem = (enum elem)d->elem,
                            .rank = d->rank,
                            .n = d->n,
                            .n_columns = d->n_columns};
    memcpy(value->dims, d->dims, sizeof value->dims);
    if (d->kind == KIND_CSV)
        return take_csv(r, d, value);
    if (d->kind == KIND_TABLE) {
        if (d->data_off || d->bytes_off || d->bytes_len || d->valid_off || d->rows_off)
            return bad(r, "a table with a block of its own");
        return 0;
    }
    err = take_data(r, d, value);
    if (err == 0)
        err = take_valid(r, d, value);
    if (err == 0)
        err = take_rows(r, d, value);
    return err;
}

/* Ties columns to their tables; *ret_top counts what is left at the top level. */
static int link_columns(struct reader *r, struct value *items, size_t n_items, size_t *ret_top)
{
    size_t top = 0;
    for (size_t i = 0; i < n_items; top++) {
        struct value *table = &items[i++];
        if (table->kind != KIND_TABLE)
            continue;
        r->item = i - 1;
        if (table->n_columns > n_items - i)
            return bad(r, "%zu columns, but %zu items follow", table->n_columns, n_items - i);
        table->columns = &items[i];
        for (size_t j = 0; j < table->n_columns; j++) {
            r->item = i + j;
            const struct value *column = &table->columns[j];
            if (column->kind != KIND_ARRAY || column->rank != 1 ||
                column->dims[0] != table->dims[0])
                return bad(r, "not a column of %lld rows", (long long)table->dims[0]);
        }
        i += table->n_columns;
    }
    *ret_top = top;
    return 0;
}

static int read_header(struct reader *r, struct frame_header *header)
{
    if (r->size < sizeof *header)
        return error_set(r->err, -EBADMSG, "frame of %llu bytes is shorter than its header",
                         (unsigned long long)r->size);
    memcpy(header, r->bytes, sizeof *header);
    if (memcmp(header->magic, FRAME_MAGIC, sizeof header->magic) != 0)
        return error_set(r->err, -EBADMSG, "not a frame: it does not begin with " FRAME_MAGIC);
    if (header->version != FRAME_VERSION)
        return error_set(r->err, -EBADMSG, "frame version %u, not %d", header->version,
                         FRAME_VERSION);
    if (header->kind < FRAME_ARGS || header->kind > FRAME_FAULT)
        return error_set(r->err, -EBADMSG, "frame of unknown kind %u", header->kind);
    if (header->zero_12 || header->zero_24)
        return error_set(r->err, -EBADMSG, "frame header: reserved bytes that are not 0");
    if (header->total_bytes != r->size)
        return error_set(r->err, -EBADMSG, "frame of %llu bytes says it has %llu",
                         (unsigned long long)r->size, (unsigned long long)header->total_bytes);
    if (header->n_items > FRAME_MAX_ITEMS)
        return error_set(r->err, -EBADMSG, "frame of %u items; at most %d", header->n_items,
                         FRAME_MAX_ITEMS);
    r->cursor = sizeof *header + header->n_items * sizeof(struct frame_descriptor);
    if (r->cursor > r->size)
        return error_set(r->err, -EBADMSG, "frame ends inside its descriptors");
    r->kind = (enum frame_kind)header->kind;
    return 0;
}

int frame_parse(const void *bytes, size_t size, struct frame *ret, struct error *err)
{
    assert(bytes || size == 0);
    assert((uintptr_t)bytes % 8 == 0);
    struct reader reader = {.bytes = bytes, .size = size, .err = err};
    struct frame_header header;
    int r = read_header(&reader, &header);
    if (r < 0)
        return r;

    auto_free struct value *items = calloc(header.n_items + 1u, sizeof *items);
    if (!items)
        return error_oom(err);
    for (size_t i = 0; i < header.n_items; i++) {
        struct frame_descriptor descriptor;
        memcpy(&descriptor, reader.bytes + sizeof header + i * sizeof descriptor,
               sizeof descriptor);
        reader.item = i;
        r = read_item(&reader, &descriptor, &items[i]);
        if (r < 0)
            return r;
    }
    if (reader.cursor != size)
        return error_set(err, -EBADMSG, "frame with %zu bytes behind its last block",
                         (size_t)(size - reader.cursor));
    size_t n_top = 0;
    r = link_columns(&reader, items, header.n_items, &n_top);
    if (r < 0)
        return r;

    struct value *values = calloc(n_top + 1, sizeof *values);
    if (!values)
        return error_oom(err);
    for (size_t i = 0, top = 0; i < header.n_items; i += 1 + items[i].n_columns)
        values[top++] = items[i];
    *ret = (struct frame){
        .kind = reader.kind, .values = values, .n_values = n_top, .storage = steal(&items)};
    return 0;
}

void frame_done(struct frame *frame)
{
    if (!frame)
        return;
    free(frame->values);
    free(frame->storage);
    *frame = (struct frame){0};
}

/* Hostile text into a buffer: cut, NUL bytes replaced. */
static void copy_text(const struct value *value, char *buffer, size_t size)
{
    size_t length;
    const char *text = value_str(value, 0, &length);
    if (length >= size)
        length = size - 1;
    for (size_t i = 0; i < length; i++)
        buffer[i] = text[i] ? text[i] : '?';
    buffer[length] = '\0';
}

int frame_fault(const struct frame *frame, struct fault *ret, struct error *err)
{
    assert(frame->kind == FRAME_FAULT);
    static const enum elem elems[] = {ELEM_INT, ELEM_STR, ELEM_STR, ELEM_INT};
    if (frame->n_values != ARRAY_LEN(elems))
        return error_set(err, -EBADMSG, "fault of %zu items, not %zu", frame->n_values,
                         ARRAY_LEN(elems));
    for (size_t i = 0; i < ARRAY_LEN(elems); i++) {
        const struct value *value = &frame->values[i];
        if (value->kind != KIND_SCALAR || value->elem != elems[i] || value->nullable)
            return error_set(err, -EBADMSG, "fault, item %zu: not a plain %s", i,
                             elem_name(elems[i]));
    }
    int64_t code = value_int(&frame->values[0], 0);
    if (code < FAULT_SYNTAX || code > FAULT_EXIT)
        return error_set(err, -EBADMSG, "fault of unknown code %lld", (long long)code);
    int64_t line = value_int(&frame->values[3], 0);
    *ret = (struct fault){.code = (enum fault_code)code,
                          .line = line > 0 && line <= INT_MAX ? (int)line : 0};
    copy_text(&frame->values[1], ret->kind, sizeof ret->kind);
    copy_text(&frame->values[2], ret->message, sizeof ret->message);
    return 0;
}

int64_t value_int(const struct value *value, int64_t i)
{
    assert(value->elem == ELEM_INT && i >= 0 && i < value->n);
    return ((const int64_t *)value->data)[i];
}

double value_float(const struct value *value, int64_t i)
{
    assert(value->elem == ELEM_FLOAT && i >= 0 && i < value->n);
    return ((const double *)value->data)[i];
}

bool value_bool(const struct value *value, int64_t i)
{
    assert(value->elem == ELEM_BOOL && i >= 0 && i < value->n);
    return ((const uint8_t *)value->data)[i] != 0;
}

const char *value_str(const struct value *value, int64_t i, size_t *ret_length)
{
    assert(value->elem == ELEM_STR && i >= 0 && i < value->n);
    const int64_t *offsets = value->data;
    *ret_length = (size_t)(offsets[i + 1] - offsets[i]);
    return value->bytes ? value->bytes + offsets[i] : "";
}

bool value_is_null(const struct value *value, int64_t i)
{
    assert(i >= 0 && i < value->n);
    return value->valid && value->valid[i] == 0;
}
