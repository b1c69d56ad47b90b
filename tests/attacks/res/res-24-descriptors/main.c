/* As many descriptors as there are: files, pipes, timers, epolls. */
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

#include "attack.h"

int main(void)
{
    int n = 0, last = 0;
    for (int fd = 0; n < 5000 && fd >= 0; n++) {
        switch (n % 4) {
        case 0: fd = open("/dev/null", O_RDONLY); break;
        case 1: fd = eventfd(0, 0); break;
        case 2: fd = timerfd_create(CLOCK_MONOTONIC, 0); break;
        default: fd = epoll_create1(0); break;
        }
        last = fd;
    }
    if (last >= 0 || errno != EMFILE || n > 256)
        return escaped("%d descriptors, %s", n, strerror(errno));
    return blocked();
}
