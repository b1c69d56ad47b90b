/* Hard links from the host's files, and from the standard streams, into the box. */
#include "attack.h"

int main(int argc, char **argv)
{
    const char *const from[] = {argc > 1 ? argv[1] : "/", "/usr/bin/env", "/bin/true", "/etc/ld.so.cache", "main"};
    int n_escaped = 0;
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        if (link(from[i], "attack-link") == 0 || linkat(AT_FDCWD, from[i], AT_FDCWD, "attack-link2", AT_SYMLINK_FOLLOW) == 0)
            n_escaped += escaped("a hard link to %s", from[i]);
        unlink("attack-link");
        unlink("attack-link2");
    }
    for (int fd = 0; fd < 8; fd++) {
        char path[32];
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        if (linkat(AT_FDCWD, path, AT_FDCWD, "attack-link", AT_SYMLINK_FOLLOW) == 0 ||
            linkat(fd, "", AT_FDCWD, "attack-link2", AT_EMPTY_PATH) == 0)
            n_escaped += escaped("a hard link to descriptor %d", fd);
    }
    return n_escaped ? 1 : blocked();
}
