/* The arguments frame as the shim takes it.  The judge wrote it; blocks are still checked to lie inside, because a
 * mistake of ours must end here and not in the candidate's memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "input.h"
#include "judge/frame_layout.h"

/* Where data pointers of empty arrays point: aligned, never NULL. */
static _Alignas(64) unsigned char nothing[64];

static void *block(const struct input_reader *r, uint64_t off, int64_t n, size_t width)
{
    uint64_t length;
    if (n < 0 || __builtin_mul_overflow((uint64_t)n, width, &length) || length > r->size ||
        off > r->size - length || off % FRAME_ALIGN != 0 || (off == 0 && length))
        our_failure("the arguments frame has a block outside of it");
    return length ? r->bytes + off : nothing;
}

/* Offsets and characters -> struct str; these are the one thing that has to be made. */
static struct str *strings(const struct input_reader *r, const struct frame_descriptor *d)
{
    if (d->n == 0)
        return (struct str *)nothing;
    const int64_t *offsets = block(r, d->data_off, d->n + 1, sizeof *offsets);
    const char *bytes = block(r, d->bytes_off, (int64_t)d->bytes_len, 1);
    struct str *texts = need((size_t)d->n, sizeof *texts);
    for (int64_t i = 0; i < d->n; i++) {
        if (offsets[i] < 0 || offsets[i + 1] < offsets[i] ||
            (uint64_t)offsets[i + 1] > d->bytes_len)
            our_failure("the arguments frame has strings outside of it");
        texts[i] = (struct str){bytes + offsets[i], (size_t)(offsets[i + 1] - offsets[i])};
    }
    return texts;
}

static void read_csv(const struct input_reader *r, const struct frame_descriptor *d,
                     struct mlj_in *ret)
{
    if (!(d->flags & FRAME_FLAG_EXTERNAL) || d->data_off >= FRAME_FDS_MAX)
        our_failure("a csv argument is not external");
    (void)r;
    ret->fd = (int)d->data_off;
    lseek(ret->fd, 0, SEEK_SET);
    char *path = need(32, 1);
    snprintf(path, 32, "/proc/self/fd/%d", ret->fd);
    ret->data = path;
}

void input_next(struct input_reader *r, const struct field *field, struct mlj_in *ret)
{
    const struct type *type = &field->type;
    if (r->next >= r->n_items)
        our_failure("the arguments frame has too few items");
    const struct frame_descriptor *d = &r->items[r->next++];
    if (d->kind != (uint8_t)type->kind ||
        (type->elem != ELEM_NONE && d->elem != (uint8_t)type->elem) ||
        d->n_columns != type->n_columns)
        our_failure("argument '%s' is of another type in the frame", field->name);
    memcpy(ret->dims, d->dims, sizeof ret->dims);
    if (type->kind == KIND_CSV) {
        read_csv(r, d, ret);
        return;
    }
    if (type->kind == KIND_TABLE) {
        struct mlj_in *columns = need(type->n_columns, sizeof *columns);
        for (size_t i = 0; i < type->n_columns; i++)
            input_next(r, &type->columns[i], &columns[i]);
        ret->columns = columns;
        return;
    }
    if (type->elem == ELEM_STR)
        ret->data = strings(r, d);
    else
        ret->data = block(r, d->data_off, d->n, type->elem == ELEM_BOOL ? 1 : 8);
    if (type->nullable)
        ret->valid = block(r, d->valid_off, d->n, 1);
    if (type->kind == KIND_RAGGED)
        ret->offsets =
            d->dims[0] ? block(r, d->rows_off, d->dims[0] + 1, 8) : (const int64_t *)nothing;
    if (type->kind == KIND_ARRAY && d->rank != type->rank) { /* `[]` */
        if (d->n != 0)
            our_failure("argument '%s' is of another rank in the frame", field->name);
        memset(ret->dims, 0, sizeof ret->dims);
    }
}

/* What __init__ was given: its names are known in every call of a class. */
static const struct signature *outer_signature;
static const struct mlj_in *outer_in;

void input_outer(const struct signature *signature, const struct mlj_in *in)
{
    outer_signature = signature;
    outer_in = in;
}

/* The size called `name`: an int argument's value, else that of the first array that is not `[]`.  False: nothing
 * says it, *ret is 0. */
static bool find_size(const struct signature *signature, const struct mlj_in *in, const char *name,
                      int64_t *ret)
{
    *ret = 0;
    for (size_t i = 0; i < signature->n_args; i++) {
        const struct field *field = &signature->args[i];
        const struct type *type = &field->type;
        if (type->kind == KIND_SCALAR && type->elem == ELEM_INT && strcmp(field->name, name) == 0) {
            *ret = *(const int64_t *)in[i].data;
            return true;
        }
        for (int j = 0; j < type->rank && type->kind != KIND_TABLE && *ret == 0; j++) {
            if (type->dims[j].kind != DIM_NAME || strcmp(type->dims[j].name, name) != 0)
                continue;
            *ret = in[i].dims[j];
        }
    }
    return *ret != 0;
}

static int64_t named_size(const struct signature *signature, const struct mlj_in *in,
                          const char *name)
{
    int64_t size = 0;
    if (!find_size(signature, in, name, &size) && outer_signature)
        find_size(outer_signature, outer_in, name, &size);
    return size;
}

int64_t input_dim(const struct signature *signature, const struct mlj_in *in, const struct dim *dim)
{
    if (dim->kind == DIM_NUMBER)
        return dim->size;
    return dim->kind == DIM_NAME ? named_size(signature, in, dim->name) : -1;
}

/* `[]` has all sizes 0 in the frame; here it gets those that the rest of the call gives it. */
void input_resolve(const struct signature *signature, struct mlj_in *in)
{
    for (size_t i = 0; i < signature->n_args; i++) {
        const struct type *type = &signature->args[i].type;
        int64_t dims[TYPE_MAX_RANK] = {0};
        bool empty = false, all_zero = true;
        for (int j = 0; j < type->rank; j++) {
            dims[j] = input_dim(signature, in, &type->dims[j]);
            empty = empty || dims[j] == 0;
            all_zero = all_zero && in[i].dims[j] == 0;
        }
        if (type->kind == KIND_ARRAY && all_zero && empty)
            memcpy(in[i].dims, dims, sizeof dims);
    }
}

void input_open(void *frame, size_t size, struct input_reader *ret)
{
    struct frame_header header;
    if (size < sizeof header)
        our_failure("the arguments frame is shorter than its header");
    memcpy(&header, frame, sizeof header);
    if (memcmp(header.magic, FRAME_MAGIC, 4) != 0 || header.version != FRAME_VERSION ||
        header.kind != FRAME_ARGS || header.total_bytes != size ||
        header.n_items > FRAME_MAX_ITEMS ||
        sizeof header + header.n_items * sizeof(struct frame_descriptor) > size)
        our_failure("not an arguments frame of version %d", FRAME_VERSION);
    *ret = (struct input_reader){.bytes = frame, .size = size, .n_items = header.n_items};
    ret->items = (const void *)(ret->bytes + sizeof header);
}

void input_end(const struct input_reader *reader)
{
    if (reader->next != reader->n_items)
        our_failure("the arguments frame has too many items");
}

struct mlj_in *input_read(const struct signature *signature, void *frame, size_t size)
{
    struct input_reader reader;
    input_open(frame, size, &reader);
    struct mlj_in *in = need(signature->n_args + 1, sizeof *in);
    for (size_t i = 0; i < signature->n_args; i++)
        input_next(&reader, &signature->args[i], &in[i]);
    input_end(&reader);
    input_resolve(signature, in);
    return in;
}
