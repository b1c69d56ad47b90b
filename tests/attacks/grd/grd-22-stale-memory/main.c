/* Leaves the result as it found it, or makes input and result the same, and hopes for right numbers there. */
#include "twice_each.h"

#include <string.h>

void twice_each(const double *x, size_t n, double *out)
{
    const char *variant = "@VARIANT@";
    double *input = (double *)(uintptr_t)x;
    if (!strcmp(variant, "honest"))
        for (size_t i = 0; i < n; i++)
            out[i] = 2 * x[i];
    if (!strcmp(variant, "half-written"))
        for (size_t i = 0; i < (n + 1) / 2 - (n == 1); i++)
            out[i] = 2 * x[i];
    if (!strcmp(variant, "input-overwritten"))
        for (size_t i = 0; i < n; i++)
            input[i] = out[i] = 0;
    if (!strcmp(variant, "output-is-input"))
        memcpy(out, x, n * sizeof *x);
    if (!strcmp(variant, "beyond"))
        for (size_t i = 0; i < n + 4096; i++)
            out[i] = i < n ? 2 * x[i] : 1;
}
