/* The programs that run boxes, through /proc: none can be opened, not to be read and not to be written.  The
 * own program can be read and not written. */
#include "attack.h"

int main(void)
{
    char path[64], target[256];
    int n_escaped = 0;
    for (int pid = 1; pid < 64; pid++) {
        if (pid == getpid())
            continue;
        static const char *const names[] = {"exe", "root", "cwd", "map_files", "fd", "task/1/exe"};
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            snprintf(path, sizeof path, "/proc/%d/%s", pid, names[i]);
            if (open(path, O_RDONLY) >= 0 || readlink(path, target, sizeof target) >= 0)
                n_escaped += escaped("%s can be opened", path);
        }
    }
    if (open("/proc/self/exe", O_RDONLY) < 0)
        n_escaped += escaped("no /proc/self/exe: %s", strerror(errno));
    if (open("/proc/self/exe", O_WRONLY) >= 0 || open("main", O_WRONLY) >= 0 || open("main", O_RDWR | O_TRUNC) >= 0)
        n_escaped += escaped("the own program can be written");
    if (truncate("main", 0) == 0 || chmod("main", 0777) == 0)
        n_escaped += escaped("the own program can be changed");
    return n_escaped ? 1 : blocked();
}
