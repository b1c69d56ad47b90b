/* What a copy of the fork server touches: learned once, from a rehearsal.
 *
 * A copy shares its pages with the server until it writes to them, and maps files' pages as it reaches them: some
 * hundred page faults before every test and some within its measured time.  A first copy, which enters no box and
 * runs code of ours only, tells which pages it has come to own; every later copy takes those in a few system
 * calls before anything else.  What is taken needlessly costs a copy of a page, what is missed costs a fault: neither
 * changes what a test sees.
 *
 * Where a fault costs little (bare metal, and machines whose host translates addresses in hardware) all of that is not
 * worth its own cost, and there is no rehearsal. */
#include "sandbox/fork_rehearsal.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/box_config.h"
#include "sandbox/box_sys.h"
#include "sandbox/fork_server.h"

#ifndef MADV_POPULATE_READ /* Linux 5.14 */
#define MADV_POPULATE_READ  22
#define MADV_POPULATE_WRITE 23
#endif

#define EXPORT     __attribute__((visibility("default")))
#define PAGE       4096UL
#define RANGES_MAX 2000 /* what a pipe takes at once */
#define CHUNK      512
/* A NumPy test writes some 500 pages within its measured time: below this they are 1.3 ms of it, and a warm start may be
 * 2 ms away from a cold one, which has its own. */
#define FAULT_NS_MIN 2500
#define TRIES        3
#define TRIED_PAGES  64
#define GAP_COPIED   1  /* pages copied for nothing rather than one more call */
#define GAP_MAPPED   16 /* what the kernel maps around a fault: fault_around_bytes */
#define CODE_MAX     ((uint64_t)32 << 20) /* of one library: mapped whole, its pages are there anyway */

/* /proc/PID/pagemap: Documentation/admin-guide/mm/pagemap.rst */
#define PM_PRESENT   (1ULL << 63)
#define PM_FILE      (1ULL << 61)
#define PM_EXCLUSIVE (1ULL << 56)

EXPORT int mljudge_fork_rehearse(void);
EXPORT void mljudge_fork_rehearsed(void);

struct range {
    uint64_t start;
    uint32_t n_pages;
    uint32_t is_written;
};

static struct range ranges[RANGES_MAX];
static size_t n_ranges;
static int told_fd = -1; /* the rehearsal's end of it writes ranges[] */
static pid_t rehearsal;

/* ---- the rehearsal ---- */

/* What a page costs when it is touched for the first time: the least of some tries. */
static int64_t fault_ns(void)
{
    int64_t least = INT64_MAX;
    for (int try = 0; try < TRIES; try++) {
        char *pages = mmap(NULL, TRIED_PAGES * PAGE, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pages == MAP_FAILED)
            return INT64_MAX;
        madvise(pages, TRIED_PAGES * PAGE, MADV_NOHUGEPAGE);
        int64_t began = clock_ns(CLOCK_MONOTONIC);
        for (size_t i = 0; i < TRIED_PAGES; i++)
            ((volatile char *)pages)[i * PAGE] = 1;
        int64_t took = (clock_ns(CLOCK_MONOTONIC) - began) / TRIED_PAGES;
        least = took < least ? took : least;
        munmap(pages, TRIED_PAGES * PAGE);
    }
    return least;
}

/* Begins it.  1 in the copy that rehearses, 0 in the server; -errno: there is none. */
int mljudge_fork_rehearse(void)
{
    int ends[2];
    if (fault_ns() < FAULT_NS_MIN)
        return -ECANCELED;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    pid_t pid = fork();
    if (pid > 0) {
        close(ends[1]);
        told_fd = ends[0];
        rehearsal = pid;
        return 0;
    }
    if (pid < 0)
        return -errno;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(FORK_SERVER_FD);
    close(ends[0]);
    told_fd = fcntl(ends[1], F_DUPFD_CLOEXEC, BOX_MIN_FD); /* out of the way of a test's own */
    close(ends[1]);
    return 1;
}

/* With what lies between it and the one before, if that is near: to map a file's page that is in memory costs next to
 * nothing, to copy one as much as a call. */
static void add_page(uint64_t at, uint64_t mapping_start, bool is_written)
{
    struct range *last = n_ranges > 0 ? &ranges[n_ranges - 1] : NULL;
    uint64_t end = last ? last->start + last->n_pages * PAGE : 0;
    if (last && last->is_written == is_written && last->start >= mapping_start &&
        at - end <= (is_written ? GAP_COPIED : GAP_MAPPED) * PAGE)
        last->n_pages = (uint32_t)((at - last->start) / PAGE + 1);
    else if (n_ranges < RANGES_MAX)
        ranges[n_ranges++] = (struct range){at, 1, is_written};
}

static void add_mapping(int pagemap, uint64_t start, uint64_t end)
{
    uint64_t entries[CHUNK];
    const uint64_t mapping_start = start;
    while (start < end) {
        uint64_t n = (end - start) / PAGE;
        n = n < CHUNK ? n : CHUNK;
        ssize_t got = pread(pagemap, entries, n * sizeof *entries, (off_t)(start / PAGE * 8));
        if (got <= 0)
            return;
        n = (uint64_t)got / sizeof *entries;
        for (uint64_t i = 0; i < n; i++) {
            bool is_file = entries[i] & PM_FILE;
            if ((entries[i] & PM_PRESENT) && (is_file || (entries[i] & PM_EXCLUSIVE)))
                add_page(start + i * PAGE, mapping_start, !is_file);
        }
        start += n * PAGE;
    }
}

static void add(int pagemap, uint64_t start, uint64_t end, bool is_code)
{
    size_t before = n_ranges;
    add_mapping(pagemap, start, end);
    if (is_code && n_ranges > before && end - start <= CODE_MAX) {
        n_ranges = before;
        ranges[n_ranges++] = (struct range){start, (uint32_t)((end - start) / PAGE), 0};
    }
}

static void add_mappings(void)
{
    char line[512], mode[8];
    unsigned long long start, end;
    FILE *maps = fopen("/proc/self/maps", "re");
    int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    while (maps && pagemap >= 0 && fgets(line, sizeof line, maps))
        if (sscanf(line, "%llx-%llx %7s", &start, &end, mode) == 3 && mode[0] == 'r' &&
            mode[3] == 'p')
            add(pagemap, start, end, mode[2] == 'x');
    if (pagemap >= 0)
        close(pagemap);
    if (maps)
        fclose(maps);
}

/* The rehearsal is over: tells what it touched, and ends. */
void mljudge_fork_rehearsed(void)
{
    /* The server's view has no /proc: one of our own, which ends with us. */
    if (access("/proc/self/maps", R_OK) < 0 && unshare(CLONE_NEWNS) == 0)
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, NULL);
    n_ranges = 0;
    add_mappings();
    ssize_t n = write(told_fd, ranges, n_ranges * sizeof ranges[0]);
    _exit(n < 0);
}

/* ---- its use ---- */

void rehearsal_learn(void)
{
    if (told_fd < 0)
        return;
    /* Waits for it: all tests are to be measured alike. */
    ssize_t n = read(told_fd, ranges, sizeof ranges);
    n_ranges = n > 0 ? (size_t)n / sizeof ranges[0] : 0;
    close(told_fd);
    told_fd = -1;
    waitpid(rehearsal, NULL, 0);
}

void rehearsal_take(void)
{
    for (size_t i = 0; i < n_ranges; i++)
        madvise((void *)(uintptr_t)ranges[i].start, ranges[i].n_pages * PAGE,
                ranges[i].is_written ? MADV_POPULATE_WRITE : MADV_POPULATE_READ);
}
