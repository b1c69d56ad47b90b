/* A moving target: each process starts its successor in a session of its own and exits at once, so that
 * whoever kills by pid, process group or session always comes too late. */
#include "attack.h"

int main(void)
{
    double end = now_s() + 8;
    int counter[2]; /* a byte for each process; when it is full there have been enough */
    if (pipe2(counter, O_NONBLOCK))
        return 2;
    for (int chain = 0; chain < 4; chain++) {
        if (fork() != 0)
            continue;
        while (now_s() < end && write(counter[1], "x", 1) == 1) {
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
