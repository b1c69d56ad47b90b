/* What every program with a box's configuration has: box-init, and the fork server's library. */
#include <time.h>

#include "sandbox/box_init.h"

struct box_config *box;

#ifdef MLJUDGE_HOLES
bool hole(const char *defence)
{
    const char *name = box_at(box->hole);
    while (box->hole && *name && *name == *defence) {
        name++;
        defence++;
    }
    return box->hole && *name == 0 && *defence == 0;
}
#endif

int64_t clock_ns(int clock)
{
    struct timespec t = {0};
    SYS(clock_gettime, clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
