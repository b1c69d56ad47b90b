/* Does not compile: a semicolon is missing and a name is misspelt. */
#include "knn_predict.h"

void knn_predict(const double *X_train, size_t n, size_t d, const int64_t *y_train, const double *X_test,
                 size_t m, int64_t k, int64_t *out)
{
    for (size_t i = 0; i < m; i++) {
        out[i] = y_trian[0]
    }
}
