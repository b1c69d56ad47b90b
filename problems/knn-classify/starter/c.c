/* C17.  The header declares the function and includes <stddef.h> and <stdint.h>.
 *
 * X_train: n rows of d doubles, row after row: coordinate j of row i is X_train[i * d + j]
 * y_train: n labels
 * X_test:  m rows of d doubles, like X_train
 * out:     room for m labels, to be filled in
 *
 * A pointer to an array without elements is not to be followed. */
#include "knn_predict.h"

void knn_predict(const double *X_train, size_t n, size_t d, const int64_t *y_train, const double *X_test,
                 size_t m, int64_t k, int64_t *out)
{
    (void)X_train;
    (void)n;
    (void)d;
    (void)y_train;
    (void)X_test;
    (void)k;
    for (size_t i = 0; i < m; i++)
        out[i] = -1;
}
