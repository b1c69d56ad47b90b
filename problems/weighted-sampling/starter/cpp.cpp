// C++20.  The header declares the function; mljudge.hpp says how types look.
//
// weights: n numbers >= 0.  Returns m indices in 0 .. n-1, none if n is 0 or all weights are 0.
#include "draw.hpp"

std::vector<int64_t> draw(std::span<const double> weights, int64_t m, int64_t seed)
{
    (void)weights;
    (void)m;
    (void)seed;
    return {};
}
