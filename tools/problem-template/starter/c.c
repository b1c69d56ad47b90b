/* C17.  The header declares the function and includes <stddef.h> and <stdint.h>.
 *
 * x:   n doubles
 * out: room for n doubles, to be filled in
 *
 * A pointer to an array without elements is not to be followed. */
#include "nearest_gap.h"

void nearest_gap(const double *x, size_t n, double *out)
{
    (void)x;
    for (size_t i = 0; i < n; i++)
        out[i] = 0;
}
