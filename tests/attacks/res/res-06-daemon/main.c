/* Gives the right answer and leaves a daemon: double fork, own session, every signal ignored.  `noisy`
 * keeps standard output open and goes on writing after its parent's end. */
#include "attack.h"

int main(int argc, char **argv)
{
    bool noisy = argc > 1 && !strcmp(argv[1], "noisy");
    blocked();
    if (fork() != 0)
        _exit(0);
    setsid();
    if (fork() != 0)
        _exit(0);
    for (int s = 1; s < 65; s++)
        signal(s, SIG_IGN);
    if (!noisy)
        for (int fd = 0; fd < 64; fd++)
            close(fd);
    for (double end = now_s() + FUSE_S; now_s() < end; sleep_ms(5))
        if (noisy && write(1, "still here\n", 11) < 0)
            continue;
    return 0;
}
