/* Walks through the weights for every draw: the definition, word by word.
 * caught by: skew, perf */
#include "draw.h"

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13; /* xorshift64, Marsaglia, J. Stat. Software 8 (2003) */
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

void draw(const double *weights, size_t n, int64_t m, int64_t seed, struct mlj_out *out)
{
    uint64_t state = ((uint64_t)seed + 1) * 0x9e3779b97f4a7c15u;
    double total = 0;
    for (size_t i = 0; i < n; i++)
        total += weights[i];
    if (!(total > 0))
        return;
    int64_t *drawn = mlj_emit_int(out, (size_t)m);
    for (int k = 0; k < 20; k++)
        next(&state);
    for (int64_t k = 0; k < m; k++) {
        double left = (double)(next(&state) >> 11) * 0x1p-53 * total;
        int64_t chosen = -1;
        for (size_t i = 0; i < n; i++) {
            if (!(weights[i] > 0))
                continue;
            chosen = (int64_t)i;
            if (left < weights[i])
                break;
            left -= weights[i];
        }
        drawn[k] = chosen;
    }
}
