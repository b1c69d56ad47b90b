/* Computes in float.
 * caught by: edge, perf */
#include "nearest_gap.h"

#include <math.h>
#include <stdlib.h>

struct number {
    float value;
    size_t place;
};

static int by_value(const void *left, const void *right)
{
    float a = ((const struct number *)left)->value, b = ((const struct number *)right)->value;
    return (a > b) - (a < b);
}

void nearest_gap(const double *x, size_t n, double *out)
{
    struct number *sorted = malloc((n + 1) * sizeof *sorted);
    if (!sorted)
        abort();
    for (size_t i = 0; i < n; i++)
        sorted[i] = (struct number){(float)x[i], i};
    qsort(sorted, n, sizeof *sorted, by_value);
    for (size_t i = 0; i < n; i++) {
        float before = i > 0 ? sorted[i].value - sorted[i - 1].value : INFINITY;
        float after = i + 1 < n ? sorted[i + 1].value - sorted[i].value : INFINITY;
        out[sorted[i].place] = before < after ? before : after;
    }
    free(sorted);
}
