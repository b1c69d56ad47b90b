/* Signals its parent and looks for anybody else in reach (with signal 0: outside a box that must be harmless). */
#include "attack.h"

int main(void)
{
    int n_escaped = 0;
    kill(getppid(), SIGKILL);
    kill(getppid(), SIGSTOP);
    for (int pid = 2; pid < 70000; pid++)
        if (pid != getpid() && kill(pid, 0) == 0)
            n_escaped += escaped("process %d can be signalled", pid);
    sleep_ms(50);
    return n_escaped ? 1 : blocked();
}
