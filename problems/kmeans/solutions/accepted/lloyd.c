/* Lloyd, Least squares quantization in PCM, IEEE Trans. Inf. Theory 28 (1982). */
#include "kmeans.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static double distance2(const double *a, const double *b, size_t d)
{
    double sum = 0;
    for (size_t j = 0; j < d; j++)
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sum;
}

/* Returns whether any label has changed. */
static bool assign(const double *X, size_t n, size_t d, const double *C, size_t k, int64_t *labels)
{
    bool changed = false;
    for (size_t i = 0; i < n; i++) {
        size_t best = 0;
        double least = distance2(X + i * d, C, d);
        for (size_t c = 1; c < k; c++) {
            double distance = distance2(X + i * d, C + c * d, d);
            if (distance < least) {
                least = distance;
                best = c;
            }
        }
        changed = changed || labels[i] != (int64_t)best;
        labels[i] = (int64_t)best;
    }
    return changed;
}

static void update(const double *X, size_t n, size_t d, double *C, size_t k, const int64_t *labels)
{
    double *sums = calloc(k * d, sizeof *sums);
    size_t *counts = calloc(k, sizeof *counts);
    if (!sums || !counts)
        abort();
    for (size_t i = 0; i < n; i++) {
        size_t c = (size_t)labels[i];
        counts[c]++;
        for (size_t j = 0; j < d; j++)
            sums[c * d + j] += X[i * d + j];
    }
    for (size_t c = 0; c < k; c++)
        for (size_t j = 0; counts[c] > 0 && j < d; j++)
            C[c * d + j] = sums[c * d + j] / (double)counts[c];
    free(sums);
    free(counts);
}

void kmeans(const double *X, size_t n, size_t d, const double *C0, size_t k, int64_t max_iter, double *centroids,
            int64_t *labels, double *inertia, int64_t *iters)
{
    memcpy(centroids, C0, k * d * sizeof *centroids);
    *inertia = 0;
    *iters = 0;
    for (size_t i = 0; i < n; i++)
        labels[i] = -1; /* the first assignment changes all */
    while (n > 0 && assign(X, n, d, centroids, k, labels) && *iters < max_iter) {
        update(X, n, d, centroids, k, labels);
        if (++*iters == max_iter)
            break;
    }
    for (size_t i = 0; i < n; i++)
        *inertia += distance2(X + i * d, centroids + (size_t)labels[i] * d, d);
}
