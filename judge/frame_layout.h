/* The bytes of a frame as C structs (FRAME.md).  For the reader and the writer only. */
#ifndef MLJUDGE_FRAME_LAYOUT_H
#define MLJUDGE_FRAME_LAYOUT_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_MAGIC         "MLJF"
#define FRAME_FLAG_NULLABLE 0x01
#define FRAME_FLAG_EXTERNAL 0x02 /* csv: data_off is a descriptor number */
#define FRAME_FDS_MAX       1024 /* an external descriptor number is below this */

struct frame_header {
    char magic[4];
    uint16_t version;
    uint16_t kind;
    uint32_t n_items;
    uint32_t zero_12;
    uint64_t total_bytes;
    uint64_t zero_24;
};

struct frame_descriptor {
    uint8_t kind;
    uint8_t elem;
    uint8_t flags;
    uint8_t rank;
    uint32_t n_columns;
    int64_t dims[4];
    int64_t n;
    uint64_t data_off;
    uint64_t bytes_off;
    uint64_t bytes_len;
    uint64_t valid_off;
    uint64_t rows_off;
    uint64_t zero_88;
};

static_assert(sizeof(struct frame_header) == 32, "FRAME.md: header of 32 bytes");
static_assert(sizeof(struct frame_descriptor) == 96, "FRAME.md: descriptors of 96 bytes");
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "frames are little-endian");
static_assert(sizeof(double) == 8 && sizeof(size_t) == 8, "64-bit machines only");

#endif
