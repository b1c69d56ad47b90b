#ifdef SELF_INCLUDE
#if __INCLUDE_LEVEL__ < 28
#include __FILE__
#include __FILE__
#endif
#endif

#ifdef MACRO
#define A(x) x + x + x + x + x + x + x + x + x + x
#define B(x) A(A(A(x)))
#define C(x) B(B(B(x)))
long macro(long x) { return C(x); }
#endif

#ifdef RANDOM
#include "/dev/zero"
#endif
