/* Fills the disk: with bytes, with promises of bytes, with files, with directories too deep to be removed by name,
 * with names that break scripts.  Each stops far above what a box may have. */
#include "attack.h"

static const char *const places[] = {".", "/tmp", "/dev/shm", "/var/tmp"};

static int fill(void)
{
    static char block[MIB];
    size_t total = 0;
    signal(SIGXFSZ, SIG_IGN);
    memset(block, 1, sizeof block);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/attack-fill", places[i]);
        int fd = open(path, O_CREAT | O_WRONLY, 0600);
        while (fd >= 0 && total < 160 * MIB && write(fd, block, sizeof block) == (ssize_t)sizeof block)
            total += sizeof block;
    }
    return total >= 160 * MIB ? escaped("%zu MiB written", total / MIB) : blocked();
}

static int allocate(void)
{
    int n_escaped = 0;
    signal(SIGXFSZ, SIG_IGN);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/attack-allocate", places[i]);
        int fd = open(path, O_CREAT | O_WRONLY, 0600);
        if (fd >= 0 && fallocate(fd, 0, 0, 300 * (off_t)MIB) == 0)
            n_escaped += escaped("300 MiB in %s", places[i]);
        unlink(path);
    }
    return n_escaped ? 1 : blocked();
}

static int sparse(void)
{
    int n_escaped = 0, fd = open("attack-sparse", O_CREAT | O_RDWR, 0600);
    signal(SIGXFSZ, SIG_IGN);
    for (int shift = 30; shift < 63; shift++)
        if (ftruncate(fd, (off_t)1 << shift) == 0)
            n_escaped += escaped("a file of 2^%d bytes", shift);
    return n_escaped ? 1 : blocked();
}

static int inodes(void)
{
    int n = 0;
    mkdir("attack-many", 0700);
    mkdir("/tmp/attack-many", 0700);
    for (; n < 20000; n++) {
        char path[64];
        snprintf(path, sizeof path, "%s/attack-many/%d", places[n % 2], n);
        int fd = open(path, O_CREAT | O_WRONLY, 0600);
        if (fd < 0)
            break;
        close(fd);
    }
    return n >= 20000 ? escaped("%d files", n) : blocked();
}

static int deep(void)
{
    int n = 0;
    mkdir("attack-deep", 0700);
    if (chdir("attack-deep") == 0)
        while (n < 20000 && mkdir("deeper-than-any-path-may-be", 0700) == 0 && chdir("deeper-than-any-path-may-be") == 0)
            n++;
    return n >= 20000 ? escaped("%d directories deep", n) : blocked();
}

static int names(void)
{
    static const char *const bad[] = {"-rf", "--", " ", "\n", "a\nb", "*", "$(touch x)", "`x`", ";x", "\xff\xfe", "\x1b[2J",
                                      "...", "'", "\"", "\\", "%s%n", "con", "\xe2\x80\xae", "::error::x"};
    mkdir("/tmp/attack-names", 0700);
    if (chdir("/tmp/attack-names"))
        return blocked();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (open(bad[i], O_CREAT | O_WRONLY, 0) < 0)
            return 3;
    char longest[256];
    memset(longest, 'n', 255);
    longest[255] = '\0';
    return mkdir(longest, 0700) == 0 ? blocked() : 4;
}

static int unreadable(void)
{
    if (mkdir("/tmp/attack-closed", 0700) < 0)
        return blocked();
    mkdir("/tmp/attack-closed/inner", 0700);
    return chmod("/tmp/attack-closed/inner", 0) == 0 && chmod("/tmp/attack-closed", 0) == 0 ? blocked() : 3;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(void);
    } ways[] = {{"fill", fill},   {"allocate", allocate}, {"sparse", sparse},        {"inodes", inodes},
                {"deep", deep},   {"names", names},       {"unreadable", unreadable}};
    alarm(FUSE_S);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (argc > 1 && !strcmp(argv[1], ways[i].name))
            return ways[i].run();
    return 2;
}
