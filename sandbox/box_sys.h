/* System calls without a C library.  box-init is started once a box; without libc's start-up, its
 * relocations and its size it costs a few page faults. */
#ifndef MLJUDGE_BOX_SYS_H
#define MLJUDGE_BOX_SYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

#ifndef SYS_landlock_restrict_self /* not in older headers */
#define SYS_landlock_restrict_self 446
#endif

#if !defined(__x86_64__)
#error "box-init: only x86-64 so far; add the system call sequence of this architecture here"
#endif

/* The kernel's answer: a value, or -errno. */
static inline long sys6(long nr, long a, long b, long c, long d, long e, long f)
{
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long ret;
    __asm__ volatile("syscall"
                     : "=a"(ret)
                     : "0"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return ret;
}

#define SYS_CHOOSE(_1, _2, _3, _4, _5, _6, name, ...) name
#define SYS_1(nr, a)                                  sys6(nr, (long)(a), 0, 0, 0, 0, 0)
#define SYS_2(nr, a, b)                               sys6(nr, (long)(a), (long)(b), 0, 0, 0, 0)
#define SYS_3(nr, a, b, c)                            sys6(nr, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define SYS_4(nr, a, b, c, d)                         sys6(nr, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define SYS_5(nr, a, b, c, d, e)                      sys6(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define SYS_6(nr, a, b, c, d, e, f) \
    sys6(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
/* SYS(openat, dir, "name", flags): the number is SYS_openat, missing arguments are 0; at least one. */
#define SYS(name, ...)                                                        \
    SYS_CHOOSE(__VA_ARGS__, SYS_6, SYS_5, SYS_4, SYS_3, SYS_2, SYS_1, unused) \
    (SYS_##name, __VA_ARGS__)

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memset(void *to, int byte, size_t n);
size_t strlen(const char *text);

int64_t clock_ns(int clock);

#endif
