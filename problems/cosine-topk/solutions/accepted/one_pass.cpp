// One pass over the rows, each against all queries while it is in the cache; a heap a query.
#include "cosine_topk.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace {

struct item {
    double score;
    std::int64_t i;
};

bool is_better(const item &a, const item &b)
{
    return a.score != b.score ? a.score > b.score : a.i < b.i;
}

// Scaled by a power of two, which is exact, so that squares neither overflow nor vanish; `to` is as long as `from`.
void direction(std::span<const double> from, std::span<double> to)
{
    double largest = 0;
    for (double x : from)
        largest = std::max(largest, std::abs(x));
    const int exponent = largest > 0 ? std::ilogb(largest) : 0;
    double squares = 0;
    for (std::size_t j = 0; j < from.size(); j++) {
        to[j] = std::scalbn(from[j], -exponent);
        squares += to[j] * to[j];
    }
    const double length = squares > 0 ? std::sqrt(squares) : 1;
    for (double &x : to)
        x /= length;
}

double dot(std::span<const double> a, std::span<const double> b)
{
    double even = 0, odd = 0;
    std::size_t j = 0;
    for (; j + 2 <= a.size(); j += 2) {
        even += a[j] * b[j];
        odd += a[j + 1] * b[j + 1];
    }
    return even + odd + (j < a.size() ? a[j] * b[j] : 0);
}

} // namespace

cosine_topk_result cosine_topk(mlj::matrix_view<double> E, mlj::matrix_view<double> Q, std::int64_t k)
{
    const std::size_t d = E.cols(), m = Q.rows(), size = std::min(E.rows(), static_cast<std::size_t>(k));
    std::vector<double> queries(m * d), row(d);
    for (std::size_t q = 0; q < m; q++)
        direction(Q[q], std::span(queries).subspan(q * d, d));
    std::vector<std::vector<item>> heaps(m); // the worst on top
    for (std::size_t i = 0; i < E.rows(); i++) {
        direction(E[i], row);
        for (std::size_t q = 0; q < m; q++) {
            auto &heap = heaps[q];
            const item here{dot(row, std::span(queries).subspan(q * d, d)), static_cast<std::int64_t>(i)};
            if (heap.size() == size) {
                if (!is_better(here, heap.front()))
                    continue;
                std::pop_heap(heap.begin(), heap.end(), is_better);
                heap.pop_back();
            }
            heap.push_back(here);
            std::push_heap(heap.begin(), heap.end(), is_better);
        }
    }
    cosine_topk_result r{mlj::matrix<std::int64_t>(m, size), mlj::matrix<double>(m, size)};
    for (std::size_t q = 0; q < m; q++) {
        std::sort_heap(heaps[q].begin(), heaps[q].end(), is_better);
        for (std::size_t j = 0; j < size; j++) {
            r.idx(q, j) = heaps[q][j].i;
            r.score(q, j) = heaps[q][j].score;
        }
    }
    return r;
}
