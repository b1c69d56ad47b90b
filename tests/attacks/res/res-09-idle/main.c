/* Waits without computing, in every way that there is. */
#include <linux/futex.h>
#include <sys/select.h>

#include "attack.h"

int main(int argc, char **argv)
{
    const char *way = argc > 1 ? argv[1] : "";
    unsigned word = 0;
    int ends[2];
    char byte;
    blocked();
    alarm(FUSE_S);
    if (!strcmp(way, "sleep"))
        sleep_ms(FUSE_S * 1000);
    if (!strcmp(way, "pause"))
        pause();
    if (!strcmp(way, "stop"))
        raise(SIGSTOP);
    if (!strcmp(way, "futex"))
        syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
    if (!strcmp(way, "select"))
        select(0, NULL, NULL, NULL, NULL);
    if (!strcmp(way, "pipe") && pipe(ends) == 0)
        return (int)read(ends[0], &byte, 1);
    if (!strcmp(way, "child")) {
        if (fork() == 0) {
            alarm(FUSE_S);
            raise(SIGSTOP);
            _exit(0);
        }
        wait(NULL);
    }
    return 3;
}
