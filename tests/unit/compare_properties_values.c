/* Random numbers, and values made of them. */
#include "tests/unit/compare_properties.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sandbox/util.h"

/* ---- random numbers ---- */

uint64_t bits(struct round *round)
{
    uint64_t z = (round->state += 0x9e3779b97f4a7c15u); /* splitmix64 */
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

int64_t below(struct round *round, int64_t n)
{
    return (int64_t)(bits(round) % (uint64_t)n);
}

double unit(struct round *round)
{
    return (double)(bits(round) >> 11) * 0x1p-53;
}

bool one_in(struct round *round, int64_t n)
{
    return below(round, n) == 0;
}

double normal(struct round *round) /* Box and Muller */
{
    double r = sqrt(-2 * log(1 - unit(round)));
    return r * cos(2 * M_PI * unit(round));
}

double tame(struct round *round)
{
    return one_in(round, 2) ? (double)(below(round, 7) - 3) : 20 * unit(round) - 10;
}

double wild(struct round *round)
{
    static const double corners[] = {0.0,    -0.0,    1e-300,   -1e-300,    1e300,   -1e300,
                                     5e-324, -5e-324, DBL_MAX,  -DBL_MAX,   DBL_MIN, -DBL_MIN,
                                     1,      -1,      1.5e-310, 0x1p53 + 2, 1e22,    0.1};
    if (one_in(round, 3))
        return corners[below(round, ARRAY_LEN(corners))];
    return one_in(round, 2) ? tame(round)
                            : ldexp(2 * unit(round) - 1, (int)below(round, 2090) - 1070);
}

double wilder(struct round *round)
{
    return one_in(round, 6) ? ONE_OF(round, NAN, INFINITY, -INFINITY, -NAN) : wild(round);
}

int64_t wild_int(struct round *round)
{
    switch (below(round, 4)) {
    case 0: return (int64_t)bits(round);
    case 1: return one_in(round, 2) ? INT64_MIN : INT64_MAX;
    case 2: return (INT64_C(1) << 60) + below(round, 3);
    default: return below(round, 7) - 3;
    }
}

double spread(struct round *round)
{
    return pow(10, 200 * unit(round) - 100);
}

double element(const double *list, size_t n, struct round *round)
{
    return list[below(round, (int64_t)n)];
}

int64_t *in_order(struct round *round, int64_t n)
{
    int64_t *order = room(round, (size_t)n * sizeof *order);
    for (int64_t i = 0; i < n; i++)
        order[i] = i;
    return order;
}

int64_t *shuffled(struct round *round, int64_t n)
{
    int64_t *order = in_order(round, n);
    for (int64_t i = n - 1; i > 0; i--) {
        int64_t k = below(round, i + 1), kept = order[i];
        order[i] = order[k];
        order[k] = kept;
    }
    return order;
}

/* ---- values ---- */

static size_t size_of(enum elem elem)
{
    return elem == ELEM_BOOL ? 1 : 8;
}

struct value scalar(struct round *round, enum elem elem)
{
    return (struct value){
        .kind = KIND_SCALAR,
        .elem = elem,
        .n = 1,
        .data = room(round, elem == ELEM_STR ? 16 : size_of(elem)),
        .bytes = elem == ELEM_STR ? room(round, 0) : NULL,
    };
}

struct value list(struct round *round, enum elem elem, int64_t n)
{
    struct value value = scalar(round, elem);
    value.kind = KIND_ARRAY;
    value.rank = 1;
    value.dims[0] = value.n = n;
    value.data = room(round, (size_t)(n + (elem == ELEM_STR)) * size_of(elem));
    return value;
}

struct value shaped(const struct value *value, int64_t rows, int64_t columns)
{
    struct value ret = *value;
    assert_int_equal(ret.n, rows * columns);
    ret.rank = 2;
    ret.dims[0] = rows;
    ret.dims[1] = columns;
    return ret;
}

struct value grid(struct round *round, int64_t rows, int64_t columns)
{
    struct value value = list(round, ELEM_FLOAT, rows * columns);
    return shaped(&value, rows, columns);
}

struct value filled(struct round *round, struct value value, double (*make)(struct round *))
{
    for (int64_t i = 0; i < value.n; i++)
        floats(&value)[i] = make(round);
    return value;
}

double *floats(const struct value *value)
{
    assert_int_equal(value->elem, ELEM_FLOAT);
    return (double *)(uintptr_t)value->data;
}

int64_t *ints(const struct value *value)
{
    assert_int_equal(value->elem, ELEM_INT);
    return (int64_t *)(uintptr_t)value->data;
}

uint8_t *valid(const struct value *value)
{
    return (uint8_t *)(uintptr_t)value->valid;
}

const char *hostile_text(struct round *round, size_t *ret_length)
{
    static const char *const pieces[] = {
        "a",
        "\n",
        "\r\n",
        "\x1b[31m",
        "\x1b]0;title\x07",
        "\u202e",
        "\u200b",
        "\xc2\x9b",
        "::error::",
        "##[error]",
        "##vso[task]",
        "\\",
        "\"",
        "'",
        "%s%n",
        "<script>",
        "\U0001f600",
        "\u00e9",
        "\u4e2d",
        "\u2028",
        "\x7f",
        "\t",
        " ",
        "\U000e0041",
        "&",
        "##teamcity[",
        "\x01",
        "\xef\xbf\xbf",
        "]]>",
        "\u0301",
    };
    int64_t n = one_in(round, 4) ? below(round, 120) : below(round, 6);
    char *text = room(round, (size_t)n * 16);
    size_t length = 0;
    const char *last = pieces[below(round, ARRAY_LEN(pieces))];
    for (int64_t i = 0; i < n; i++) {
        if (!one_in(round, 3)) /* runs of one, so that cuts fall into long characters */
            last = pieces[below(round, ARRAY_LEN(pieces))];
        length += (size_t)snprintf(text + length, 16, "%s", last);
    }
    *ret_length = length;
    return text;
}

/* The strings one after the other in new memory. */
static void pack(struct round *round, struct value *value, const char *const *texts,
                 const size_t *lengths)
{
    int64_t *offsets = room(round, (size_t)(value->n + 1) * sizeof *offsets);
    for (int64_t i = 0; i < value->n; i++)
        offsets[i + 1] = offsets[i] + (int64_t)lengths[i];
    char *bytes = room(round, (size_t)offsets[value->n]);
    for (int64_t i = 0; i < value->n; i++)
        memcpy(bytes + offsets[i], texts[i], lengths[i]);
    value->data = offsets;
    value->bytes = bytes;
    value->n_bytes = (size_t)offsets[value->n];
}

struct value text_list(struct round *round, const char *const *texts, const size_t *lengths,
                       int64_t n)
{
    struct value value = list(round, ELEM_STR, n);
    pack(round, &value, texts, lengths);
    return value;
}

static void random_texts(struct round *round, struct value *value)
{
    const char **texts = room(round, (size_t)value->n * sizeof *texts);
    size_t *lengths = room(round, (size_t)value->n * sizeof *lengths);
    for (int64_t i = 0; i < value->n; i++)
        texts[i] = hostile_text(round, &lengths[i]);
    pack(round, value, texts, lengths);
}

struct value random_list(struct round *round, enum elem elem, int64_t n, bool nullable)
{
    struct value value = list(round, elem, n);
    for (int64_t i = 0; i < n; i++) {
        if (elem == ELEM_INT)
            ints(&value)[i] = wild_int(round);
        else if (elem == ELEM_FLOAT)
            floats(&value)[i] = wilder(round);
        else if (elem == ELEM_BOOL)
            ((uint8_t *)(uintptr_t)value.data)[i] = (uint8_t)below(round, 2);
    }
    if (elem == ELEM_STR)
        random_texts(round, &value);
    value.nullable = nullable;
    value.valid = nullable ? room(round, (size_t)n) : NULL;
    for (int64_t i = 0; nullable && i < n; i++)
        valid(&value)[i] = !one_in(round, 4);
    return value;
}

struct value taken(struct round *round, const struct value *value, const int64_t *which, int64_t n)
{
    struct value ret = *value;
    ret.dims[0] = n;
    if (value->kind == KIND_TABLE) {
        ret.columns = room(round, value->n_columns * sizeof *ret.columns);
        for (size_t c = 0; c < value->n_columns; c++)
            ret.columns[c] = taken(round, &value->columns[c], which, n);
        return ret;
    }
    size_t size = size_of(value->elem);
    const char **texts = room(round, (size_t)n * sizeof *texts);
    size_t *lengths = room(round, (size_t)n * sizeof *lengths);
    char *data = value->elem == ELEM_STR ? NULL : room(round, (size_t)n * size);
    uint8_t *marks = value->valid ? room(round, (size_t)n) : NULL;
    ret.n = n;
    for (int64_t i = 0; i < n; i++) {
        if (value->elem == ELEM_STR)
            texts[i] = value_str(value, which[i], &lengths[i]);
        else
            memcpy(data + (size_t)i * size, (const char *)value->data + (size_t)which[i] * size,
                   size);
        if (marks)
            marks[i] = value->valid[which[i]];
    }
    ret.data = data;
    ret.valid = marks;
    if (value->elem == ELEM_STR)
        pack(round, &ret, texts, lengths);
    return ret;
}

struct value copy_of(struct round *round, const struct value *value)
{
    struct value ret = value->kind == KIND_TABLE
                           ? taken(round, value, in_order(round, value->dims[0]), value->dims[0])
                           : taken(round, value, in_order(round, value->n), value->n);
    memcpy(ret.dims, value->dims, sizeof ret.dims);
    if (value->kind == KIND_RAGGED) {
        int64_t *offsets = room(round, (size_t)(value->dims[0] + 1) * sizeof *offsets);
        memcpy(offsets, value->row_offsets, (size_t)(value->dims[0] + 1) * sizeof *offsets);
        ret.row_offsets = offsets;
    }
    return ret;
}

struct value with_text(struct round *round, const struct value *value, int64_t i, const char *text,
                       size_t length)
{
    struct value ret = copy_of(round, value);
    const char **texts = room(round, (size_t)value->n * sizeof *texts);
    size_t *lengths = room(round, (size_t)value->n * sizeof *lengths);
    for (int64_t k = 0; k < value->n; k++)
        texts[k] = value_str(value, k, &lengths[k]);
    texts[i] = text;
    lengths[i] = length;
    pack(round, &ret, texts, lengths);
    return ret;
}

struct value ragged(struct round *round, const struct value *list, int64_t rows)
{
    struct value ret = *list;
    int64_t *offsets = room(round, (size_t)(rows + 1) * sizeof *offsets);
    for (int64_t i = 1; i < rows; i++)
        offsets[i] = offsets[i - 1] + below(round, (list->n - offsets[i - 1]) / 2 + 1);
    offsets[rows] = list->n;
    ret.kind = KIND_RAGGED;
    ret.dims[0] = rows;
    ret.row_offsets = offsets;
    return ret;
}

struct value table(struct round *round, const struct value *columns, size_t n)
{
    struct value ret = {.kind = KIND_TABLE, .rank = 1, .dims = {columns[0].n}, .n_columns = n};
    ret.columns = room(round, n * sizeof *columns);
    memcpy(ret.columns, columns, n * sizeof *columns);
    return ret;
}

struct value nudged(struct round *round, const struct value *value, int64_t i)
{
    struct value ret = copy_of(round, value);
    size_t length;
    switch (value->elem) {
    case ELEM_INT: ints(&ret)[i] = (int64_t)((uint64_t)ints(&ret)[i] ^ 1); break;
    case ELEM_FLOAT:
        if (isnan(floats(&ret)[i]))
            floats(&ret)[i] = wild(round);
        else if (one_in(round, 4))
            floats(&ret)[i] = NAN;
        else
            floats(&ret)[i] = nextafter(floats(&ret)[i], floats(&ret)[i] > 0.5 ? 0 : 2);
        break;
    case ELEM_BOOL: ((uint8_t *)(uintptr_t)ret.data)[i] ^= 1; break;
    case ELEM_STR: {
        const char *text = value_str(value, i, &length);
        char *longer = room(round, length + 1);
        memcpy(longer, text, length);
        if (length > 0 && longer[length - 1] == 'a')
            longer[length - 1] = 'A';
        else
            longer[length++] = ' ';
        return with_text(round, value, i, longer, length);
    }
    case ELEM_NONE: break;
    }
    return ret;
}
