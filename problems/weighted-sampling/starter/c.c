/* C17.  The header declares the function and includes <stddef.h> and <stdint.h>.
 *
 * weights: n numbers >= 0
 * out:     mlj_emit_int(out, m) gives room for the m indices; without that call the result is empty.
 *
 * A pointer to an array without elements is not to be followed. */
#include "draw.h"

void draw(const double *weights, size_t n, int64_t m, int64_t seed, struct mlj_out *out)
{
    (void)weights;
    (void)n;
    (void)m;
    (void)seed;
    (void)out;
}
