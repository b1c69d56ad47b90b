/* Takes memory of one kind, up to four times its limit (argv[2], MiB). */
#include <sys/ipc.h>
#include <sys/shm.h>

#include "attack.h"

static void touch(char *p, size_t n)
{
    for (size_t i = 0; i < n; i += 4096)
        p[i] = 1;
}

static int fill_file(int fd, size_t cap)
{
    static char block[MIB];
    memset(block, 1, sizeof block);
    for (size_t n = 0; n < cap; n += sizeof block)
        if (write(fd, block, sizeof block) != (ssize_t)sizeof block) {
            printf("stopped after %zu MiB: %s\n", n / MIB, strerror(errno));
            return blocked();
        }
    return escaped("%zu MiB", cap / MIB);
}

static int open_and_fill(const char *path, size_t cap)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd < 0) {
        printf("open %s: %s\n", path, strerror(errno));
        return blocked();
    }
    return fill_file(fd, cap);
}

static int descend(size_t left)
{
    volatile char frame[65536];
    touch((char *)frame, sizeof frame);
    return left > sizeof frame ? descend(left - sizeof frame) + frame[0] : frame[1];
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    const char *kind = argv[1];
    size_t limit = (size_t)atoi(argv[2]) * MIB, cap = 4 * limit;
    alarm(FUSE_S);

    if (!strcmp(kind, "heap")) {
        for (size_t n = 0; n < cap; n += MIB) {
            char *p = malloc(MIB);
            if (!p)
                return blocked();
            touch(p, MIB);
        }
        return escaped("%zu MiB of heap", cap / MIB);
    }
    if (!strcmp(kind, "shared")) {
        char *p = mmap(NULL, cap, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED)
            return blocked();
        touch(p, cap);
        return escaped("%zu MiB of shared memory", cap / MIB);
    }
    if (!strcmp(kind, "stack"))
        return descend(cap) ? escaped("%zu MiB of stack", cap / MIB) : 3;
    if (!strcmp(kind, "children")) {
        for (int i = 0; i < 8; i++)
            if (fork() == 0) {
                alarm(FUSE_S);
                char *p = malloc(limit / 2);
                if (p)
                    touch(p, limit / 2);
                sleep_ms(2000);
                _exit(p ? 0 : 1);
            }
        int status, n_good = 0;
        while (wait(&status) > 0)
            n_good += status == 0;
        return n_good == 8 ? escaped("%zu MiB in children", cap / MIB) : 4;
    }
    if (!strcmp(kind, "tmpfs"))
        return open_and_fill("/tmp/attack-memory", cap);
    if (!strcmp(kind, "work"))
        return open_and_fill("attack-memory", cap);
    if (!strcmp(kind, "dev-shm"))
        return open_and_fill("/dev/shm/attack-memory", cap);
    if (!strcmp(kind, "memfd")) {
        int fd = (int)syscall(SYS_memfd_create, "attack", 0);
        return fd < 0 ? blocked() : fill_file(fd, cap);
    }
    if (!strcmp(kind, "sysv")) {
        int id = shmget(0x6d6c6a, cap, IPC_CREAT | IPC_EXCL | 0600);
        if (id < 0)
            return blocked();
        char *p = shmat(id, NULL, 0);
        if (p != (char *)-1)
            touch(p, cap);
        return escaped("%zu MiB of System V shared memory", cap / MIB);
    }
    return 2;
}
