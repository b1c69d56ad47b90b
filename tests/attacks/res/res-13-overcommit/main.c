/* Reserves far more than its limit and touches little of it: legal, and what it touches is what it costs. */
#include "attack.h"

int main(void)
{
    size_t n = (size_t)64 << 30;
    char *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return 1;
    for (size_t i = 0; i < n; i += n / 16)
        p[i] = 1;
    return blocked();
}
