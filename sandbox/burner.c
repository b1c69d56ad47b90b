/* The program that the sandbox measures itself with: it knows what it uses.
 *
 *     burner burn N     spins until its own CPU clock has advanced by N ms
 *     burner touch N    maps N MiB and writes to every page
 *
 * Both work behind the barrier (descriptors 3 and 4) and then write what they used, an int64_t in ns or bytes, to
 * standard output.  Anything else does nothing.  Without a C library, as box-init: it needs no mount and adds
 * nothing of its own to what is measured. */
#include "sandbox/box_sys.h"

#include <stdnoreturn.h>
#include <sys/mman.h>
#include <time.h>

#define PAGE 4096

__asm__(".globl _start\n"
        "_start:\n"
        "    xor %ebp, %ebp\n"
        "    mov %rsp, %rdi\n"
        "    and $-16, %rsp\n"
        "    call burner_main\n"
        "    hlt\n");

noreturn void burner_main(const long *stack);

static noreturn void leave(int code)
{
    for (;;)
        SYS(exit_group, code);
}

static int64_t own_cpu_ns(void)
{
    struct timespec t = {0};
    if (SYS(clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &t) < 0)
        leave(3);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t number(const char *text)
{
    int64_t n = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        n = n * 10 + (*text - '0');
    return n;
}

static void wait_for_go(void)
{
    char byte = 'r';
    if (SYS(write, 3, &byte, 1) != 1 || SYS(read, 4, &byte, 1) != 1)
        leave(4);
}

static int64_t burn(int64_t ms)
{
    wait_for_go();
    int64_t from = own_cpu_ns(), now = from;
    while (now - from < ms * 1000000)
        now = own_cpu_ns();
    return now - from;
}

static int64_t touch(int64_t mib)
{
    wait_for_go();
    int64_t size = mib << 20;
    long at = SYS(mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at <= 0) /* an error; user space ends below the sign bit */
        leave(5);
    volatile char *bytes = (volatile char *)at;
    for (int64_t i = 0; i < size; i += PAGE)
        bytes[i] = 1;
    return size;
}

void burner_main(const long *stack)
{
    const char *const *argv = (const char *const *)(stack + 1);
    if (stack[0] == 3 && (argv[1][0] == 'b' || argv[1][0] == 't')) {
        int64_t used = argv[1][0] == 'b' ? burn(number(argv[2])) : touch(number(argv[2]));
        leave(SYS(write, 1, &used, sizeof used) == sizeof used ? 0 : 6);
    }
    leave(stack[0] == 1 ? 0 : 2);
}
