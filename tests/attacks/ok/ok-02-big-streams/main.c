/* Reads 64 MiB, writes 10 MB. */
#include "attack.h"

int main(void)
{
    static char block[1 << 16];
    size_t n, n_lines = 0;
    while ((n = fread(block, 1, sizeof block, stdin)) > 0)
        for (size_t i = 0; i < n; i++)
            n_lines += block[i] == '\n';
    printf("done %zu\n", n_lines);
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 160; i++)
        if (fwrite(block, 1, 64000, stdout) != 64000)
            return 1;
    return 0;
}
