#include "judge/npy.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "judge/escape.h"
#include "sandbox/util.h"

/* The header is a Python dict literal; this reads the three keys NumPy writes, in any order. */
struct text {
    const char *at;
    const char *end;
};

static void skip_space(struct text *t)
{
    while (t->at < t->end && (*t->at == ' ' || *t->at == '\n'))
        t->at++;
}

static bool take(struct text *t, char c)
{
    skip_space(t);
    if (t->at == t->end || *t->at != c)
        return false;
    t->at++;
    return true;
}

static bool take_word(struct text *t, const char *word)
{
    skip_space(t);
    size_t length = strlen(word);
    if ((size_t)(t->end - t->at) < length || memcmp(t->at, word, length) != 0)
        return false;
    t->at += length;
    return true;
}

/* 'text' or "text", without escapes, cut to nothing if longer than the buffer. */
static bool take_string(struct text *t, char *buffer, size_t size)
{
    skip_space(t);
    if (t->at == t->end || (*t->at != '\'' && *t->at != '"'))
        return false;
    char quote = *t->at++;
    const char *close = memchr(t->at, quote, (size_t)(t->end - t->at));
    if (!close || (size_t)(close - t->at) >= size)
        return false;
    size_t length = (size_t)(close - t->at);
    memcpy(buffer, t->at, length);
    buffer[length] = '\0';
    t->at = close + 1;
    return true;
}

static int parse_descr(struct text *t, struct npy *npy, struct error *err)
{
    static const char *const known[] = {"|b1", "|i1", "|u1", "<i2", "<u2", "<i4",
                                        "<u4", "<i8", "<u8", "<f4", "<f8"};
    char descr[16];
    if (!take_string(t, descr, sizeof descr))
        return error_set(err, -EINVAL, "npy: elements that are neither numbers nor bools");
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (strcmp(descr, known[i]) == 0) {
            npy->type = descr[1];
            npy->width = descr[2] - '0';
            return 0;
        }
    }
    char shown[64];
    return error_set(err, -EINVAL,
                     "npy: elements of type '%s'; only little-endian integers, f4, f8 and bools "
                     "are taken",
                     escape_text(descr, strlen(descr), shown, sizeof shown));
}

static bool take_dim(struct text *t, int64_t *ret)
{
    skip_space(t);
    const char *start = t->at;
    int64_t size = 0;
    for (; t->at < t->end && *t->at >= '0' && *t->at <= '9'; t->at++) {
        if (__builtin_mul_overflow(size, 10, &size) ||
            __builtin_add_overflow(size, *t->at - '0', &size))
            return false;
    }
    *ret = size;
    return t->at > start;
}

static int parse_shape(struct text *t, struct npy *npy, struct error *err)
{
    if (!take(t, '('))
        return error_set(err, -EINVAL, "npy: 'shape' is not a tuple");
    npy->rank = 0;
    while (!take(t, ')')) {
        if (npy->rank == TYPE_MAX_RANK)
            return error_set(err, -EINVAL, "npy: more than %d dimensions", TYPE_MAX_RANK);
        if (!take_dim(t, &npy->dims[npy->rank++]))
            return error_set(err, -EINVAL, "npy: 'shape' holds what is no size");
        if (!take(t, ',') && (t->at == t->end || *t->at != ')'))
            return error_set(err, -EINVAL, "npy: 'shape' is not a tuple");
    }
    return 0;
}

enum { KEY_DESCR = 1, KEY_ORDER = 2, KEY_SHAPE = 4 };

static int parse_header(struct text *t, struct npy *npy, struct error *err)
{
    unsigned seen = 0;
    if (!take(t, '{'))
        return error_set(err, -EINVAL, "npy: the header is not a dict");
    while (!take(t, '}')) {
        char key[32];
        if (!take_string(t, key, sizeof key) || !take(t, ':'))
            return error_set(err, -EINVAL, "npy: the header is not a dict of three keys");
        unsigned bit = strcmp(key, "descr") == 0           ? KEY_DESCR
                       : strcmp(key, "fortran_order") == 0 ? KEY_ORDER
                       : strcmp(key, "shape") == 0         ? KEY_SHAPE
                                                           : 0;
        if (bit == 0 || seen & bit)
            return error_set(err, -EINVAL, "npy: the header has an unknown key, or one twice");
        seen |= bit;
        int r = 0;
        if (bit == KEY_DESCR)
            r = parse_descr(t, npy, err);
        else if (bit == KEY_SHAPE)
            r = parse_shape(t, npy, err);
        else if (take_word(t, "True"))
            r = error_set(err, -EINVAL, "npy: Fortran order; save numpy.ascontiguousarray(x)");
        else if (!take_word(t, "False"))
            r = error_set(err, -EINVAL, "npy: 'fortran_order' is neither True nor False");
        if (r < 0)
            return r;
        if (!take(t, ',') && (t->at == t->end || *t->at != '}'))
            return error_set(err, -EINVAL, "npy: the header is not a dict of three keys");
    }
    skip_space(t);
    if (seen != (KEY_DESCR | KEY_ORDER | KEY_SHAPE) || t->at != t->end)
        return error_set(err, -EINVAL, "npy: the header is not a dict of three keys");
    return 0;
}

/* n = product of the dimensions, which must agree with the bytes that are there. */
static int check_size(struct npy *npy, size_t available, struct error *err)
{
    int64_t n = 1;
    for (int i = 0; i < npy->rank; i++) {
        if (npy->dims[i] == 0)
            n = 0;
    }
    int64_t product = 1;
    for (int i = 0; i < npy->rank; i++) {
        if (npy->dims[i] && __builtin_mul_overflow(product, npy->dims[i], &product))
            return error_set(err, -EINVAL, "npy: the product of its dimensions overflows");
    }
    n = n ? product : 0;
    uint64_t bytes;
    if (__builtin_mul_overflow((uint64_t)n, (uint64_t)npy->width, &bytes))
        bytes = UINT64_MAX;
    if (bytes != available)
        return error_set(err, -EINVAL, "npy: %zu bytes of data where its shape needs %s", available,
                         bytes > available ? "more" : "fewer");
    npy->n = n;
    return 0;
}

int npy_parse(const void *bytes, size_t size, struct npy *ret, struct error *err)
{
    const unsigned char *b = bytes;
    if (size < 10 || memcmp(b, "\x93NUMPY", 6) != 0)
        return error_set(err, -EINVAL, "npy: it does not begin as a .npy file");
    if (b[6] != 1 && b[6] != 2)
        return error_set(err, -EINVAL, "npy: format version %d; only 1 and 2 are taken", b[6]);
    size_t start = b[6] == 1 ? 10 : 12;
    if (size < start)
        return error_set(err, -EINVAL, "npy: it ends inside its header");
    size_t length = b[8] | (size_t)b[9] << 8;
    if (b[6] == 2)
        length |= (size_t)b[10] << 16 | (size_t)b[11] << 24;
    if (length > size - start)
        return error_set(err, -EINVAL, "npy: it ends inside its header");

    struct npy npy = {0};
    struct text text = {(const char *)b + start, (const char *)b + start + length};
    int r = parse_header(&text, &npy, err);
    if (r == 0)
        r = check_size(&npy, size - start - length, err);
    if (r < 0)
        return r;
    npy.data = b + start + length;
    *ret = npy;
    return 0;
}

/* Integer at `at`, sign-extended; *ret_big if an unsigned one does not fit. */
static int64_t read_integer(const struct npy *npy, const unsigned char *at, bool *ret_big)
{
    uint64_t bits = 0;
    for (int i = 0; i < npy->width; i++)
        bits |= (uint64_t)at[i] << (8 * i);
    int shift = 64 - 8 * npy->width;
    if (npy->type == 'i')
        return (int64_t)(bits << shift) >> shift;
    *ret_big = bits > INT64_MAX;
    return (int64_t)bits;
}

static double read_float(const struct npy *npy, const unsigned char *at)
{
    if (npy->width == 8) {
        double number;
        memcpy(&number, at, sizeof number);
        return number;
    }
    float number;
    memcpy(&number, at, sizeof number);
    return (double)number;
}

static int append_one(const struct npy *npy, const unsigned char *at, struct cells *cells,
                      struct error *err)
{
    bool big = false;
    if (npy->type == 'b') {
        if (*at > 1)
            return error_set(err, -EINVAL, "npy: a bool that is neither 0 nor 1");
        return cells_add_bool(cells, *at == 1);
    }
    if (npy->type == 'f')
        return cells_add_float(cells, read_float(npy, at));
    int64_t number = read_integer(npy, at, &big);
    if (big)
        return error_set(err, -EINVAL, "npy: an integer beyond 64 bits signed");
    return cells->elem == ELEM_INT ? cells_add_int(cells, number)
                                   : cells_add_float(cells, (double)number);
}

int npy_append(const struct npy *npy, struct cells *cells, struct error *err)
{
    bool integer = npy->type == 'i' || npy->type == 'u';
    bool fits = (cells->elem == ELEM_INT && integer) ||
                (cells->elem == ELEM_FLOAT && (integer || npy->type == 'f')) ||
                (cells->elem == ELEM_BOOL && npy->type == 'b');
    if (!fits)
        return error_set(err, -EINVAL, "npy: elements of type '%c%d' where %s is declared",
                         npy->type, npy->width, elem_name(cells->elem));
    for (int64_t i = 0; i < npy->n; i++) {
        int r = append_one(npy, npy->data + i * npy->width, cells, err);
        if (r < 0)
            return r == -ENOMEM ? error_oom(err) : r;
    }
    return 0;
}
