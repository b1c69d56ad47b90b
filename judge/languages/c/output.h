/* A result in the making.  Shared by output.c, which collects it, and result.c, which writes it. */
#ifndef MLJUDGE_HARNESS_OUTPUT_H
#define MLJUDGE_HARNESS_OUTPUT_H

#include "harness.h"

struct mlj_out {
    const struct field *field;
    int64_t dims[TYPE_MAX_RANK]; /* -1: free and not yet emitted */
    bool known;                  /* its size was known before the call */
    bool emitted;
    bool finished;
    void *data;       /* elements; of strings struct str */
    int64_t *offsets; /* strings, once finished: n + 1 */
    uint8_t *valid;
    int64_t n;
    int64_t last; /* where the last ragged row begins */
    size_t capacity;
    char *bytes; /* strings */
    size_t n_bytes, bytes_capacity;
    int64_t *rows; /* ragged: n_rows + 1 offsets */
    size_t n_rows, rows_capacity;
    struct mlj_out *columns; /* table */
};

size_t elem_width(enum elem elem);
const char *out_name(const struct mlj_out *out);

/* Room for one result of a call with these arguments. */
void output_prepare(struct mlj_out *out, const struct field *field,
                    const struct signature *signature, const struct mlj_in *in);

/* A result that is complete: its shape and every element, and strings are copied.  The second time nothing. */
void output_finish(struct mlj_out *out);

/* Of a class: the same of one element of a scalar's array over all calls. */
void output_finish_one(struct mlj_out *out, size_t i);

/* Writes finished results as a frame. */
void result_write(const struct outputs *outputs);

#endif
