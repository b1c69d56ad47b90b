/* Memory that the kernel holds for a process and no counter of the process shows: page tables, pipes full of
 * bytes, directories.  Each stops at four times the limit (32 MiB). */
#include "attack.h"

#define CAP (128 * MIB)

/* A page table of 4 KiB for each 2 MiB, for the shared page of zeros. */
static int page_tables(void)
{
    size_t n = (CAP / 4096) * 2 * MIB;
    volatile char *p = mmap(NULL, n, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    volatile char sink = 0;
    if (p == MAP_FAILED)
        return 2;
    madvise((void *)(uintptr_t)p, n, MADV_NOHUGEPAGE);
    for (size_t i = 0; i < n; i += 2 * MIB)
        sink += p[i];
    return escaped("%zu MiB of page tables%s", CAP / MIB, sink ? "!" : "");
}

/* 64 KiB each; as many as descriptors, in several processes. */
static int pipes(void)
{
    static char block[65536];
    size_t total = 0;
    for (int child = 0; child < 12; child++) {
        for (int ends[2]; pipe(ends) == 0;) {
            fcntl(ends[1], F_SETFL, O_NONBLOCK);
            if (total >= CAP)
                return escaped("%zu MiB in pipes", total / MIB);
            ssize_t n = write(ends[1], block, sizeof block);
            total += n > 0 ? (size_t)n : 0;
        }
        pid_t pid = fork();
        if (pid < 0)
            return escaped("%zu MiB in pipes", total / MIB);
        if (pid > 0) {
            int status;
            return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 3;
        }
        /* The parent keeps its pipes and waits; the child closes its copies and goes on. */
        for (int fd = 3; fd < 1024; fd++)
            close(fd);
    }
    return escaped("%zu MiB in pipes", total / MIB);
}

static int directories(void)
{
    char name[300];
    size_t n = 0;
    for (; n < 100000; n++) {
        snprintf(name, sizeof name, "attack-%0240zu", n);
        if (mkdir(name, 0700) < 0)
            return blocked();
    }
    return escaped("%zu directories", n);
}

int main(int argc, char **argv)
{
    const char *way = argc > 1 ? argv[1] : "";
    alarm(FUSE_S);
    if (!strcmp(way, "page-tables"))
        return page_tables();
    if (!strcmp(way, "pipes"))
        return pipes();
    if (!strcmp(way, "directories"))
        return directories();
    int ends[2];
    if (pipe(ends))
        return 2;
    return fcntl(ends[1], F_SETPIPE_SZ, 1 << 20) >= 0 ? escaped("a pipe of 1 MiB") : blocked();
}
