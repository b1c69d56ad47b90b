/* What every program with a box's configuration has: box-init, and the fork server's library. */
#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
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

long box_map_config(int fd, size_t *ret_size)
{
    struct stat st;
    long r = SYS(fstat, fd, &st);
    if (r < 0)
        return r;
    if ((size_t)st.st_size < sizeof *box)
        return -EPROTO;
    r = SYS(mmap, NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (r < 0 && r > -4096)
        return r;
    box = (struct box_config *)r;
    *ret_size = (size_t)st.st_size;
    return 0;
}
