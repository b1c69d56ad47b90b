/* C17.  The header declares the function and includes <stddef.h> and <stdint.h>.
 *
 * X: n rows of d, row i, column j is X[i * d + j]; C0: k rows of d
 * centroids: room for k rows of d; labels: for n; inertia, iters: for one value each.  All is to be filled in. */
#include "kmeans.h"

#include <string.h>

void kmeans(const double *X, size_t n, size_t d, const double *C0, size_t k, int64_t max_iter, double *centroids,
            int64_t *labels, double *inertia, int64_t *iters)
{
    (void)X;
    (void)max_iter;
    memcpy(centroids, C0, k * d * sizeof *centroids);
    for (size_t i = 0; i < n; i++)
        labels[i] = 0;
    *inertia = 0;
    *iters = 0;
}
