/* Exchanges the rows of A without those of b.
 * caught by: sample, edge, singular, numeric, perf */
#include "solve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double largest(const double *A, size_t size)
{
    double max = 0;
    for (size_t i = 0; i < size; i++)
        max = fmax(max, fabs(A[i]));
    return max;
}

/* Brings the largest element of column j, from row j on, to row j. */
static double exchange(double *M, size_t n, size_t j)
{
    size_t w = n + 1, p = j;
    for (size_t i = j + 1; i < n; i++)
        if (fabs(M[i * w + j]) > fabs(M[p * w + j]))
            p = i;
    for (size_t k = j; p != j && k < n; k++) {
        double t = M[j * w + k];
        M[j * w + k] = M[p * w + k];
        M[p * w + k] = t;
    }
    return M[j * w + j];
}

void solve(const double *A, size_t n, const double *b, struct mlj_out *out)
{
    if (n == 0)
        return;
    size_t w = n + 1;
    double *M = malloc(n * w * sizeof *M);
    if (!M)
        abort();
    for (size_t i = 0; i < n; i++) {
        memcpy(M + i * w, A + i * n, n * sizeof *M);
        M[i * w + n] = b[i];
    }
    double tiny = 1e-12 * largest(A, n * n);
    for (size_t j = 0; j < n; j++) {
        double pivot = exchange(M, n, j);
        if (fabs(pivot) <= tiny) {
            free(M);
            return;
        }
        for (size_t i = j + 1; i < n; i++) {
            double f = M[i * w + j] / pivot;
            for (size_t k = j + 1; k < w; k++)
                M[i * w + k] -= f * M[j * w + k];
        }
    }
    double *x = mlj_emit_float(out, n);
    for (size_t i = n; i-- > 0;) {
        double sum = M[i * w + n];
        for (size_t k = i + 1; k < n; k++)
            sum -= M[i * w + k] * x[k];
        x[i] = sum / M[i * w + i];
    }
    free(M);
}
