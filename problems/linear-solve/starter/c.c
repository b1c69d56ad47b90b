/* C17.  The header declares the function and includes <stddef.h> and <stdint.h>.
 *
 * A:   n rows of n, row i, column j is A[i * n + j]; yours to copy
 * b:   n right hand sides
 * out: mlj_emit_float(out, n) gives room for the n numbers of the result; without that call the result is empty.
 *
 * A pointer to an array without elements is not to be followed. */
#include "solve.h"

void solve(const double *A, size_t n, const double *b, struct mlj_out *out)
{
    (void)A;
    (void)b;
    double *x = mlj_emit_float(out, n);
    for (size_t i = 0; i < n; i++)
        x[i] = 0;
}
