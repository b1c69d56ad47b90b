/* Many workers, each far below any limit of a process, one after the other. */
#include "attack.h"

int main(void)
{
    alarm(FUSE_S);
    for (int i = 0; i < 100; i++) {
        int status;
        pid_t pid = fork();
        if (pid == 0) {
            burn_ms(10);
            _exit(0);
        }
        waitpid(pid, &status, 0);
    }
    return escaped("a second of CPU time");
}
