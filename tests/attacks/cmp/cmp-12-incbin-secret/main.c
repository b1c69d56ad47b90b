#include "twice_and_one.h"

__asm__(".section .rodata\nsecret: .incbin \"@ARGUMENT@\"\n.previous");

int64_t twice_and_one(int64_t x)
{
    return 2 * x + 1;
}
