// LU in place with partial pivoting (Crout's order), then two triangular systems.
#include "solve.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

std::vector<double> solve(mlj::matrix_view<double> A, std::span<const double> b)
{
    const std::size_t n = b.size();
    std::vector<std::vector<double>> LU(n);
    double largest = 0;
    for (std::size_t i = 0; i < n; i++) {
        LU[i].assign(A[i].begin(), A[i].end());
        LU[i].push_back(b[i]); // exchanged with its row
        for (double a : A[i])
            largest = std::max(largest, std::abs(a));
    }
    for (std::size_t j = 0; j < n; j++) {
        std::size_t p = j;
        for (std::size_t i = j; i < n; i++)
            if (std::abs(LU[i][j]) > std::abs(LU[p][j]))
                p = i;
        if (std::abs(LU[p][j]) <= 1e-12 * largest)
            return {};
        std::swap(LU[j], LU[p]);
        for (std::size_t i = j + 1; i < n; i++) {
            const double f = LU[i][j] /= LU[j][j];
            for (std::size_t k = j + 1; k < n; k++)
                LU[i][k] -= f * LU[j][k];
        }
    }
    std::vector<double> x(n);
    for (std::size_t i = 0; i < n; i++) {
        x[i] = LU[i][n];
        for (std::size_t k = 0; k < i; k++)
            x[i] -= LU[i][k] * x[k];
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; k++)
            x[i] -= LU[i][k] * x[k];
        x[i] /= LU[i][i];
    }
    return x;
}
