/* A moving target: each process starts its successor in a session of its own and exits at once, so that
 * whoever kills by pid, process group or session always comes too late. */
#include "attack.h"

int main(void)
{
    double end = now_s() + 8;
    volatile int *n = mmap(NULL, sizeof *n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (n == MAP_FAILED)
        return 2;
    for (int chain = 0; chain < 4; chain++) {
        if (fork() != 0)
            continue;
        while (now_s() < end && __atomic_add_fetch(n, 1, __ATOMIC_SEQ_CST) < 200000) {
            pid_t pid = fork();
            if (pid > 0)
                _exit(0);
            if (pid < 0)
                sched_yield();
            else
                setsid();
        }
        _exit(0);
    }
    blocked();
    sleep_ms(9000);
    return 0;
}
