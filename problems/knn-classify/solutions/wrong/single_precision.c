/* Distances in float.
 * caught by: numeric
 */
#include "knn_predict.h"

#include <stdlib.h>

void knn_predict(const double *X_train, size_t n, size_t d, const int64_t *y_train, const double *X_test,
                 size_t m, int64_t k, int64_t *out)
{
    size_t keep = (uint64_t)k < n ? (size_t)k : n;
    float *distance = malloc((keep + 1) * sizeof *distance);
    int64_t *label = malloc((keep + 1) * sizeof *label);
    for (size_t q = 0; q < m; q++) {
        size_t count = 0;
        for (size_t i = 0; i < n; i++) {
            float sum = 0;
            for (size_t j = 0; j < d; j++) {
                float diff = (float)X_train[i * d + j] - (float)X_test[q * d + j];
                sum += diff * diff;
            }
            if (count == keep && sum >= distance[count - 1])
                continue;
            size_t at = count < keep ? count++ : count - 1;
            for (; at > 0 && distance[at - 1] > sum; at--) {
                distance[at] = distance[at - 1];
                label[at] = label[at - 1];
            }
            distance[at] = sum;
            label[at] = y_train[i];
        }
        int64_t best = -1;
        size_t best_votes = 0;
        for (size_t i = 0; i < count; i++) {
            size_t votes = 0;
            for (size_t j = 0; j < count; j++)
                votes += label[j] == label[i];
            if (votes > best_votes || (votes == best_votes && label[i] < best)) {
                best_votes = votes;
                best = label[i];
            }
        }
        out[q] = best;
    }
    free(distance);
    free(label);
}
