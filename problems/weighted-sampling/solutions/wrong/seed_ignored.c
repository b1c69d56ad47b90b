/* The same draws whatever the seed.
 * caught by: zero, uniform, skew, perf */
#include "draw.h"

#include <stdlib.h>

void draw(const double *weights, size_t n, int64_t m, int64_t seed, struct mlj_out *out)
{
    (void)seed;
    double *sums = malloc((n + 1) * sizeof *sums), total = 0;
    size_t last = 0;
    for (size_t i = 0; i < n; i++) {
        sums[i] = total += weights[i];
        last = weights[i] > 0 ? i : last;
    }
    int64_t *drawn = total > 0 ? mlj_emit_int(out, (size_t)m) : NULL;
    uint64_t z = 88172645463325252u;
    for (int64_t k = 0; drawn && k < m; k++) {
        z ^= z << 13;
        z ^= z >> 7;
        z ^= z << 17;
        double x = (double)(z >> 11) * 0x1p-53 * total;
        size_t low = 0, high = n;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (sums[middle] > x)
                high = middle;
            else
                low = middle + 1;
        }
        drawn[k] = (int64_t)(low < last ? low : last);
    }
    free(sums);
}
