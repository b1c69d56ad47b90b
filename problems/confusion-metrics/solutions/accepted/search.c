/* Binary search in the sorted labels; support and predictions are counted, fp and fn are differences. */
#include "classification_report.h"

static size_t find(const int64_t *labels, size_t C, int64_t label)
{
    size_t low = 0, high = C;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (labels[middle] <= label)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void classification_report(const int64_t *y, size_t n, const int64_t *p, const int64_t *labels, size_t C,
                           int64_t *tp, int64_t *fp, int64_t *fn, double *precision, double *recall,
                           double *f1, double *accuracy, double *macro_f1, double *weighted_f1,
                           double *micro_f1)
{
    for (size_t c = 0; c < C; c++)
        tp[c] = fp[c] = fn[c] = 0;
    size_t right = 0;
    for (size_t i = 0; i < n; i++) {
        size_t truth = find(labels, C, y[i]);
        size_t guess = find(labels, C, p[i]);
        fn[truth]++;
        fp[guess]++;
        tp[truth] += truth == guess;
        right += truth == guess;
    }
    double sum = 0, weighted = 0;
    for (size_t c = 0; c < C; c++) {
        double hits = (double)tp[c], support = (double)fn[c], predicted = (double)fp[c];
        precision[c] = predicted > 0 ? hits / predicted : 0;
        recall[c] = support > 0 ? hits / support : 0;
        f1[c] = support + predicted > 0 ? 2 * hits / (support + predicted) : 0;
        sum += f1[c];
        weighted += n > 0 ? f1[c] * (support / (double)n) : 0;
        fn[c] -= tp[c];
        fp[c] -= tp[c];
    }
    *accuracy = n > 0 ? (double)right / (double)n : 0;
    *micro_f1 = *accuracy;
    *macro_f1 = C > 0 ? sum / (double)C : 0;
    *weighted_f1 = weighted;
}
