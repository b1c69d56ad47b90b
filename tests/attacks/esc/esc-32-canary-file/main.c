/* Tries to read, change and replace a file of the host whose path it is told. */
#include "attack.h"

int main(int argc, char **argv)
{
    static char content[65536];
    int n_escaped = 0;
    if (argc < 2)
        return 2;
    static const char *const before[] = {"", "/..", "/../../../..", "/proc/self/root", "/proc/1/root",
                                         "/proc/self/cwd/../../..", "/old_root", "/mnt", "/host"};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s%s", before[i], argv[1]);
        int fd = open(path, O_RDONLY);
        if (fd >= 0 && read(fd, content, sizeof content) > 0)
            n_escaped += escaped("read %s", path);
        if (open(path, O_WRONLY | O_APPEND) >= 0)
            n_escaped += escaped("opened %s for writing", path);
        if (unlink(path) == 0)
            n_escaped += escaped("removed %s", path);
    }
    return n_escaped ? 1 : blocked();
}
