/* System calls by another door: the 32-bit gate and the x32 numbers. */
#include "attack.h"

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "int80")) {
        int r;
        __asm__ volatile("int $0x80" : "=a"(r) : "a"(20 /* getpid */) : "memory", "r8", "r9", "r10", "r11");
        return escaped("int 0x80 returned %d", r);
    }
    long r = syscall(0x40000000L | SYS_getpid);
    return escaped("x32 getpid returned %ld", r);
}
