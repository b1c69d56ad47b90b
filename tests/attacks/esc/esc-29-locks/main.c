/* Two boxes at the same time: one locks files both can see, the other looks whether they are locked. */
#include <sys/file.h>

#include "attack.h"

int main(int argc, char **argv)
{
    static const char *const shared[] = {"/usr/bin/env", "/usr/lib", "/bin/sh", "/etc/ld.so.cache", "/proc/self/ns/uts",
                                         "/proc/self/ns/user", "/dev/null", "/dev/urandom", "/"};
    enum { N = sizeof shared / sizeof *shared };
    bool sender = argc > 1 && atoi(argv[1]) == 0;
    int fds[N], n_escaped = 0;
    alarm(FUSE_S);
    for (int i = 0; i < N; i++) {
        fds[i] = open(shared[i], O_RDONLY);
        if (fds[i] < 0)
            continue;
        struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
        if (sender) {
            flock(fds[i], LOCK_EX);
            fcntl(fds[i], F_SETLK, &lock);
            fcntl(fds[i], F_OFD_SETLK, &lock);
            fcntl(fds[i], F_SETLEASE, F_RDLCK);
        }
    }
    if (sender) {
        sleep_ms(400);
        return blocked();
    }
    for (double end = now_s() + 0.35; now_s() < end && !n_escaped; sleep_ms(10))
        for (int i = 0; i < N; i++) {
            struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
            if (fds[i] < 0)
                continue;
            if (flock(fds[i], LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
                n_escaped += escaped("flock of %s", shared[i]);
            else
                flock(fds[i], LOCK_UN);
            if (fcntl(fds[i], F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
                n_escaped += escaped("lock of %s", shared[i]);
            if (fcntl(fds[i], F_GETLEASE) == F_RDLCK)
                n_escaped += escaped("lease of %s", shared[i]);
        }
    return n_escaped ? 1 : blocked();
}
