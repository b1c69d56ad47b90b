#include "auc.h"

double auc(const int64_t *y, size_t n, const double *score)
{
    int64_t halves = 0, pairs = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            if (y[i] == 1 && y[k] == 0) {
                halves += score[i] > score[k] ? 2 : score[i] == score[k];
                pairs++;
            }
    return (double)halves / 2 / (double)pairs;
}
