/* One-hot matrices, a byte for each row and class, in large pages: where a fault of a small one takes long, 64 MiB
 * of those would cost more time than there is.
 * caught by: perf
 */
#include "classification_report.h"

#include <stdlib.h>
#include <sys/mman.h>

#define LARGE_PAGE ((size_t)2 << 20)

static unsigned char *row(size_t n)
{
    if (n < LARGE_PAGE / 32)
        return malloc(n + 1);
    size_t size = (n / LARGE_PAGE + 1) * LARGE_PAGE;
    unsigned char *bytes = aligned_alloc(LARGE_PAGE, size);
    madvise(bytes, size, MADV_HUGEPAGE);
    return bytes;
}

/* hot[c][i] = (values[i] == labels[c]) */
static unsigned char **one_hot(const int64_t *values, size_t n, const int64_t *labels, size_t C)
{
    unsigned char **hot = malloc((C + 1) * sizeof *hot);
    for (size_t c = 0; c < C; c++) {
        hot[c] = row(n);
        for (size_t i = 0; i < n; i++)
            hot[c][i] = values[i] == labels[c];
    }
    return hot;
}

void classification_report(const int64_t *y, size_t n, const int64_t *p, const int64_t *labels, size_t C,
                           int64_t *tp, int64_t *fp, int64_t *fn, double *precision, double *recall,
                           double *f1, double *accuracy, double *macro_f1, double *weighted_f1,
                           double *micro_f1)
{
    unsigned char **truth = one_hot(y, n, labels, C), **guess = one_hot(p, n, labels, C);
    int64_t right = 0;
    *macro_f1 = *weighted_f1 = 0;
    for (size_t c = 0; c < C; c++) {
        tp[c] = fp[c] = fn[c] = 0;
        for (size_t i = 0; i < n; i++) {
            unsigned char t = truth[c][i], g = guess[c][i];
            tp[c] += t & g;
            fp[c] += g & ~t;
            fn[c] += t & ~g;
        }
        precision[c] = tp[c] + fp[c] ? (double)tp[c] / (double)(tp[c] + fp[c]) : 0;
        recall[c] = tp[c] + fn[c] ? (double)tp[c] / (double)(tp[c] + fn[c]) : 0;
        f1[c] = tp[c] + fp[c] + fn[c] ? 2.0 * (double)tp[c] / (double)(2 * tp[c] + fp[c] + fn[c]) : 0;
        right += tp[c];
        *macro_f1 += f1[c] / (double)C;
        *weighted_f1 += n ? f1[c] * (double)(tp[c] + fn[c]) / (double)n : 0;
    }
    *accuracy = *micro_f1 = n ? (double)right / (double)n : 0;
    for (size_t c = 0; c < C; c++) {
        free(truth[c]);
        free(guess[c]);
    }
    free(truth);
    free(guess);
}
