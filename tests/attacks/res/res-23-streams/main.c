/* Does with its standard streams what a judge may not expect, while 16 MiB of input wait to be read. */
#include "attack.h"

int main(int argc, char **argv)
{
    static char block[65536];
    const char *way = argc > 1 ? argv[1] : "";
    ssize_t n;
    if (!strcmp(way, "one-byte") && read(0, block, 1) != 1)
        return 2;
    if (!strcmp(way, "stdin-closed"))
        close(0);
    if (!strcmp(way, "stderr-only")) {
        close(1);
        memset(block, 'y', 1023);
        block[1023] = '\n';
        for (int i = 0; i < 64; i++)
            if (write(2, block, 1024) != 1024)
                return 3;
        return 0;
    }
    if (!strcmp(way, "echo")) {
        while ((n = read(0, block, sizeof block)) > 0)
            if (write(1, block, (size_t)n) != n)
                return 4;
        return 0;
    }
    blocked();
    if (!strcmp(way, "stdout-closed")) {
        close(1);
        close(2);
        while (read(0, block, sizeof block) > 0)
            ;
    }
    return 0;
}
