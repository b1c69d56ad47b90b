/* A heap of the k nearest, the worst on top, ordered by (distance, row). */
#include "knn_predict.h"

#include <stdbool.h>
#include <stdlib.h>

struct item {
    double distance;
    size_t row;
};

static bool worse(struct item a, struct item b)
{
    return a.distance != b.distance ? a.distance > b.distance : a.row > b.row;
}

static void sift_down(struct item *heap, size_t count, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= count)
            return;
        if (child + 1 < count && worse(heap[child + 1], heap[child]))
            child++;
        if (!worse(heap[child], heap[at]))
            return;
        struct item swap = heap[at];
        heap[at] = heap[child];
        heap[child] = swap;
        at = child;
    }
}

static int compare_int64(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t majority(int64_t *labels, size_t count)
{
    qsort(labels, count, sizeof *labels, compare_int64);
    size_t run = 0, best_run = 0;
    int64_t best = -1;
    for (size_t i = 0; i < count; i++) {
        run = i > 0 && labels[i] == labels[i - 1] ? run + 1 : 1;
        if (run > best_run) {
            best_run = run;
            best = labels[i];
        }
    }
    return best;
}

static size_t nearest(const double *X, size_t n, size_t d, const double *q, struct item *heap, size_t keep)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const double *x = X + i * d;
        double sum = 0;
        for (size_t j = 0; j < d; j++)
            sum += (x[j] - q[j]) * (x[j] - q[j]);
        if (count == keep) {
            if (sum >= heap[0].distance)
                continue;
            heap[0] = (struct item){sum, i};
            sift_down(heap, count, 0);
        } else {
            heap[count++] = (struct item){sum, i};
            if (count == keep)
                for (size_t at = count / 2; at-- > 0;)
                    sift_down(heap, count, at);
        }
    }
    return count;
}

void knn_predict(const double *X_train, size_t n, size_t d, const int64_t *y_train, const double *X_test,
                 size_t m, int64_t k, int64_t *out)
{
    size_t keep = n < (uint64_t)k ? n : (size_t)k;
    struct item *heap = malloc((keep + 1) * sizeof *heap);
    int64_t *labels = malloc((keep + 1) * sizeof *labels);
    for (size_t q = 0; q < m; q++) {
        size_t count = keep ? nearest(X_train, n, d, X_test + q * d, heap, keep) : 0;
        for (size_t i = 0; i < count; i++)
            labels[i] = y_train[heap[i].row];
        out[q] = majority(labels, count);
    }
    free(heap);
    free(labels);
}
