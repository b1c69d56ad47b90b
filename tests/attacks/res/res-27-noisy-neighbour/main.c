/* Streams through more memory than any cache holds, beside an innocent box. */
#include "attack.h"

int main(void)
{
    size_t n = 64 * MIB;
    char *p = malloc(n);
    if (!p)
        return 1;
    for (double end = now_s() + 0.4; now_s() < end;)
        memset(p, (int)(end * 7), n);
    return p[n / 2] == 77 ? 3 : blocked();
}
