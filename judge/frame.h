/* The neutral binary encoding of arguments and results (FRAME.md), and views of values in it.
 *
 * A frame is one block of bytes; a `struct value` is a view into it and owns nothing but its column
 * array.  frame_parse() trusts no byte: everything is bounded and checked before a view exists. */
#ifndef MLJUDGE_FRAME_H
#define MLJUDGE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "judge/type.h"
#include "sandbox/error.h"

#define FRAME_VERSION   1
#define FRAME_ALIGN     64
#define FRAME_MAX_ITEMS 65536

enum frame_kind { FRAME_ARGS = 1, FRAME_RESULT = 2, FRAME_FAULT = 3 };

/* What a harness says instead of a result.  Every code only ever worsens a verdict. */
enum fault_code {
    FAULT_SYNTAX = 1,    /* does not parse -> CE */
    FAULT_NO_ENTRY = 2,  /* the function is not there -> CE */
    FAULT_LOAD = 3,      /* does not load or link -> CE */
    FAULT_ARITY = 4,     /* takes another number of arguments -> RTE */
    FAULT_EXCEPTION = 5, /* an exception left it -> RTE */
    FAULT_TYPE = 6,      /* what it returned has another type or shape -> WA */
    FAULT_MEMORY = 7,    /* MemoryError, bad_alloc -> MLE near the limit, else RTE */
    FAULT_EXIT = 8,      /* it left the process (sys.exit, ...) -> RTE */
};

struct value {
    enum kind kind;
    enum elem elem;
    bool nullable;
    int rank;
    int64_t dims[TYPE_MAX_RANK]; /* RAGGED, TABLE: dims[0] = rows */
    int64_t n;                   /* elements in data (RAGGED: of all rows); TABLE, CSV: 0 */
    const void *data;            /* int64_t / double / uint8_t [n]; STR: int64_t offsets[n + 1] */
    const char *bytes;           /* STR: characters; CSV: the file */
    size_t n_bytes;
    const uint8_t *valid;       /* [n]: 0 = NULL; NULL pointer if not nullable */
    const int64_t *row_offsets; /* RAGGED: [dims[0] + 1], from 0 to n */
    struct value *columns;      /* TABLE: each an ARRAY of rank 1 and n = dims[0] */
    size_t n_columns;
    int external_fd; /* CSV in an arguments frame for a box: the descriptor there that
                                  * holds the file (bytes is NULL then); 0 = the bytes are here */
};

struct frame {
    enum frame_kind kind;
    struct value *values; /* top level items, owned */
    size_t n_values;
    struct value *storage; /* all descriptors, owned (values and columns point into it) */
};

struct fault {
    enum fault_code code;
    char kind[64];     /* "ValueError"; hostile text */
    char message[512]; /* hostile text */
    int line;          /* of the submitted file; 0 = unknown */
};

/* Parses a frame of exactly `size` bytes.  `bytes` is borrowed and must stay mapped as long as the
 * views are used; it must be 8-byte aligned.  Hostile input gives -EBADMSG and a sentence.
 * Only FRAME_ARGS frames may hold external csv items (external_fd); values_check() refuses them.
 * The contents of elements (bools, UTF-8) are values_check()'s work. */
int frame_parse(const void *bytes, size_t size, struct frame *ret, struct error *err);
void frame_done(struct frame *frame);

/* Reads the fault out of a FRAME_FAULT frame; text is cut to fit. */
int frame_fault(const struct frame *frame, struct fault *ret, struct error *err);

/* Builds a frame from values (any memory).  *ret is malloc'ed (64-byte aligned), the caller frees it. */
int frame_build(enum frame_kind kind, const struct value *values, size_t n_values, void **ret,
                size_t *ret_size, struct error *err);

/* Writes a whole frame to a file of frames, each padded with zeros to FRAME_ALIGN. */
int frame_append(int fd, const void *bytes, size_t size, struct error *err);

/* Dimension names bound so far in one call. */
struct dim_binding {
    char name[TYPE_NAME_MAX + 1];
    int64_t size;
};
#define DIMS_MAX 32
struct dims {
    struct dim_binding bound[DIMS_MAX];
    size_t n;
};

/* Checks values against fields: kind, element, rank, dimensions (binding names in *dims; names that are
 * int arguments have that argument's value), NULL only where nullable, legal strings, UTF-8 without NUL,
 * bools 0 or 1.  `[]` (rank 1, no elements, whatever rank is declared) binds nothing; after all values
 * unbound names are 0.  -EBADMSG with a sentence such as "argument X_test: 3 columns where d = 2".
 * `what` ("argument", "return") begins the sentence.
 * A zeroed *dims takes the arguments first, the same *dims then the returns (expected or got). */
int values_check(const struct field *fields, size_t n_fields, const struct value *values,
                 size_t n_values, struct dims *dims, const char *what, struct error *err);

/* The same, and *ret_field is the index of the field at fault (n_fields: the count is wrong). */
int values_check_field(const struct field *fields, size_t n_fields, const struct value *values,
                       size_t n_values, struct dims *dims, const char *what, size_t *ret_field,
                       struct error *err);

/* After values_check(): gives each `[]` its declared rank and its dimensions out of *dims (`*` is 0). */
void values_resolve(const struct field *fields, struct value *values, size_t n_values,
                    const struct dims *dims);

/* int64 / float / bool / str access for the small cases. */
int64_t value_int(const struct value *value, int64_t i);
double value_float(const struct value *value, int64_t i);
bool value_bool(const struct value *value, int64_t i);
const char *value_str(const struct value *value, int64_t i,
                      size_t *ret_length); /* not terminated */
bool value_is_null(const struct value *value, int64_t i);

#endif
