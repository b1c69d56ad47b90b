/* All rows once for each class: n * C steps.
 * caught by: perf
 */
#include "classification_report.h"

void classification_report(const int64_t *y, size_t n, const int64_t *p, const int64_t *labels, size_t C,
                           int64_t *tp, int64_t *fp, int64_t *fn, double *precision, double *recall,
                           double *f1, double *accuracy, double *macro_f1, double *weighted_f1,
                           double *micro_f1)
{
    int64_t right = 0;
    double macro = 0, weighted = 0;
    for (size_t c = 0; c < C; c++) {
        int64_t both = 0, only_p = 0, only_y = 0;
        for (size_t i = 0; i < n; i++) {
            if (y[i] == labels[c] && p[i] == labels[c])
                both++;
            else if (p[i] == labels[c])
                only_p++;
            else if (y[i] == labels[c])
                only_y++;
        }
        tp[c] = both;
        fp[c] = only_p;
        fn[c] = only_y;
        precision[c] = both + only_p ? (double)both / (double)(both + only_p) : 0;
        recall[c] = both + only_y ? (double)both / (double)(both + only_y) : 0;
        int64_t sum = 2 * both + only_p + only_y;
        f1[c] = sum ? (double)(2 * both) / (double)sum : 0;
        right += both;
        macro += f1[c] / (double)C;
        weighted += n ? f1[c] * (double)(both + only_y) / (double)n : 0;
    }
    *accuracy = *micro_f1 = n ? (double)right / (double)n : 0;
    *macro_f1 = macro;
    *weighted_f1 = weighted;
}
