/* A short source that keeps a compiler busy, fills its memory or its disk, or makes it talk without end. */
#include "twice_and_one.h"

@IF self-include@
#if __INCLUDE_LEVEL__ < 28
#include __FILE__
#include __FILE__
#endif
@END@@IF macro@
#define A(x) x + x + x + x + x + x + x + x + x + x
#define B(x) A(A(A(x)))
#define C(x) B(B(B(x)))
int64_t macro(int64_t x) { return C(x); }
@END@@IF optimizer@
#define R(x) x x x x x x x x
int64_t optimizer(int64_t x)
{
    R(R(R(R(for (int i = 0; i < 9; i++) x = x * 31 + (x >> i) % 7;))))
    return x;
}
@END@@IF huge-object@
char huge[-1u] = {1};
@END@@IF big-object@
char big[200 << 20] = {1};
@END@@IF fill@
__asm__(".data\n.fill 16000000000, 1, 7\n.text");
@END@@IF repeat@
__asm__(".data\n.rept 1000000000\n.quad 1, 2, 3, 4, 5, 6, 7, 8\n.endr\n.text");
@END@@IF static-data@
char data[(int64_t)1 << 34];
@END@@IF nesting@
int64_t nesting(int64_t x) { return @50000*(@ x @50000*)@; }
#error that was accepted
@END@@IF errors@
@8000*undeclared_thing + another;\n@
@END@@IF notes@
#if __INCLUDE_LEVEL__ < 13
#pragma message "@400*n@"
#include __FILE__
#include __FILE__
#endif
@END@@IF long-line@
int64_t @60000*l@ = ;
@END@

#if __INCLUDE_LEVEL__ == 0
int64_t twice_and_one(int64_t x)
{
    return 2 * x + 1;
}
#endif
