/* The truth to measure others by: 300 ms of CPU time, 64 MiB. */
#include "attack.h"

int main(void)
{
    volatile char *p = malloc(64 * MIB);
    if (!p)
        return 1;
    for (size_t i = 0; i < 64 * MIB; i += 4096)
        p[i] = 1;
    burn_ms(300);
    return p[0] == 1 ? blocked() : 2;
}
