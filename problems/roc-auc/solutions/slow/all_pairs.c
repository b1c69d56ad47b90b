/* The definition, pair by pair.
 * caught by: numeric, perf */
#include "roc_auc.h"

#include <math.h>

double roc_auc(const int64_t *y, size_t n, const double *score)
{
    int64_t halves = 0, pairs = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; y[i] && j < n; j++) {
            if (y[j])
                continue;
            halves += 2 * (score[i] > score[j]) + (score[i] == score[j]);
            pairs++;
        }
    return pairs ? (double)halves / 2 / (double)pairs : NAN;
}
