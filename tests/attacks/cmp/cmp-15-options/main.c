/* Asks the compiler for more than compiling, by its name, by pragmas, by the assembler and the linker. */
#include "twice_and_one.h"

#define is_@VARIANT@ 1

#if is_optimize
#pragma GCC optimize("Ofast,unroll-loops")
#pragma GCC target("avx2")
#endif
#if is_beside
#include "beside.h"
#endif
#if is_plugin
#pragma GCC plugin "/box/solution.so"
#pragma GCC pch_preprocess "/etc/passwd"
#endif
#if is_environment
__asm__(".section .rodata\n.incbin \"/proc/self/environ\"\n.incbin \"/proc/1/environ\"\n.previous");
#endif
#if is_dependency
#pragma GCC dependency "/etc/shadow"
#endif
#if is_library
__asm__(".section .note.GNU-stack,\"x\",@progbits\n.previous\n.section .interp\n.asciz \"/tmp/x\"\n.previous");
#endif

int64_t twice_and_one(int64_t x)
{
    return 2 * x + 1;
}
