/* Forks from every process it gets until nothing more is had; says whether it got more than its limit. */
#include "attack.h"

static volatile int *n_forked;

static void multiply(int cap)
{
    while (*n_forked < cap) {
        pid_t pid = fork();
        if (pid < 0)
            break;
        if (pid == 0) {
            alarm(FUSE_S);
            __atomic_add_fetch(n_forked, 1, __ATOMIC_SEQ_CST);
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
    n_forked = mmap(NULL, sizeof *n_forked, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (n_forked == MAP_FAILED || limit <= 0)
        return 2;
    multiply(4 * limit);
    sleep_ms(100);
    if (*n_forked < 2 || *n_forked >= limit)
        escaped("%d processes", *n_forked + 1);
    else
        blocked();
    for (;;)
        pause();
}
