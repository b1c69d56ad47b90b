/* Frames: what is written is read back, every broken byte is refused, values are checked against fields. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/frame.h"
#include "judge/frame_layout.h"
#include "sandbox/util.h"

/* ---- values of our own making ---- */

#define INTS(...)     \
    (const int64_t[]) \
    {                 \
        __VA_ARGS__   \
    }
#define FLOATS(...)  \
    (const double[]) \
    {                \
        __VA_ARGS__  \
    }
#define BYTES(...)    \
    (const uint8_t[]) \
    {                 \
        __VA_ARGS__   \
    }

static struct value scalar(enum elem elem, const void *data)
{
    return (struct value){.kind = KIND_SCALAR, .elem = elem, .n = 1, .data = data};
}

static struct value array1(enum elem elem, int64_t n, const void *data)
{
    return (struct value){
        .kind = KIND_ARRAY, .elem = elem, .rank = 1, .dims = {n}, .n = n, .data = data};
}

static struct value array2(enum elem elem, int64_t rows, int64_t columns, const void *data)
{
    return (struct value){.kind = KIND_ARRAY,
                          .elem = elem,
                          .rank = 2,
                          .dims = {rows, columns},
                          .n = rows * columns,
                          .data = data};
}

static struct value string(const char *text, size_t length, const int64_t offsets[2])
{
    return (struct value){.kind = KIND_SCALAR,
                          .elem = ELEM_STR,
                          .n = 1,
                          .data = offsets,
                          .bytes = text,
                          .n_bytes = length};
}

static struct value null_mask(struct value value, const uint8_t *valid)
{
    value.nullable = true;
    value.valid = valid;
    return value;
}

/* ---- reading and writing ---- */

static void test_frame_gives_back_what_was_written(void **state)
{
    (void)state;
    struct value columns[2] = {
        {.kind = KIND_ARRAY,
         .elem = ELEM_STR,
         .rank = 1,
         .dims = {3},
         .n = 3,
         .data = INTS(0, 1, 1, 4),
         .bytes = "abcd",
         .n_bytes = 4},
        null_mask(array1(ELEM_FLOAT, 3, FLOATS(1.5, 0, -2)), BYTES(1, 0, 1)),
    };
    const struct value values[] = {
        scalar(ELEM_INT, INTS(INT64_MIN)),
        array2(ELEM_FLOAT, 2, 3, FLOATS(1, 2, 3, 4, 5, INFINITY)),
        {.kind = KIND_RAGGED,
         .elem = ELEM_BOOL,
         .rank = 1,
         .dims = {3},
         .n = 3,
         .data = BYTES(1, 0, 1),
         .row_offsets = INTS(0, 2, 2, 3)},
        {.kind = KIND_TABLE, .rank = 1, .dims = {3}, .columns = columns, .n_columns = 2},
        {.kind = KIND_CSV, .bytes = "a,b\n", .n_bytes = 4},
        array2(ELEM_FLOAT, 0, 5, NULL),
        array1(ELEM_STR, 0, NULL),
    };
    void *bytes;
    size_t size;
    assert_int_equal(frame_build(FRAME_ARGS, values, ARRAY_LEN(values), &bytes, &size, NULL), 0);
    struct frame frame;
    struct error err = ERROR_INIT;
    if (frame_parse(bytes, size, &frame, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(frame.kind, FRAME_ARGS);
    assert_int_equal(frame.n_values, ARRAY_LEN(values));
    const struct value *v = frame.values;
    assert_true(value_int(&v[0], 0) == INT64_MIN);
    assert_int_equal(v[1].dims[1], 3);
    assert_true(isinf(value_float(&v[1], 5)));
    assert_true(value_bool(&v[2], 2));
    assert_int_equal(v[2].row_offsets[1], 2);
    assert_int_equal(v[3].n_columns, 2);
    size_t length;
    const char *text = value_str(&v[3].columns[0], 2, &length);
    assert_int_equal(length, 3);
    assert_memory_equal(text, "bcd", 3);
    assert_true(value_is_null(&v[3].columns[1], 1));
    assert_false(value_is_null(&v[3].columns[1], 2));
    assert_int_equal(v[4].n_bytes, 4);
    assert_int_equal(v[5].dims[1], 5);
    assert_int_equal(v[6].n, 0);
    assert_int_equal((uintptr_t)v[1].data % 64, (uintptr_t)bytes % 64);

    /* Written again from the views it is the same, byte by byte. */
    void *again;
    size_t again_size;
    assert_int_equal(frame_build(FRAME_ARGS, v, frame.n_values, &again, &again_size, NULL), 0);
    assert_int_equal(again_size, size);
    assert_memory_equal(again, bytes, size);
    free(again);
    frame_done(&frame);
    free(bytes);
}

static void test_frame_without_items(void **state)
{
    (void)state;
    void *bytes;
    size_t size;
    assert_int_equal(frame_build(FRAME_RESULT, NULL, 0, &bytes, &size, NULL), 0);
    assert_int_equal(size, 32);
    struct frame frame;
    assert_int_equal(frame_parse(bytes, size, &frame, NULL), 0);
    assert_int_equal(frame.n_values, 0);
    frame_done(&frame);
    free(bytes);
}

static void test_frame_external_csv_in_arguments_only(void **state)
{
    (void)state;
    const struct value value = {.kind = KIND_CSV, .external_fd = 16};
    static const enum frame_kind kinds[] = {FRAME_ARGS, FRAME_RESULT, FRAME_FAULT};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        void *bytes;
        size_t size;
        assert_int_equal(frame_build(kinds[i], &value, 1, &bytes, &size, NULL), 0);
        struct frame frame;
        int r = frame_parse(bytes, size, &frame, NULL);
        assert_int_equal(r, kinds[i] == FRAME_ARGS ? 0 : -EBADMSG);
        if (r == 0) {
            assert_int_equal(frame.values[0].external_fd, 16);
            assert_int_equal(frame.values[0].n_bytes, 0);
            struct field field = {.name = "f", .type = {.kind = KIND_CSV}};
            struct dims dims = {0};
            assert_int_equal(values_check(&field, 1, frame.values, 1, &dims, "argument", NULL),
                             -EBADMSG);
            frame_done(&frame);
        }
        free(bytes);
    }
}

/* One frame with a descriptor of every kind; a case changes one of its fields. */
#define D(item, field) (32 + 96 * (item) + offsetof(struct frame_descriptor, field))
#define DIM(item, i)   (D(item, dims) + 8 * (size_t)(i))
enum { I_FLOATS, I_STRS, I_RAGGED, I_TABLE, I_COLUMN, I_CSV, I_SCALAR };

static void *whole_frame(size_t *ret_size)
{
    struct value column = null_mask(array1(ELEM_INT, 2, INTS(7, 0)), BYTES(1, 0));
    const struct value values[] = {
        array2(ELEM_FLOAT, 2, 2, FLOATS(1, 2, 3, 4)),
        {.kind = KIND_ARRAY,
         .elem = ELEM_STR,
         .rank = 1,
         .dims = {2},
         .n = 2,
         .data = INTS(0, 1, 3),
         .bytes = "abc",
         .n_bytes = 3},
        {.kind = KIND_RAGGED,
         .elem = ELEM_INT,
         .rank = 1,
         .dims = {2},
         .n = 3,
         .data = INTS(1, 2, 3),
         .row_offsets = INTS(0, 1, 3)},
        {.kind = KIND_TABLE, .rank = 1, .dims = {2}, .columns = &column, .n_columns = 1},
        {.kind = KIND_CSV, .bytes = "x\n", .n_bytes = 2},
        scalar(ELEM_BOOL, BYTES(1)),
    };
    void *bytes;
    assert_int_equal(frame_build(FRAME_RESULT, values, ARRAY_LEN(values), &bytes, ret_size, NULL),
                     0);
    return bytes;
}

/* A block's offset in the whole frame. */
static uint64_t offset_at(const unsigned char *bytes, size_t at)
{
    uint64_t off;
    memcpy(&off, bytes + at, sizeof off);
    return off;
}

static void expect_bad(const void *bytes, size_t size, const char *says, size_t number)
{
    /* A buffer of exactly that size: the sanitizer sees every read beyond it. */
    void *exact = NULL;
    assert_int_equal(posix_memalign(&exact, 64, size ? size : 1), 0);
    memcpy(exact, bytes, size);
    struct frame frame = {0};
    struct error err = ERROR_INIT;
    int r = frame_parse(exact, size, &frame, &err);
    free(exact);
    if (r != -EBADMSG)
        fail_msg("case %zu ('%s') gave %d", number, says, r);
    if (!strstr(err.text, says))
        fail_msg("case %zu: '%s' does not say '%s'", number, err.text, says);
    assert_null(frame.values);
}

static void test_frame_refuses_every_broken_field(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        int width;
        uint64_t value;
        const char *says;
    } cases[] = {
        {0, 1, 'm', "does not begin"},
        {4, 2, 2, "version 2"},
        {6, 2, 0, "unknown kind"},
        {6, 2, 4, "unknown kind"},
        {8, 4, 65537, "at most 65536"},
        {8, 4, UINT32_MAX, "at most 65536"},
        {8, 4, 65536, "inside its descriptors"},
        {8, 4, 8, ""},
        {8, 4, 6, ""},
        {12, 4, 1, "reserved"},
        {16, 8, 0, "says it has 0"},
        {16, 8, UINT64_MAX, "says it has"},
        {24, 8, 1, "reserved"},
        {D(I_FLOATS, kind), 1, 5, "unknown kind"},
        {D(I_FLOATS, kind), 1, KIND_SCALAR, "rank"},
        {D(I_FLOATS, kind), 1, KIND_TABLE, "element"},
        {D(I_FLOATS, elem), 1, 0, "element"},
        {D(I_FLOATS, elem), 1, 5, "element"},
        {D(I_FLOATS, flags), 1, 2, "flags"},
        {D(I_FLOATS, flags), 1, 4, "flags"},
        {D(I_FLOATS, flags), 1, 1, "valid block missing"},
        {D(I_FLOATS, rank), 1, 0, "rank"},
        {D(I_FLOATS, rank), 1, 5, "rank"},
        {D(I_FLOATS, rank), 1, 1, "dimension 1"},
        {D(I_FLOATS, rank), 1, 3, "n = 4 is not"},
        {D(I_FLOATS, n_columns), 4, 1, "columns do not fit"},
        {DIM(I_FLOATS, 0), 8, (uint64_t)-1, "dimension 0 is -1"},
        {DIM(I_FLOATS, 0), 8, 3, "not the product"},
        {DIM(I_FLOATS, 0), 8, INT64_MAX, "overflows"},
        {DIM(I_FLOATS, 2), 8, 1, "dimension 2"},
        {D(I_FLOATS, n), 8, 5, "not the product"},
        {D(I_FLOATS, n), 8, (uint64_t)-4, "not the product"},
        {D(I_FLOATS, data_off), 8, 0, "data block missing"},
        {D(I_FLOATS, data_off), 8, 64, "overlaps"},
        {D(I_FLOATS, data_off), 8, 8, "not aligned"},
        {D(I_FLOATS, data_off), 8, UINT64_MAX - 63, "outside"},
        {D(I_FLOATS, data_off), 8, 1u << 20, "outside"},
        {D(I_FLOATS, bytes_off), 8, 64, "not str"},
        {D(I_FLOATS, bytes_len), 8, 1, "not str"},
        {D(I_FLOATS, valid_off), 8, 64, "not nullable"},
        {D(I_FLOATS, rows_off), 8, 64, "not ragged"},
        {D(I_FLOATS, zero_88), 8, 1, "reserved"},
        {D(I_STRS, bytes_len), 8, 2, "end where"},
        {D(I_STRS, bytes_len), 8, UINT64_MAX, "larger than the frame"},
        {D(I_STRS, bytes_off), 8, 0, "bytes block missing"},
        {D(I_STRS, data_off), 8, 0, "data block missing"},
        {D(I_RAGGED, rank), 1, 2, "rank"},
        {D(I_RAGGED, n), 8, (uint64_t)-1, "not the product"},
        {D(I_RAGGED, n), 8, UINT64_C(1) << 61, "larger than the frame"},
        {D(I_RAGGED, n), 8, INT64_MAX, "larger than the frame"},
        {DIM(I_RAGGED, 0), 8, INT64_MAX, "larger than the frame"},
        {DIM(I_RAGGED, 0), 8, INT64_MAX - 1, "larger than the frame"},
        {D(I_RAGGED, rows_off), 8, 0, "rows block missing"},
        {D(I_TABLE, elem), 1, 1, "element"},
        {D(I_TABLE, flags), 1, 1, "flags"},
        {D(I_TABLE, rank), 1, 0, "rank"},
        {D(I_TABLE, n), 8, 2, "not the product"},
        {D(I_TABLE, n_columns), 4, 0, "columns do not fit"},
        {D(I_TABLE, n_columns), 4, 2, "not a column"},
        {D(I_TABLE, n_columns), 4, 4, "items follow"},
        {D(I_TABLE, n_columns), 4, UINT32_MAX, "items follow"},
        {DIM(I_TABLE, 0), 8, 3, "not a column of 3 rows"},
        {D(I_TABLE, data_off), 8, 1024, "block of its own"},
        {D(I_COLUMN, valid_off), 8, 0, "valid block missing"},
        {D(I_COLUMN, flags), 1, 0, "not nullable"},
        {D(I_CSV, elem), 1, 1, "element"},
        {D(I_CSV, flags), 1, 1, "flags"},
        {D(I_CSV, flags), 1, 2, "outside of arguments"},
        {D(I_CSV, bytes_len), 8, 1u << 20, "larger than the frame"},
        {D(I_CSV, bytes_len), 8, UINT64_MAX, "larger than the frame"},
        {D(I_CSV, rows_off), 8, 64, "valid or rows"},
        {D(I_CSV, data_off), 8, 64, "data block"},
        {D(I_SCALAR, n), 8, 0, "not the product"},
        {D(I_SCALAR, data_off), 8, 0, "data block missing"},
    };
    size_t size;
    auto_free unsigned char *good = whole_frame(&size);
    auto_free unsigned char *bytes = malloc(size);
    assert_non_null(bytes);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        memcpy(bytes, good, size);
        memcpy(bytes + cases[i].at, &cases[i].value, (size_t)cases[i].width);
        expect_bad(bytes, size, cases[i].says, i);
    }
}

static void test_frame_refuses_broken_contents(void **state)
{
    (void)state;
    size_t size;
    auto_free unsigned char *good = whole_frame(&size);
    const struct {
        size_t at;
        unsigned char value;
        const char *says;
    } cases[] = {
        {offset_at(good, D(I_STRS, data_off)), 1, "begin with 0"},
        {offset_at(good, D(I_STRS, data_off)) + 8, 4, "decreases"},
        {offset_at(good, D(I_STRS, data_off)) + 16, 4, "end where"},
        {offset_at(good, D(I_STRS, data_off)) + 23, 0x80, "decreases"},
        {offset_at(good, D(I_RAGGED, rows_off)), 1, "begin with 0"},
        {offset_at(good, D(I_RAGGED, rows_off)) + 16, 2, "end where"},
        {offset_at(good, D(I_COLUMN, valid_off)), 2, "neither 0 nor 1"},
        {offset_at(good, D(I_FLOATS, data_off)) - 1, 1, "not 0"},
        {offset_at(good, D(I_STRS, bytes_off)) + 3, 1, "not 0"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        unsigned char kept = good[cases[i].at];
        good[cases[i].at] = cases[i].value;
        expect_bad(good, size, cases[i].says, i);
        good[cases[i].at] = kept;
    }
}

static void test_frame_refuses_every_other_length(void **state)
{
    (void)state;
    size_t size;
    auto_free unsigned char *good = whole_frame(&size);
    for (size_t length = 0; length < size; length++) {
        uint64_t says = length;
        expect_bad(good, length, "", length);
        if (length < 32)
            continue;
        /* Also when the header agrees with the truncation. */
        memcpy(good + 16, &says, 8);
        expect_bad(good, length, "", length);
        says = size;
        memcpy(good + 16, &says, 8);
    }
    auto_free unsigned char *longer = calloc(1, size + 64);
    assert_non_null(longer);
    memcpy(longer, good, size);
    uint64_t says = size + 64;
    memcpy(longer + 16, &says, 8);
    expect_bad(longer, size + 64, "behind its last block", 0);
}

/* ---- faults ---- */

static void test_frame_fault(void **state)
{
    (void)state;
    char longest[700];
    memset(longest, 'x', sizeof longest);
    const struct value values[] = {
        scalar(ELEM_INT, INTS(FAULT_EXCEPTION)),
        string("Value\0Error", 11, INTS(0, 11)),
        string(longest, sizeof longest, INTS(0, sizeof longest)),
        scalar(ELEM_INT, INTS(INT64_C(1) << 40)),
    };
    void *bytes;
    size_t size;
    assert_int_equal(frame_build(FRAME_FAULT, values, 4, &bytes, &size, NULL), 0);
    struct frame frame;
    assert_int_equal(frame_parse(bytes, size, &frame, NULL), 0);
    struct fault fault;
    assert_int_equal(frame_fault(&frame, &fault, NULL), 0);
    assert_int_equal(fault.code, FAULT_EXCEPTION);
    assert_string_equal(fault.kind, "Value?Error");
    assert_int_equal(strlen(fault.message), 511);
    assert_int_equal(fault.line, 0);

    frame.n_values = 3;
    assert_int_equal(frame_fault(&frame, &fault, NULL), -EBADMSG);
    frame.n_values = 4;
    frame.values[0].data = INTS(9);
    assert_int_equal(frame_fault(&frame, &fault, NULL), -EBADMSG);
    frame.values[0].data = INTS(0);
    assert_int_equal(frame_fault(&frame, &fault, NULL), -EBADMSG);
    frame.values[0] = array1(ELEM_INT, 1, INTS(1));
    assert_int_equal(frame_fault(&frame, &fault, NULL), -EBADMSG);
    frame.values[0] = scalar(ELEM_FLOAT, FLOATS(1));
    assert_int_equal(frame_fault(&frame, &fault, NULL), -EBADMSG);
    frame_done(&frame);
    free(bytes);
}

/* ---- values against fields ---- */

struct check_case {
    const char *type;
    struct value value;
    const char *says; /* NULL = good */
};

static void run_check(const struct check_case *c)
{
    struct field field = {.name = "x"};
    assert_int_equal(type_parse(c->type, &field.type, NULL), 0);
    struct dims dims = {.bound = {{"d", 2}, {"m", 3}, {"zero", 0}}, .n = 3};
    struct error err = ERROR_INIT;
    int r = values_check(&field, 1, &c->value, 1, &dims, "argument", &err);
    if (r != (c->says ? -EBADMSG : 0))
        fail_msg("%s: %d %s", c->type, r, err.text);
    if (c->says)
        assert_string_equal(err.text, c->says);
    type_done(&field.type);
}

static void test_values_check_types_and_shapes(void **state)
{
    (void)state;
    struct value row = array1(ELEM_INT, 2, INTS(1, 2));
    const struct value empty = array1(ELEM_FLOAT, 0, NULL);
    const struct value ragged = {.kind = KIND_RAGGED,
                                 .elem = ELEM_INT,
                                 .rank = 1,
                                 .dims = {2},
                                 .n = 3,
                                 .data = INTS(1, 2, 3),
                                 .row_offsets = INTS(0, 1, 3)};
    const struct value table = {
        .kind = KIND_TABLE, .rank = 1, .dims = {2}, .columns = &row, .n_columns = 1};
    const struct check_case cases[] = {
        {"int", scalar(ELEM_INT, INTS(3)), NULL},
        {"float", scalar(ELEM_INT, INTS(3)), "argument x: int where float is declared"},
        {"int", scalar(ELEM_FLOAT, FLOATS(3)), "argument x: float where int is declared"},
        {"int", scalar(ELEM_BOOL, BYTES(1)), "argument x: bool where int is declared"},
        {"int", row, "argument x: int array of shape (2,) where int is declared"},
        {"int[d]", scalar(ELEM_INT, INTS(3)), "argument x: int where int[d] is declared"},
        {"int[d]", row, NULL},
        {"int[n]", row, NULL},
        {"int[*]", row, NULL},
        {"int[2]", row, NULL},
        {"int[3]", row, "argument x: 2 elements where 3 are declared"},
        {"int[m]", row, "argument x: 2 elements where m = 3"},
        {"int[n,d]", row, "argument x: int array of shape (2,) where int[n,d] is declared"},
        {"float[n,d]", array2(ELEM_FLOAT, 2, 2, FLOATS(1, 2, 3, 4)), NULL},
        {"float[n,d]", array2(ELEM_FLOAT, 1, 3, FLOATS(1, 2, 3)),
         "argument x: 3 columns where d = 2"},
        {"float[d,*]", array2(ELEM_FLOAT, 1, 3, FLOATS(1, 2, 3)), "argument x: 1 rows where d = 2"},
        {"float[n,n]", array2(ELEM_FLOAT, 1, 2, FLOATS(1, 2)), "argument x: 2 columns where n = 1"},
        {"float[n,d]", array2(ELEM_FLOAT, 0, 2, NULL), NULL},
        {"float[n,d]", array2(ELEM_FLOAT, 0, 3, NULL), "argument x: 3 columns where d = 2"},
        {"float[n,d]", empty, NULL},
        {"float[zero,d]", empty, NULL},
        {"float[m,zero]", empty, NULL},
        {"float[m,*]", empty, NULL},
        {"float[m,d]", empty, "argument x: no elements where shape (3, 2) is needed"},
        {"float[m]", empty, "argument x: no elements where shape (3) is needed"},
        {"float[3,d]", empty, "argument x: no elements where shape (3, 2) is needed"},
        {"int[n,d]", empty, "argument x: float array of shape (0,) where int[n,d] is declared"},
        {"int[d][*]", ragged, NULL},
        {"int[m][*]", ragged, "argument x: 2 rows where m = 3"},
        {"int[n,d]", ragged, "argument x: int array of 2 ragged rows where int[n,d] is declared"},
        {"int[n][*]", row, "argument x: int array of shape (2,) where int[n][*] is declared"},
        {"table{a:int}", table, NULL},
        {"table{a:float}", table, "argument x, column a: int where float is declared"},
        {"table{a:int,b:int}", table, "argument x: 1 columns where 2 are declared"},
        {"int[d]", table, "argument x: table of 2 rows and 1 columns where int[d] is declared"},
        {"csv", row, "argument x: int array of shape (2,) where csv is declared"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        run_check(&cases[i]);
}

static void test_values_check_elements(void **state)
{
    (void)state;
    struct value column = null_mask(array1(ELEM_INT, 2, INTS(1, 2)), BYTES(1, 0));
    const struct value table = {
        .kind = KIND_TABLE, .rank = 1, .dims = {2}, .columns = &column, .n_columns = 1};
    const struct value masked = null_mask(array2(ELEM_INT, 1, 2, INTS(1, 0)), BYTES(1, 0));
    const struct value words = {.kind = KIND_ARRAY,
                                .elem = ELEM_STR,
                                .rank = 1,
                                .dims = {2},
                                .n = 2,
                                .data = INTS(0, 2, 4),
                                .bytes = "abcd",
                                .n_bytes = 4};
    const struct check_case cases[] = {
        {"int?[n,d]", masked, NULL},
        {"int[n,d]", masked, "argument x: NULL at [0][1] where int is declared"},
        {"int[n,d]", null_mask(array2(ELEM_INT, 1, 2, INTS(1, 0)), BYTES(1, 1)), NULL},
        {"int?[n,d]", array2(ELEM_INT, 1, 2, INTS(1, 0)), NULL},
        {"float", null_mask(scalar(ELEM_FLOAT, FLOATS(0)), BYTES(0)),
         "argument x: NULL where float is declared"},
        {"float?", null_mask(scalar(ELEM_FLOAT, FLOATS(0)), BYTES(0)), NULL},
        {"table{a:int?}", table, NULL},
        {"table{a:int}", table, "argument x, column a: NULL at [1] where int is declared"},
        {"bool[*]", array1(ELEM_BOOL, 2, BYTES(1, 0)), NULL},
        {"bool[*]", array1(ELEM_BOOL, 2, BYTES(1, 2)),
         "argument x: [1] is a bool that is neither 0 nor 1"},
        {"str", string("h\xc3\xa9", 3, INTS(0, 3)), NULL},
        {"str", string("a\0b", 3, INTS(0, 3)), "argument x: \"a\\x00b\" is not UTF-8 without NUL"},
        {"str", string("\xff", 1, INTS(0, 1)), "argument x: \"\\xff\" is not UTF-8 without NUL"},
        {"str", string("\xed\xa0\x80", 3, INTS(0, 3)),
         "argument x: \"\\xed\\xa0\\x80\" is not UTF-8 without NUL"},
        {"str", string("12345678\0", 9, INTS(0, 9)),
         "argument x: \"12345678\\x00\" is not UTF-8 without NUL"},
        {"str", string("1234567\0", 8, INTS(0, 8)),
         "argument x: \"1234567\\x00\" is not UTF-8 without NUL"},
        {"str", string("1234567\xc3", 8, INTS(0, 8)),
         "argument x: \"1234567\\xc3\" is not UTF-8 without NUL"},
        {"str in {ab,cd}", string("cd", 2, INTS(0, 2)), NULL},
        {"str in {ab,cd}", string("c", 1, INTS(0, 1)),
         "argument x: \"c\" is none of the legal values"},
        {"str in {ab,cd}", string("", 0, INTS(0, 0)),
         "argument x: \"\" is none of the legal values"},
        {"str[n] in {ab,cd}", words, NULL},
        {"str[n] in {ab}", words, "argument x: [1] \"cd\" is none of the legal values"},
        {"str? in {ab}", null_mask(string("", 0, INTS(0, 0)), BYTES(0)), NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        run_check(&cases[i]);
}

static void test_values_check_binds_names_across_values(void **state)
{
    (void)state;
    struct field args[4] = {{.name = "X"}, {.name = "k"}, {.name = "Y"}, {.name = "w"}};
    static const char *const types[] = {"float[n,d]", "int", "float[m,d]", "float[k]"};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(type_parse(types[i], &args[i].type, NULL), 0);
    struct field result = {.name = ""};
    assert_int_equal(type_parse("int[m]", &result.type, NULL), 0);

    /* X is [] and takes d from Y; w has as many elements as k says. */
    struct value values[] = {
        array1(ELEM_FLOAT, 0, NULL),
        scalar(ELEM_INT, INTS(2)),
        array2(ELEM_FLOAT, 1, 3, FLOATS(1, 2, 3)),
        array1(ELEM_FLOAT, 2, FLOATS(1, 2)),
    };
    struct dims dims = {0};
    struct error err = ERROR_INIT;
    assert_int_equal(values_check(args, 4, values, 4, &dims, "argument", &err), 0);
    values_resolve(args, values, 4, &dims);
    assert_int_equal(values[0].rank, 2);
    assert_int_equal(values[0].dims[0], 0);
    assert_int_equal(values[0].dims[1], 3);

    struct value got = array1(ELEM_INT, 2, INTS(1, 2));
    assert_int_equal(values_check(&result, 1, &got, 1, &dims, "return", &err), -EBADMSG);
    assert_string_equal(err.text, "return: 2 elements where m = 1");
    struct value right = array1(ELEM_INT, 1, INTS(1));
    assert_int_equal(values_check(&result, 1, &right, 1, &dims, "return", NULL), 0);

    /* The wrong value is named, and its index is given. */
    values[0] = array1(ELEM_FLOAT, 0, NULL);
    values[3] = array1(ELEM_FLOAT, 1, FLOATS(1));
    dims = (struct dims){0};
    err = ERROR_INIT;
    size_t field;
    assert_int_equal(values_check_field(args, 4, values, 4, &dims, "argument", &field, &err),
                     -EBADMSG);
    assert_int_equal(field, 3);
    assert_string_equal(err.text, "argument w: 1 elements where k = 2");
    err = ERROR_INIT;
    assert_int_equal(values_check_field(args, 4, values, 3, &dims, "argument", &field, &err),
                     -EBADMSG);
    assert_string_equal(err.text, "3 arguments where 4 are declared");
    for (size_t i = 0; i < 4; i++)
        type_done(&args[i].type);
    type_done(&result.type);
}

/* An int among the returns that bears a dimension's name says nothing about that dimension. */
static void test_values_check_int_returns_bind_nothing(void **state)
{
    (void)state;
    struct field arg = {.name = "k"}, returns[2] = {{.name = "k"}, {.name = "top"}};
    assert_int_equal(type_parse("int", &arg.type, NULL), 0);
    assert_int_equal(type_parse("int", &returns[0].type, NULL), 0);
    assert_int_equal(type_parse("int[k]", &returns[1].type, NULL), 0);
    struct dims dims = {0};
    const struct value k = scalar(ELEM_INT, INTS(2));
    assert_int_equal(values_check(&arg, 1, &k, 1, &dims, "argument", NULL), 0);
    const struct value got[] = {scalar(ELEM_INT, INTS(9)), array1(ELEM_INT, 2, INTS(1, 2))};
    assert_int_equal(values_check(returns, 2, got, 2, &dims, "return", NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frame_gives_back_what_was_written),
        cmocka_unit_test(test_frame_without_items),
        cmocka_unit_test(test_frame_external_csv_in_arguments_only),
        cmocka_unit_test(test_frame_refuses_every_broken_field),
        cmocka_unit_test(test_frame_refuses_broken_contents),
        cmocka_unit_test(test_frame_refuses_every_other_length),
        cmocka_unit_test(test_frame_fault),
        cmocka_unit_test(test_values_check_types_and_shapes),
        cmocka_unit_test(test_values_check_elements),
        cmocka_unit_test(test_values_check_binds_names_across_values),
        cmocka_unit_test(test_values_check_int_returns_bind_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
