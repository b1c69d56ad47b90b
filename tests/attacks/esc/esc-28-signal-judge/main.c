/* Signals everybody in reach, its parent first. */
#include "attack.h"

int main(void)
{
    signal(SIGTERM, SIG_IGN);
    kill(getppid(), SIGKILL);
    kill(getppid(), SIGSTOP);
    for (int pid = 1; pid < 400; pid++)
        if (pid != getpid())
            kill(pid, SIGKILL);
    kill(-1, SIGTERM);
    sleep_ms(50);
    return blocked();
}
