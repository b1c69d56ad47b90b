/* C17.  The header declares the function and includes <stddef.h> and <stdint.h>.
 *
 * y: n labels, 0 or 1; score: n scores */
#include "roc_auc.h"

double roc_auc(const int64_t *y, size_t n, const double *score)
{
    (void)y;
    (void)n;
    (void)score;
    return 0;
}
