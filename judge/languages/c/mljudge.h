/* What every C solution sees; the problem's own header (knn_predict.h, ...) includes it and declares the function.
 *
 *   int float bool str     int64_t, double, bool, struct str
 *   float[n,d]             const double *x, size_t n, size_t d: row after row, x[i * d + j]
 *   float?                 const double *x: NULL is NULL
 *   float?[n]              const double *x, const uint8_t *x_valid: x_valid[i] is 0 where x[i] is NULL
 *   int[n][*]              const int64_t *x, const int64_t *x_offsets, size_t n: row i is
 *                          x[x_offsets[i]] .. x[x_offsets[i + 1] - 1]
 *   table{...}             const struct ENTRY_x *x: a pointer a column, and n_rows
 *   csv                    int x_fd, const char *x_path: the open file, and its path
 *
 * A size is passed once, with the first array that has it, and not at all if it is an int argument.
 * Results of known size are output parameters, each element to be written; `x_valid` is set to 1 already.  One
 * unnamed scalar is the function's return value.  Everything else is emitted, see below.  The memory behind the
 * arguments is the solution's own: cast const away to overwrite it. */
#ifndef MLJUDGE_H
#define MLJUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MLJUDGE_ABI 1

/* UTF-8, not terminated.  In a result the bytes must live until the function has returned. */
struct str {
    const char *p;
    size_t n;
};

/* A result whose size is part of the answer. */
struct mlj_out;

/* A result with one `*`: fixes that size and gives the buffer to fill, once.  Not called: an empty result. */
int64_t *mlj_emit_int(struct mlj_out *out, size_t free_size);
double *mlj_emit_float(struct mlj_out *out, size_t free_size);
bool *mlj_emit_bool(struct mlj_out *out, size_t free_size);
struct str *mlj_emit_str(struct mlj_out *out, size_t free_size);
/* With several `*`: their sizes in order; the buffer is of the element's type. */
void *mlj_emit_sizes(struct mlj_out *out, const size_t *free_sizes);

/* Ragged rows (T[n][*]): one call a row; the buffer is good until the next call. */
int64_t *mlj_row_int(struct mlj_out *out, size_t size);
double *mlj_row_float(struct mlj_out *out, size_t size);
bool *mlj_row_bool(struct mlj_out *out, size_t size);
struct str *mlj_row_str(struct mlj_out *out, size_t size);

/* The validity of what the last call gave, all 1: write 0 for NULL.  For results with `?` only. */
uint8_t *mlj_valid(struct mlj_out *out);

/* Tables are emitted row by row: the problem's header declares ENTRY_emit_row(out, ...).  Strings are copied; a
 * column with `?` is a pointer, and NULL is NULL. */

#endif
