/* One pass over the training rows a query, the k nearest so far kept sorted by insertion. */
#include "knn_predict.h"

#include <stdlib.h>

struct neighbour {
    double distance; /* squared */
    int64_t label;
};

static double squared_distance(const double *a, const double *b, size_t d)
{
    double sum = 0;
    for (size_t j = 0; j < d; j++)
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sum;
}

static int by_label(const void *a, const void *b)
{
    int64_t x = ((const struct neighbour *)a)->label, y = ((const struct neighbour *)b)->label;
    return (x > y) - (x < y);
}

/* The label with most votes, the smallest of several. */
static int64_t vote(struct neighbour *near, size_t count)
{
    qsort(near, count, sizeof *near, by_label);
    int64_t best = -1;
    size_t best_votes = 0;
    for (size_t i = 0; i < count;) {
        size_t end = i;
        while (end < count && near[end].label == near[i].label)
            end++;
        if (end - i > best_votes) {
            best_votes = end - i;
            best = near[i].label;
        }
        i = end;
    }
    return best;
}

void knn_predict(const double *X_train, size_t n, size_t d, const int64_t *y_train, const double *X_test,
                 size_t m, int64_t k, int64_t *out)
{
    size_t keep = (uint64_t)k < n ? (size_t)k : n;
    struct neighbour *near = calloc(keep + 1, sizeof *near);
    for (size_t q = 0; q < m; q++) {
        size_t count = 0;
        for (size_t i = 0; i < n; i++) {
            double distance = squared_distance(X_train + i * d, X_test + q * d, d);
            if (count == keep && distance >= near[count - 1].distance)
                continue; /* an equal one with a larger index stays outside */
            size_t at = count < keep ? count++ : count - 1;
            for (; at > 0 && near[at - 1].distance > distance; at--)
                near[at] = near[at - 1];
            near[at] = (struct neighbour){distance, y_train[i]};
        }
        out[q] = vote(near, count);
    }
    free(near);
}
