/* Rewrites the file that its input comes from (the runner looks whether it is as it was). */
#include "attack.h"

int main(void)
{
    char target[256] = "";
    int n_escaped = 0;
    int fd = open("/proc/self/fd/0", O_RDWR);
    if (fd >= 0 && (lseek(fd, 0, SEEK_SET) == 0 || ftruncate(fd, 0) == 0))
        n_escaped += escaped("standard input was opened again, to be written");
    if (ftruncate(0, 0) == 0 || pwrite(0, "x", 1, 0) == 1)
        n_escaped += escaped("standard input can be written");
    if (readlink("/proc/self/fd/0", target, sizeof target - 1) > 0 && target[0] == '/' && strcmp(target, "/dev/null")) {
        n_escaped += escaped("standard input is the file %s", target);
        if (unlink(target) == 0)
            n_escaped += escaped("it was removed");
    }
    return n_escaped ? 1 : blocked();
}
