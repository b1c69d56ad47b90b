/* Sorts rows by score and walks over groups of equal ones: a positive row beats the negatives before its group and ties
 * with those in it. */
#include "roc_auc.h"

#include <math.h>
#include <stdlib.h>

struct row {
    double score;
    int64_t y;
};

static int by_score(const void *a, const void *b)
{
    double x = ((const struct row *)a)->score, y = ((const struct row *)b)->score;
    return (x > y) - (x < y);
}

double roc_auc(const int64_t *y, size_t n, const double *score)
{
    struct row *rows = malloc((n + 1) * sizeof *rows);
    if (!rows)
        abort();
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct row){score[i], y[i]};
    qsort(rows, n, sizeof *rows, by_score);
    int64_t negatives = 0, positives = 0, halves = 0; /* halves: twice the numerator */
    for (size_t from = 0, to; from < n; from = to) {
        int64_t p = 0, q = 0;
        for (to = from; to < n && rows[to].score == rows[from].score; to++) {
            p += rows[to].y;
            q += 1 - rows[to].y;
        }
        halves += p * (2 * negatives + q);
        positives += p;
        negatives += q;
    }
    free(rows);
    if (positives == 0 || negatives == 0)
        return NAN;
    return (double)halves / 2 / ((double)positives * (double)negatives);
}
