/* Beginning a process that runs a function on a stack of its own, by either system call. */
#ifndef MLJUDGE_CLONE_CALL_H
#define MLJUDGE_CLONE_CALL_H

#include <stdint.h>
#include <sys/syscall.h>

/* nr: SYS_clone or SYS_clone3 with its arguments.  The child runs fn(data) and ends with what that returns.
 * Returns the pid, or -errno. */
static inline long clone_call(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                              int (*fn)(void *), void *data)
{
    long ret;
    register uint64_t r10 __asm__("r10") = d;
    register uint64_t r8 __asm__("r8") = 0;
    register int (*r12)(void *) __asm__("r12") = fn;
    register void *r13 __asm__("r13") = data;
    __asm__ volatile("syscall\n\t"
                     "test %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "mov %%r13, %%rdi\n\t"
                     "call *%%r12\n\t"
                     "mov %%eax, %%edi\n\t"
                     "mov %[exit], %%eax\n\t"
                     "syscall\n\t"
                     "hlt\n"
                     "1:"
                     : "=a"(ret)
                     : "0"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r12),
                       "r"(r13), [exit] "i"(SYS_exit)
                     : "rcx", "r11", "memory", "cc");
    return ret;
}

#endif
