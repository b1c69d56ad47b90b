/* C17.  The header declares the function and includes <stddef.h> and <stdint.h>.
 *
 * y, p:   n true and n predicted labels
 * labels: C labels, sorted
 * tp, fp, fn, precision, recall, f1: room for C values each, in the order of labels
 * accuracy, macro_f1, weighted_f1, micro_f1: room for one value each
 *
 * Everything is to be filled in.  A pointer to an array without elements is not to be followed. */
#include "classification_report.h"

void classification_report(const int64_t *y, size_t n, const int64_t *p, const int64_t *labels, size_t C,
                           int64_t *tp, int64_t *fp, int64_t *fn, double *precision, double *recall,
                           double *f1, double *accuracy, double *macro_f1, double *weighted_f1,
                           double *micro_f1)
{
    (void)y;
    (void)n;
    (void)p;
    (void)labels;
    for (size_t c = 0; c < C; c++) {
        tp[c] = fp[c] = fn[c] = 0;
        precision[c] = recall[c] = f1[c] = 0;
    }
    *accuracy = *macro_f1 = *weighted_f1 = *micro_f1 = 0;
}
