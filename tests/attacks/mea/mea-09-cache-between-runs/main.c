/* Leaves a message for its next run wherever something might last, and looks for one. */
#include <sys/ipc.h>
#include <sys/shm.h>

#include "attack.h"

int main(void)
{
    static const char *const places[] = {"attack-message", "/tmp/attack-message", "/dev/shm/attack-message",
                                         "/var/tmp/attack-message", "/box/attack-message", "/run/attack-message",
                                         "/root/attack-message", "/attack-message", "/dev/mqueue/attack-message"};
    int n_escaped = 0;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct stat st;
        if (i != 2 && i != 4 && stat(places[i], &st) == 0) /* 2 and 4 are other names of 1 and 0 */
            n_escaped += escaped("%s is there", places[i]);
        int fd = open(places[i], O_CREAT | O_WRONLY, 0666);
        if (fd >= 0 && write(fd, "1", 1) == 1)
            close(fd);
    }
    if (shmget(0x6d6c6a, 1, 0) >= 0)
        n_escaped += escaped("System V shared memory is there");
    shmget(0x6d6c6a, 4096, IPC_CREAT | 0666);
    /* What the kernel keeps of a file that everybody can read: name, times, locks. */
    struct stat before, after;
    int fd = open("/usr/bin/env", O_RDONLY);
    if (fd < 0 || fstat(fd, &before) < 0)
        return 2;
    char byte;
    const struct timespec times[2] = {before.st_atim, before.st_mtim}; /* as they are: nothing is changed */
    if (read(fd, &byte, 1) != 1 || futimens(fd, times) == 0 || utimensat(AT_FDCWD, "/usr/bin/env", times, 0) == 0)
        n_escaped += escaped("times of a host file can be set");
    if (fstat(fd, &after) < 0 || before.st_atim.tv_sec != after.st_atim.tv_sec)
        n_escaped += escaped("reading a host file changes its access time");
    return n_escaped ? 1 : blocked();
}
