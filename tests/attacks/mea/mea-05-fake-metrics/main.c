/* Writes its own measurements wherever a judge might look for them, when it ends. */
#include "attack.h"

static void report(void)
{
    static const char *const names[] = {"time.txt", "display_runtime.txt", "display_memory.txt", "user.out", "meta",
                                        "/tmp/time.txt", "cpuacct.usage", "usage.json"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int fd = open(names[i], O_CREAT | O_WRONLY | O_TRUNC, 0644);
        if (fd >= 0 && write(fd, "0\n", 2) != 2)
            return;
    }
    blocked();
}

int main(void)
{
    atexit(report);
    burn_ms(250);
    printf("0 ms, 0 KiB\n");
    return 0;
}
