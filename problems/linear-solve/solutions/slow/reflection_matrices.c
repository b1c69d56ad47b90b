/* QR with every reflection written out as an n x n matrix: O(n^4).
 * caught by: perf */
#include "solve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* R = H R, y = H y; everything is n x n or n. */
static void apply(const double *H, double *R, double *y, size_t n, double *room)
{
    for (size_t i = 0; i < n; i++) {
        double *row = room + i * n;
        memset(row, 0, n * sizeof *row);
        for (size_t k = 0; k < n; k++)
            for (size_t j = 0; j < n; j++)
                row[j] += H[i * n + k] * R[k * n + j];
    }
    memcpy(R, room, n * n * sizeof *R);
    for (size_t i = 0; i < n; i++) {
        room[i] = 0;
        for (size_t k = 0; k < n; k++)
            room[i] += H[i * n + k] * y[k];
    }
    memcpy(y, room, n * sizeof *y);
}

void solve(const double *A, size_t n, const double *b, struct mlj_out *out)
{
    double *block = calloc(3 * n * n + 2 * n + 1, sizeof *block), max = 0;
    if (!block)
        abort();
    double *R = block, *H = R + n * n, *room = H + n * n, *y = room + n * n, *v = y + n;
    for (size_t i = 0; i < n * n; i++)
        max = fmax(max, fabs(A[i]));
    for (size_t i = 0; i < n * n; i++)
        R[i] = max > 0 ? A[i] / max : 0;
    memcpy(y, n ? b : y, n * sizeof *y);
    size_t j = 0;
    for (; j < n; j++) {
        double norm = 0, square = 0;
        for (size_t i = j; i < n; i++)
            norm = hypot(norm, R[i * n + j]);
        if (norm <= 1e-12)
            break;
        for (size_t i = 0; i < n; i++)
            v[i] = i < j ? 0 : R[i * n + j];
        v[j] += v[j] >= 0 ? norm : -norm;
        for (size_t i = j; i < n; i++)
            square += v[i] * v[i];
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < n; k++)
                H[i * n + k] = (i == k) - 2 * v[i] * v[k] / square;
        apply(H, R, y, n, room);
    }
    if (n > 0 && j == n) {
        double *x = mlj_emit_float(out, n);
        for (size_t i = n; i-- > 0;) {
            double sum = y[i];
            for (size_t k = i + 1; k < n; k++)
                sum -= R[i * n + k] * x[k];
            x[i] = sum / R[i * n + i];
        }
        for (size_t i = 0; i < n; i++)
            x[i] /= max;
    }
    free(block);
}
