/* Right, but sorts all rows for every query. */
#include "knn_predict.h"

#include <stdlib.h>

struct row {
    double distance;
    size_t index;
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
            rows[i] = (struct row){0, i};
            for (size_t j = 0; j < d; j++)
                rows[i].distance += (X_train[i * d + j] - X_test[q * d + j]) * (X_train[i * d + j] - X_test[q * d + j]);
        }
        qsort(rows, n, sizeof *rows, compare_rows);
        out[q] = -1;
        size_t most = 0;
        for (size_t i = 0; i < keep; i++) {
            int64_t label = y_train[rows[i].index];
            size_t votes = 0;
            for (size_t j = 0; j < keep; j++)
                votes += y_train[rows[j].index] == label;
            if (votes > most || (votes == most && label < out[q])) {
                most = votes;
                out[q] = label;
            }
        }
    }
    free(rows);
}
