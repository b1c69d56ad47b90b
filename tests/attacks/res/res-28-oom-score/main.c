/* Asks never to be killed when memory is short, then takes four times its share. */
#include "attack.h"

int main(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY);
    alarm(FUSE_S);
    if (fd >= 0 && (write(fd, "-1000", 5) == 5 || write(fd, "0", 1) == 1))
        escaped("oom_score_adj was lowered");
    else
        blocked();
    for (size_t i = 0; i < 128; i++) {
        char *p = malloc(MIB);
        if (p)
            memset(p, 1, MIB);
    }
    return escaped("128 MiB");
}
