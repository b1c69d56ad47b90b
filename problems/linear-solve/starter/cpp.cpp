// C++20.  The header declares the function; mljudge.hpp says how types look.
//
// A: n rows of n, A(i, j) or A[i] (a span); b: n right hand sides
// Returns n numbers, or none if A is singular.
#include "solve.hpp"

std::vector<double> solve(mlj::matrix_view<double> A, std::span<const double> b)
{
    (void)A;
    return std::vector<double>(b.size(), 0.0);
}
