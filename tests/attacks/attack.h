/* What the attack programs share.  They print `blocked` when a defence held and `ESCAPED what` when it did
 * not; every one of them limits itself (counts, bytes, a fuse), so that a failing judge survives it. */
#ifndef ATTACK_H
#define ATTACK_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FUSE_S 20
#define MIB ((size_t)1 << 20)

static inline double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static inline void sleep_ms(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&t, &t) < 0 && errno == EINTR)
        ;
}

/* Uses the processor for this much of the calling process's own time. */
static inline void burn_ms(long ms)
{
    struct timespec t;
    volatile unsigned sink = 0;
    do {
        for (unsigned i = 0; i < 10000; i++)
            sink += i;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    } while (t.tv_sec * 1000 + t.tv_nsec / 1000000 < ms);
}

static inline int escaped(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    printf("ESCAPED ");
    vprintf(format, ap);
    printf("\n");
    va_end(ap);
    fflush(stdout);
    return 1;
}

static inline int blocked(void)
{
    printf("blocked\n");
    fflush(stdout);
    return 0;
}

/* A secret of the runner: this word and at least 32 hexadecimal digits.  Returns where, or NULL. */
static inline const char *find_canary(const char *bytes, size_t n)
{
    static const char word[] = "MLJCANARY";
    const char *end = bytes + n, *p = bytes;
    while ((p = memmem(p, (size_t)(end - p), word, sizeof word - 1))) {
        p += sizeof word - 1;
        size_t n_hex = 0;
        while (p + n_hex < end && p[n_hex] && strchr("0123456789abcdef", p[n_hex]))
            n_hex++;
        if (n_hex >= 32)
            return p;
    }
    return NULL;
}

#endif
