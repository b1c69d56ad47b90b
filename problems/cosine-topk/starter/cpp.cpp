// C++20.  The header declares the function and the struct of its results; mljudge.hpp says how types look.
//
// E: n rows of d, E(i, j) or E[i] (a span); Q: m rows of d
#include "cosine_topk.hpp"

#include <algorithm>

cosine_topk_result cosine_topk(mlj::matrix_view<double> E, mlj::matrix_view<double> Q, std::int64_t k)
{
    const std::size_t size = std::min(E.rows(), static_cast<std::size_t>(k));
    cosine_topk_result r;
    r.idx = mlj::matrix<std::int64_t>(Q.rows(), size);
    r.score = mlj::matrix<double>(Q.rows(), size);
    return r;
}
