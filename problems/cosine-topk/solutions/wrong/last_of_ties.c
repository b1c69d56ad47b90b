/* Of equal scores the greater index.
 * caught by: tie */
#include "cosine_topk.h"

#include <math.h>

/* In steps that neither overflow nor lose a small row: first the greatest element becomes 1. */
static void make_direction(double *x, size_t d)
{
    double largest = 0, squares = 0;
    for (size_t j = 0; j < d; j++)
        largest = fmax(largest, fabs(x[j]));
    if (largest == 0)
        return;
    for (size_t j = 0; j < d; j++) {
        x[j] /= largest;
        squares += x[j] * x[j];
    }
    for (size_t j = 0; j < d; j++)
        x[j] /= sqrt(squares);
}

/* Four sums that do not wait for each other. */
static double dot(const double *a, const double *b, size_t d)
{
    double sums[4] = {0};
    size_t j = 0;
    for (; j + 4 <= d; j += 4)
        for (size_t lane = 0; lane < 4; lane++)
            sums[lane] += a[j + lane] * b[j + lane];
    for (; j < d; j++)
        sums[0] += a[j] * b[j];
    return sums[0] + sums[1] + (sums[2] + sums[3]);
}

/* best, scores: `known` of at most `size`, the best first.  Returns how many there are now. */
static size_t insert(int64_t *best, double *scores, size_t known, size_t size, int64_t i, double score)
{
    if (known == size && score < scores[size - 1])
        return known;
    size_t at = known < size ? known : size - 1;
    for (; at > 0 && scores[at - 1] <= score; at--) {
        scores[at] = scores[at - 1];
        best[at] = best[at - 1];
    }
    scores[at] = score;
    best[at] = i;
    return known < size ? known + 1 : size;
}

void cosine_topk(const double *E, size_t n, size_t d, const double *Q, size_t m, int64_t k, struct mlj_out *idx,
                 struct mlj_out *score)
{
    size_t size = n < (size_t)k ? n : (size_t)k;
    int64_t *best = mlj_emit_int(idx, size);
    double *scores = mlj_emit_float(score, size);
    for (size_t i = 0; i < n; i++)
        make_direction((double *)E + i * d, d);
    for (size_t i = 0; i < m; i++)
        make_direction((double *)Q + i * d, d);
    for (size_t q = 0; q < m; q++) {
        size_t known = 0;
        for (size_t i = 0; i < n; i++)
            known = insert(best + q * size, scores + q * size, known, size, (int64_t)i, dot(E + i * d, Q + q * d, d));
    }
}
