/* Looks for secrets of the judge in every file, descriptor and page of memory that it can read.
 *
 * Returns "none" (a wrong answer) if there is none but its own input, which it must find in its memory: that
 * proves the search.  Anything else ends in a signal or an exit status. */
#define _GNU_SOURCE
#include "search.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* The headers may have been included without _GNU_SOURCE before this file begins. */
void *memmem(const void *haystack, size_t n, const void *needle, size_t n_needle);

#define CHUNK ((size_t)1 << 20)
#define OVERLAP 80
#define N_HEX 32
#define FILE_CAP ((off_t)1 << 28)
#define NEW_S 7200 /* secrets are made for each run: a file that is older holds none */

static char own[N_HEX + 1];
static size_t n_own, n_foreign, n_bytes, n_files;
static char *buffer;

static void look(const char *bytes, size_t n, const char *where)
{
    static const char word[] = "MLJCANARY";
    const char *end = bytes + n, *p = bytes;
    n_bytes += n;
    while ((p = memmem(p, (size_t)(end - p), word, sizeof word - 1))) {
        p += sizeof word - 1;
        if (end - p < N_HEX || strspn(p, "0123456789abcdef") < N_HEX)
            continue;
        if (!memcmp(p, own, N_HEX)) {
            n_own++;
        } else {
            n_foreign++;
            fprintf(stderr, "ESCAPED a secret in %s\n", where);
        }
    }
}

static void look_into(int fd, off_t from, off_t to, const char *where)
{
    size_t n_before = 0;
    for (off_t at = from; at < to;) {
        size_t wanted = to - at < (off_t)CHUNK ? (size_t)(to - at) : CHUNK;
        ssize_t n = pread(fd, buffer + n_before, wanted, at);
        if (n <= 0)
            return;
        size_t have = n_before + (size_t)n;
        buffer[have] = '\0';
        look(buffer, have, where);
        n_before = have < OVERLAP ? have : OVERLAP;
        memmove(buffer, buffer + have - n_before, n_before);
        at += n;
    }
}

static void look_into_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0)
        return;
    n_files++;
    look_into(fd, 0, FILE_CAP, path);
    close(fd);
}

static void walk(const char *folder, int depth)
{
    DIR *dir = opendir(*folder ? folder : "/");
    for (struct dirent *d; dir && depth < 24 && (d = readdir(dir));) {
        char path[4096];
        struct stat st;
        if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, d->d_name);
        look(d->d_name, strlen(d->d_name), folder);
        if (lstat(path, &st) < 0 || !strcmp(path, "/proc") || !strcmp(path, "/sys"))
            continue;
        if (S_ISDIR(st.st_mode))
            walk(path, depth + 1);
        else if (S_ISREG(st.st_mode) && st.st_ctime > time(NULL) - NEW_S)
            look_into_file(path);
    }
    if (dir)
        closedir(dir);
}

/* Without /proc: write() from an address that is not mapped fails with EFAULT. */
static void probe_memory(void)
{
    int ends[2];
    char page[4096 + 1] = "";
    if (pipe(ends))
        return;
    const uintptr_t anchors[] = {(uintptr_t)own, (uintptr_t)&ends, (uintptr_t)buffer, (uintptr_t)stderr,
                                 (uintptr_t)sbrk(0) - 4096, (uintptr_t)malloc(1)};
    for (size_t i = 0; i < sizeof anchors / sizeof *anchors; i++)
        for (intptr_t k = -16384; k < 16384; k++) {
            uintptr_t address = (anchors[i] & ~(uintptr_t)4095) + (uintptr_t)(k * 4096);
            if (write(ends[1], (const void *)address, 4096) != 4096)
                continue;
            if (read(ends[0], page, 4096) == 4096)
                look(page, 4096, "memory");
        }
}

static void look_into_memory(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    int memory = open("/proc/self/mem", O_RDONLY);
    if (!maps || memory < 0) {
        probe_memory();
        return;
    }
    static char line[4096];
    while (fgets(line, sizeof line, maps)) {
        unsigned long low, high;
        char readable;
        if (sscanf(line, "%lx-%lx %c", &low, &high, &readable) != 3 || readable != 'r')
            continue;
        if (low <= (unsigned long)buffer && (unsigned long)buffer < high)
            memset(buffer, 0, 2 * CHUNK); /* what is found there is what was found elsewhere */
        if (low < 1UL << 47)
            look_into(memory, (off_t)low, (off_t)high, "memory");
    }
}

extern char **environ;

struct str search(struct str x)
{
    buffer = malloc(2 * CHUNK);
    if (x.n < 9 + N_HEX || !buffer)
        exit(8);
    memcpy(own, x.p + 9, N_HEX);
    /* The input itself may lie in a mapping that can only be reached through its own pointer. */
    look(x.p, x.n, "the input");
    if (n_own != 1)
        exit(7);
    look_into_memory();
    if (n_own < 2)
        exit(9);
    for (int fd = 0; fd < 64; fd++) {
        char name[32];
        snprintf(name, sizeof name, "descriptor %d", fd);
        look_into(fd, 0, FILE_CAP, name);
    }
    walk("", 0);
    static const char *const proc[] = {"/proc/self/environ", "/proc/self/cmdline", "/proc/self/mountinfo",
                                       "/proc/1/environ", "/proc/1/cmdline", "/proc/1/maps", "/proc/self/cgroup"};
    for (size_t i = 0; i < sizeof proc / sizeof *proc; i++)
        look_into_file(proc[i]);
    for (char **e = environ; e && *e; e++)
        look(*e, strlen(*e), "environment");
    if (n_foreign)
        abort();
    return (struct str){"none", 4};
}
