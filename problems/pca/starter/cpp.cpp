// C++20.  The header declares the function and the struct of its results; mljudge.hpp says how types look.
//
// X: n rows of d, X(i, j) or X[i] (a span)
// Returns components, k rows of d, and variance, k numbers, largest first.
#include "pca.hpp"

pca_result pca(mlj::matrix_view<double> X, std::int64_t k)
{
    pca_result result{mlj::matrix<double>(k, X.cols()), std::vector<double>(std::size_t(k))};
    for (std::size_t i = 0; i < std::size_t(k); i++)
        result.components(i, i) = 1;
    return result;
}
