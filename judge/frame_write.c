/* Writing a frame: one walk that lays out the blocks, one that copies them. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "judge/frame.h"
#include "judge/frame_layout.h"
#include "judge/files.h"
#include "sandbox/util.h"

struct writer {
    struct frame_descriptor *descriptors;
    const void **sources; /* four a descriptor: data, bytes, valid, rows */
    size_t n_items;
    uint64_t end; /* of the last block laid out */
};

enum { SOURCE_DATA, SOURCE_BYTES, SOURCE_VALID, SOURCE_ROWS, N_SOURCES };

static const int64_t no_offsets[1] = {0};

static uint64_t data_bytes(const struct frame_descriptor *d)
{
    switch ((enum elem)d->elem) {
    case ELEM_INT:
    case ELEM_FLOAT: return (uint64_t)d->n * 8;
    case ELEM_BOOL: return (uint64_t)d->n;
    case ELEM_STR: return ((uint64_t)d->n + 1) * 8;
    case ELEM_NONE: break;
    }
    return 0;
}

static uint64_t block_bytes(const struct frame_descriptor *d, int source)
{
    switch (source) {
    case SOURCE_DATA: return data_bytes(d);
    case SOURCE_BYTES: return d->bytes_len;
    case SOURCE_VALID: return d->flags & FRAME_FLAG_NULLABLE ? (uint64_t)d->n : 0;
    default: return d->kind == KIND_RAGGED ? ((uint64_t)d->dims[0] + 1) * 8 : 0;
    }
}

static uint64_t *block_off(struct frame_descriptor *d, int source)
{
    switch (source) {
    case SOURCE_DATA: return &d->data_off;
    case SOURCE_BYTES: return &d->bytes_off;
    case SOURCE_VALID: return &d->valid_off;
    default: return &d->rows_off;
    }
}

/* Memory that exists bounds every size here, so that the sums cannot overflow. */
static void lay_out(struct writer *w, const struct value *value)
{
    size_t item = w->n_items++;
    struct frame_descriptor *d = &w->descriptors[item];
    *d = (struct frame_descriptor){
        .kind = (uint8_t)value->kind,
        .elem = (uint8_t)value->elem,
        .flags = value->nullable ? FRAME_FLAG_NULLABLE : 0,
        .rank = (uint8_t)value->rank,
        .n_columns = (uint32_t)value->n_columns,
        .n = value->n,
    };
    for (int i = 0; i < value->rank; i++)
        d->dims[i] = value->dims[i];
    if (value->kind == KIND_CSV && value->external_fd > 0) {
        d->flags |= FRAME_FLAG_EXTERNAL;
        d->data_off = (uint64_t)value->external_fd;
        return;
    }
    if (value->elem == ELEM_STR || value->kind == KIND_CSV)
        d->bytes_len = value->n_bytes;

    const void **sources = &w->sources[item * N_SOURCES];
    sources[SOURCE_DATA] = value->data ? value->data : no_offsets;
    sources[SOURCE_BYTES] = value->bytes;
    sources[SOURCE_VALID] = value->valid;
    sources[SOURCE_ROWS] = value->row_offsets ? value->row_offsets : no_offsets;
    for (int i = 0; i < N_SOURCES; i++) {
        uint64_t length = block_bytes(d, i);
        if (length == 0)
            continue;
        uint64_t off = (w->end + FRAME_ALIGN - 1) / FRAME_ALIGN * FRAME_ALIGN;
        *block_off(d, i) = off;
        w->end = off + length;
    }
}

static void copy_blocks(struct writer *w, unsigned char *out, uint64_t done)
{
    for (size_t item = 0; item < w->n_items; item++) {
        struct frame_descriptor *d = &w->descriptors[item];
        if (d->flags & FRAME_FLAG_EXTERNAL)
            continue;
        for (int i = 0; i < N_SOURCES; i++) {
            uint64_t off = *block_off(d, i);
            uint64_t length = block_bytes(d, i);
            if (length == 0)
                continue;
            memset(out + done, 0, off - done);
            memcpy(out + off, w->sources[item * N_SOURCES + (size_t)i], length);
            done = off + length;
        }
    }
    assert(done == w->end);
}

static void assert_value(const struct value *value)
{
    assert((value->kind == KIND_TABLE) == (value->n_columns > 0));
    assert((value->elem == ELEM_NONE) == (value->kind == KIND_TABLE || value->kind == KIND_CSV));
    assert(value->kind != KIND_SCALAR || (value->n == 1 && value->rank == 0));
    assert(value->kind != KIND_ARRAY || (value->rank >= 1 && value->rank <= TYPE_MAX_RANK));
    assert(value->nullable == (value->valid != NULL) || value->n == 0);
    for (size_t i = 0; i < value->n_columns; i++)
        assert(value->columns[i].kind == KIND_ARRAY && value->columns[i].n == value->dims[0]);
}

int frame_build(enum frame_kind kind, const struct value *values, size_t n_values, void **ret,
                size_t *ret_size, struct error *err)
{
    size_t n_items = n_values;
    for (size_t i = 0; i < n_values; i++)
        n_items += values[i].n_columns;
    if (n_items > FRAME_MAX_ITEMS)
        return error_set(err, -E2BIG, "%zu values and columns; a frame holds at most %d", n_items,
                         FRAME_MAX_ITEMS);

    auto_free struct frame_descriptor *descriptors = calloc(n_items + 1, sizeof *descriptors);
    auto_free const void **sources = calloc(n_items * N_SOURCES + 1, sizeof *sources);
    if (!descriptors || !sources)
        return error_oom(err);
    uint64_t start = sizeof(struct frame_header) + n_items * sizeof *descriptors;
    struct writer writer = {.descriptors = descriptors, .sources = sources, .end = start};
    for (size_t i = 0; i < n_values; i++) {
        assert_value(&values[i]);
        lay_out(&writer, &values[i]);
        for (size_t j = 0; j < values[i].n_columns; j++)
            lay_out(&writer, &values[i].columns[j]);
    }

    unsigned char *out = NULL;
    if (posix_memalign((void **)&out, FRAME_ALIGN, writer.end) != 0)
        return error_oom(err);
    struct frame_header header = {.version = FRAME_VERSION,
                                  .kind = (uint16_t)kind,
                                  .n_items = (uint32_t)n_items,
                                  .total_bytes = writer.end};
    memcpy(header.magic, FRAME_MAGIC, sizeof header.magic);
    memcpy(out, &header, sizeof header);
    memcpy(out + sizeof header, descriptors, n_items * sizeof *descriptors);
    copy_blocks(&writer, out, start);
    *ret = out;
    *ret_size = writer.end;
    return 0;
}

int frame_append(int fd, const void *bytes, size_t size, struct error *err)
{
    static const char zeros[FRAME_ALIGN];
    int r = fd_write_all(fd, bytes, size, err);
    size_t rest = size % FRAME_ALIGN;
    return r < 0 || rest == 0 ? r : fd_write_all(fd, zeros, FRAME_ALIGN - rest, err);
}
