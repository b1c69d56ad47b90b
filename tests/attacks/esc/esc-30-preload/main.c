/* Code before main: the filter is there already, and nothing in the environment was the caller's. */
#include "attack.h"

extern char **environ;
static int n_early;

__attribute__((constructor)) static void early(void)
{
    char status[8192] = "";
    int fd = open("/proc/self/status", O_RDONLY);
    if (fd >= 0 && read(fd, status, sizeof status - 1) > 0 && !strstr(status, "Seccomp:\t2"))
        n_early++;
    if (syscall(SYS_io_setup, 0, NULL) == 0 || errno != ENOSYS)
        n_early++;
}

int main(void)
{
    static const char *const ours[] = {"PATH=", "HOME=", "TMPDIR=", "LC_ALL=", "TZ="};
    int n_escaped = n_early ? escaped("no filter before main") : 0;
    for (char **e = environ; *e; e++) {
        size_t i = 0;
        while (i < sizeof ours / sizeof *ours && strncmp(*e, ours[i], strlen(ours[i])))
            i++;
        if (strstr(*e, "mljudge-attacks"))
            n_escaped += escaped("a folder of the runner in the environment: %.20s", *e);
        if (i == sizeof ours / sizeof *ours)
            n_escaped += escaped("in the environment: %.20s", *e);
    }
    return n_escaped ? 1 : blocked();
}
