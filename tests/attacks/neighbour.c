/* The innocent neighbour: a fixed amount of work over a few MiB, about 200 ms. */
#include "attack.h"

int main(void)
{
    size_t n = 2 * MIB;
    unsigned *p = malloc(n * sizeof *p), sum = 1;
    if (!p)
        return 1;
    for (size_t i = 0; i < n; i++)
        p[i] = (unsigned)i * 2654435761U;
    for (int round = 0; round < 80; round++)
        for (size_t i = 0; i < n; i++)
            sum = sum * 31 + p[(i * 17) & (n - 1)];
    printf(sum ? "done\n" : "zero\n");
    return 0;
}
