/* The oracle: every distance, all of them sorted, for each query.
 * caught by: perf-L
 */
#include "knn_predict.h"

#include <stdlib.h>

struct row {
    double distance;
    size_t index;
    int64_t label;
};

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

void knn_predict(const double *X_train, size_t n, size_t d, const int64_t *y_train, const double *X_test,
                 size_t m, int64_t k, int64_t *out)
{
    struct row *rows = malloc((n + 1) * sizeof *rows);
    size_t keep = (uint64_t)k < n ? (size_t)k : n;
    for (size_t q = 0; q < m; q++) {
        for (size_t i = 0; i < n; i++) {
            rows[i] = (struct row){0, i, y_train[i]};
            for (size_t j = 0; j < d; j++) {
                double diff = X_train[i * d + j] - X_test[q * d + j];
                rows[i].distance += diff * diff;
            }
        }
        qsort(rows, n, sizeof *rows, compare_rows);
        int64_t best = -1;
        size_t best_votes = 0;
        for (size_t i = 0; i < keep; i++) {
            size_t votes = 0;
            for (size_t j = 0; j < keep; j++)
                votes += rows[j].label == rows[i].label;
            if (votes > best_votes || (votes == best_votes && rows[i].label < best)) {
                best_votes = votes;
                best = rows[i].label;
            }
        }
        out[q] = best;
    }
    free(rows);
}
