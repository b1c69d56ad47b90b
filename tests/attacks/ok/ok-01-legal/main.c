/* What a legal program does, in one: children that are waited for, threads' worth of memory, a temporary
 * file, output, a handled signal.  Hardening must not break it. */
#include "attack.h"

static volatile sig_atomic_t n_caught;

static void caught(int s)
{
    n_caught += s == SIGUSR1;
}

int main(void)
{
    signal(SIGUSR1, caught);
    raise(SIGUSR1);
    char name[] = "/tmp/legal-XXXXXX";
    int fd = mkstemp(name), status = 0, n_good = 0;
    if (fd < 0 || write(fd, "text", 4) != 4 || lseek(fd, 0, SEEK_SET) || unlink(name))
        return escaped("no temporary file: %s", strerror(errno));
    for (int i = 0; i < 3; i++)
        if (fork() == 0)
            _exit(7);
    while (wait(&status) > 0)
        n_good += WEXITSTATUS(status) == 7;
    size_t n = 48 * MIB;
    char *p = malloc(n);
    if (!p)
        return escaped("no memory");
    memset(p, 'a', n);
    if (n_good != 3 || n_caught != 1)
        return escaped("%d children, %d signals", n_good, (int)n_caught);
    for (int i = 0; i < 512; i++)
        if (fwrite(p, 1, 1023, stdout) != 1023 || putchar('\n') == EOF)
            return 1;
    return 0;
}
