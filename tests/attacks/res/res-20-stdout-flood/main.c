/* Writes a gigabyte to standard output or standard error, after the right answer. */
#include "attack.h"

int main(int argc, char **argv)
{
    static char block[65536];
    int fd = argc > 1 && !strcmp(argv[1], "stderr") ? 2 : 1;
    alarm(FUSE_S);
    blocked();
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 16384; i++)
        if (write(fd, block, sizeof block) < 0)
            return 3;
    return 0;
}
