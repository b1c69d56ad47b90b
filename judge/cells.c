#include "judge/cells.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "sandbox/util.h"

static size_t width(enum elem elem)
{
    return elem == ELEM_BOOL ? 1 : 8;
}

/* Room for one more element (and its end offset, for str). */
static int reserve(struct cells *c)
{
    if (c->n < c->capacity)
        return 0;
    int64_t capacity = c->capacity ? c->capacity * 2 : 16;
    void *data = reallocarray(c->data, (size_t)capacity + 1, width(c->elem));
    if (!data)
        return -ENOMEM;
    c->data = data;
    if (c->nullable) {
        uint8_t *valid = realloc(c->valid, (size_t)capacity);
        if (!valid)
            return -ENOMEM;
        c->valid = valid;
    }
    if (c->elem == ELEM_STR && c->n == 0)
        ((int64_t *)c->data)[0] = 0;
    c->capacity = capacity;
    return 0;
}

static int append(struct cells *c, bool valid, const void *element)
{
    if (reserve(c) < 0)
        return -ENOMEM;
    size_t at = (size_t)c->n + (c->elem == ELEM_STR);
    memcpy((char *)c->data + at * width(c->elem), element, width(c->elem));
    if (c->nullable)
        c->valid[c->n] = valid;
    c->n++;
    return 0;
}

int cells_add_int(struct cells *cells, int64_t number)
{
    assert(cells->elem == ELEM_INT);
    return append(cells, true, &number);
}

int cells_add_float(struct cells *cells, double number)
{
    assert(cells->elem == ELEM_FLOAT);
    return append(cells, true, &number);
}

int cells_add_bool(struct cells *cells, bool flag)
{
    assert(cells->elem == ELEM_BOOL);
    uint8_t byte = flag;
    return append(cells, true, &byte);
}

int cells_add_str(struct cells *cells, const char *text, size_t length)
{
    assert(cells->elem == ELEM_STR);
    if (length > cells->bytes_capacity - cells->n_bytes) {
        size_t capacity = cells->bytes_capacity ? cells->bytes_capacity : 64;
        while (capacity - cells->n_bytes < length)
            capacity *= 2;
        char *bytes = realloc(cells->bytes, capacity);
        if (!bytes)
            return -ENOMEM;
        cells->bytes = bytes;
        cells->bytes_capacity = capacity;
    }
    int64_t end = (int64_t)(cells->n_bytes + length);
    if (append(cells, true, &end) < 0)
        return -ENOMEM;
    if (length)
        memcpy(cells->bytes + cells->n_bytes, text, length);
    cells->n_bytes += length;
    return 0;
}

int cells_add_null(struct cells *cells)
{
    assert(cells->nullable);
    int64_t zero = cells->elem == ELEM_STR ? (int64_t)cells->n_bytes : 0;
    double nan = NAN;
    return append(cells, false, cells->elem == ELEM_FLOAT ? (const void *)&nan : &zero);
}

void cells_done(struct cells *cells)
{
    free(cells->data);
    free(cells->bytes);
    free(cells->valid);
    *cells = (struct cells){0};
}

struct value cells_view(const struct cells *cells)
{
    return (struct value){
        .kind = KIND_ARRAY,
        .elem = cells->elem,
        .nullable = cells->nullable,
        .rank = 1,
        .dims = {cells->n},
        .n = cells->n,
        .data = cells->data,
        .bytes = cells->bytes,
        .n_bytes = cells->n_bytes,
        .valid = cells->valid,
    };
}
