/* Works in children nobody waits for, so that times(), getrusage() and wait4() of the parent show nothing. */
#include "attack.h"

int main(int argc, char **argv)
{
    long burn = argc > 1 ? atol(argv[1]) : 0, rest = argc > 2 ? atol(argv[2]) : 0;
    alarm(FUSE_S);
    signal(SIGCHLD, SIG_IGN);
    for (int i = 0; i < 2; i++)
        if (fork() == 0) {
            alarm(FUSE_S);
            burn_ms(burn / 2);
            _exit(0);
        }
    sleep_ms(rest);
    return blocked();
}
