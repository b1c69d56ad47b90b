/* Prefix sums, and for each draw a binary search for the first one above u W.
 * Random numbers: splitmix64 (Steele, Lea and Flood, OOPSLA 2014), whose state is a counter. */
#include "draw.h"

#include <stdlib.h>

static uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* The first index whose prefix sum is above x: never one of weight 0, since its sum equals the one before. */
static size_t first_above(const double *sums, size_t n, double x)
{
    size_t low = 0, high = n; /* the answer is in low .. high */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sums[middle] > x)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

void draw(const double *weights, size_t n, int64_t m, int64_t seed, struct mlj_out *out)
{
    double *sums = malloc((n + 1) * sizeof *sums);
    double total = 0;
    size_t last = 0; /* the last index that can be drawn */
    for (size_t i = 0; i < n; i++) {
        total += weights[i];
        sums[i] = total;
        if (weights[i] > 0)
            last = i;
    }
    if (total > 0) {
        int64_t *drawn = mlj_emit_int(out, (size_t)m);
        uint64_t state = (uint64_t)seed * 0xd1342543de82ef95u;
        for (int64_t k = 0; k < m; k++) {
            double u = (double)(next(&state) >> 11) * 0x1p-53; /* in [0, 1) */
            size_t i = first_above(sums, n, u * total);
            drawn[k] = (int64_t)(i < last ? i : last); /* u W may round up to W */
        }
    }
    free(sums);
}
