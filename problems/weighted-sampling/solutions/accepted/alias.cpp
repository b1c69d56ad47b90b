// Walker's alias method with Vose's set-up (IEEE Trans. Software Eng. 17, 1991): O(n) once, O(1) a draw.
//
// n columns of equal height; column i is i's own up to keep[i] and above it alias[i]'s.
#include "draw.hpp"

#include <algorithm>
#include <numeric>
#include <random>

std::vector<int64_t> draw(std::span<const double> weights, int64_t m, int64_t seed)
{
    const size_t n = weights.size();
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    std::vector<int64_t> drawn;
    if (!(total > 0))
        return drawn;
    std::vector<double> keep(n);
    std::vector<size_t> alias(n), small, large;
    for (size_t i = 0; i < n; i++) {
        keep[i] = weights[i] / total * double(n);
        alias[i] = i;
        (keep[i] < 1 ? small : large).push_back(i);
    }
    while (!small.empty() && !large.empty()) {
        size_t poor = small.back(), rich = large.back();
        small.pop_back();
        alias[poor] = rich;
        keep[rich] -= 1 - keep[poor]; // what the rich one puts on top of the poor one
        if (keep[rich] < 1) {
            large.pop_back();
            small.push_back(rich);
        }
    }
    for (size_t i : small) // 1 but for rounding; one of weight 0 goes to whoever can be drawn
        if (weights[i] > 0)
            keep[i] = 1;
        else
            alias[i] = size_t(std::max_element(weights.begin(), weights.end()) - weights.begin());
    std::mt19937_64 random(static_cast<uint64_t>(seed));
    std::uniform_real_distribution<double> uniform(0, 1);
    drawn.reserve(static_cast<size_t>(m));
    for (int64_t k = 0; k < m; k++) {
        double x = uniform(random) * double(n);
        size_t column = std::min(static_cast<size_t>(x), n - 1);
        drawn.push_back(int64_t(x - double(column) < keep[column] ? column : alias[column]));
    }
    return drawn;
}
