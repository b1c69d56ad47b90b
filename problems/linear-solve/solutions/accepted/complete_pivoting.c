/* Complete pivoting: the largest element of the whole rest, so columns are exchanged, too.  Another strategy, the same
 * answers. */
#include "solve.h"

#include <math.h>
#include <stdlib.h>

void solve(const double *A, size_t n, const double *b, struct mlj_out *out)
{
    double *U = malloc((n * n + 1) * sizeof *U), *y = malloc((n + 1) * sizeof *y), max = 0;
    size_t *row = malloc((n + 1) * sizeof *row), *column = malloc((n + 1) * sizeof *column);
    if (!U || !y || !row || !column)
        abort();
    for (size_t i = 0; i < n * n; i++) {
        U[i] = A[i];
        max = fmax(max, fabs(A[i]));
    }
    for (size_t i = 0; i < n; i++) {
        row[i] = column[i] = i;
        y[i] = b[i];
    }
    size_t rank = 0;
    for (; rank < n; rank++) {
        size_t p = rank, q = rank;
        double best = -1;
        for (size_t i = rank; i < n; i++)
            for (size_t k = rank; k < n; k++) {
                double size = fabs(U[row[i] * n + column[k]]);
                if (size > best) {
                    best = size;
                    p = i;
                    q = k;
                }
            }
        if (best <= 1e-12 * max)
            break;
        size_t t = row[p];
        row[p] = row[rank];
        row[rank] = t;
        t = column[q];
        column[q] = column[rank];
        column[rank] = t;
        const double *top = U + row[rank] * n;
        for (size_t i = rank + 1; i < n; i++) {
            double *low = U + row[i] * n, f = low[column[rank]] / top[column[rank]];
            for (size_t k = rank + 1; k < n; k++)
                low[column[k]] -= f * top[column[k]];
            y[row[i]] -= f * y[row[rank]];
        }
    }
    if (n > 0 && rank == n) {
        double *x = mlj_emit_float(out, n);
        for (size_t i = n; i-- > 0;) {
            double sum = y[row[i]];
            for (size_t k = i + 1; k < n; k++)
                sum -= U[row[i] * n + column[k]] * x[column[k]];
            x[column[i]] = sum / U[row[i] * n + column[i]];
        }
    }
    free(U);
    free(y);
    free(row);
    free(column);
}
