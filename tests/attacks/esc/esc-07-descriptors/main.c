/* Looks for a descriptor that somebody left open, and for a directory above the box through it. */
#include "attack.h"

int main(void)
{
    int n_escaped = 0;
    for (int fd = 3; fd < 1024; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            n_escaped += escaped("descriptor %d is open", fd);
    for (int fd = 0; fd < 3; fd++) {
        struct stat st;
        if (fstat(fd, &st) == 0 && !S_ISFIFO(st.st_mode) && !(S_ISCHR(st.st_mode) && st.st_rdev == 0x103))
            n_escaped += escaped("descriptor %d is neither a pipe nor /dev/null, mode %o", fd, st.st_mode);
        if (openat(fd, "..", O_PATH) >= 0)
            n_escaped += escaped("descriptor %d is a directory", fd);
    }
    return n_escaped ? 1 : blocked();
}
