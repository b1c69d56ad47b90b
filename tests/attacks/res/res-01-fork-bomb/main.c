/* Forks from every process it gets until nothing more is had; says whether it got more than its limit. */
#include <sys/ioctl.h>

#include "attack.h"

static int counter[2]; /* a byte for each process: no shared memory is needed */

static int n_forked(void)
{
    int n = 0;
    ioctl(counter[0], FIONREAD, &n);
    return n;
}

static void multiply(int cap)
{
    while (n_forked() < cap) {
        pid_t pid = fork();
        if (pid < 0)
            break;
        if (pid == 0) {
            alarm(FUSE_S);
            if (write(counter[1], "x", 1) != 1)
                _exit(1);
            multiply(cap);
            for (;;)
                pause();
        }
    }
}

int main(int argc, char **argv)
{
    int limit = argc > 1 ? atoi(argv[1]) : 0;
    alarm(FUSE_S);
    if (pipe(counter) || limit <= 0)
        return 2;
    multiply(4 * limit);
    sleep_ms(100);
    if (n_forked() < 2 || n_forked() > limit)
        escaped("%d processes", n_forked() + 1);
    else
        blocked();
    for (;;)
        pause();
}
