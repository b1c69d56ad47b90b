// A short source that keeps a C++ compiler busy, fills its memory, or makes it talk without end.
#include "twice_and_one.hpp"

@IF templates@
template <int N, int M> struct twice : twice<N - 1, 2 * M>, twice<N - 1, 2 * M + 1> {};
template <int M> struct twice<0, M> {};
twice<24, 0> bomb;
@END@@IF depth@
template <int N> struct deep { static constexpr int value = deep<N + 1>::value; };
int depth = deep<0>::value;
@END@@IF constexpr@
constexpr unsigned long spin(unsigned long n) { unsigned long x = n; for (unsigned long i = 0; i < n; i++) x = x * 31 + i; return x; }
constexpr unsigned long spun[] = {@40*spin(260000), @};
static_assert(spun[0] == 0);
@END@@IF constexpr-memory@
constexpr std::size_t fill() { std::vector<char> all(std::size_t(1) << 33); return all.size(); }
static_assert(fill() == 0);
@END@@IF names@
template <class... T> struct list {};
template <class T, int N> struct grow { using type = typename grow<list<T, T>, N - 1>::type; };
template <class T> struct grow<T, 0> { using type = T; };
void named(grow<int, 16>::type) {}
@END@@IF errors@
template <int N> struct wrong { static_assert(N < 0, "@600*long @"); };
@400*template struct wrong<__COUNTER__>;\n@
@END@@IF static-data@
char data[std::int64_t(1) << 34];
@END@

std::int64_t twice_and_one(std::int64_t x)
{
    return 2 * x + 1;
}
