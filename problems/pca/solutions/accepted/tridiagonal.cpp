// Eigenvectors of the smaller of Xc'Xc and XcXc': Householder's tridiagonal form, then implicit QR steps with Wilkinson's
// shift (Golub and Van Loan, Matrix Computations, 8.3).
#include "pca.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

using Matrix = mlj::matrix<double>;

static std::span<double> row(Matrix &A, std::size_t i)
{
    return {A.flat().data() + i * A.cols(), A.cols()};
}

static double dot(std::span<const double> a, std::span<const double> b)
{
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

static void add(std::span<double> to, double factor, std::span<const double> from)
{
    for (std::size_t i = 0; i < to.size(); i++)
        to[i] += factor * from[i];
}

// The centred data with the shorter side first: Xc (n, d) where there are more columns than rows, else Xc' (d, n).
static Matrix centred(mlj::matrix_view<double> X)
{
    const std::size_t n = X.rows(), d = X.cols();
    const bool wide = d > n;
    Matrix A(wide ? n : d, wide ? d : n);
    for (std::size_t j = 0; j < d; j++) {
        double sum = 0, rest = 0;
        for (std::size_t i = 0; i < n; i++)
            sum += X(i, j);
        const double first = sum / double(n);
        for (std::size_t i = 0; i < n; i++) // what the first mean has lost to rounding
            rest += X(i, j) - first;
        for (std::size_t i = 0; i < n; i++)
            (wide ? A(i, j) : A(j, i)) = X(i, j) - (first + rest / double(n));
    }
    return A;
}

// C = Q T Q' with T tridiagonal (diagonal, beside); the rows of Qt are the columns of Q.
static void tridiagonalize(Matrix &C, std::vector<double> &diagonal, std::vector<double> &beside, Matrix &Qt)
{
    const std::size_t m = C.rows();
    std::vector<double> v(m), p(m);
    for (std::size_t i = 0; i < m; i++)
        Qt(i, i) = 1;
    for (std::size_t k = 0; k + 2 < m; k++) {
        double norm = 0;
        for (std::size_t i = k + 1; i < m; i++)
            norm = std::hypot(norm, C(i, k));
        if (norm == 0)
            continue;
        const double alpha = C(k + 1, k) > 0 ? -norm : norm;
        std::fill(v.begin(), v.end(), 0.0);
        for (std::size_t i = k + 1; i < m; i++)
            v[i] = C(i, k);
        v[k + 1] -= alpha;
        const double beta = 2 / dot(v, v); // H = I - beta v v'
        for (std::size_t i = 0; i < m; i++)
            p[i] = beta * dot(row(C, i), v);
        add(p, -beta / 2 * dot(p, v), v);
        for (std::size_t i = 0; i < m; i++) {
            add(row(C, i), -v[i], p);
            add(row(C, i), -p[i], v);
        }
        std::fill(p.begin(), p.end(), 0.0);
        for (std::size_t i = k + 1; i < m; i++)
            add(p, beta * v[i], row(Qt, i));
        for (std::size_t i = k + 1; i < m; i++)
            add(row(Qt, i), -v[i], p);
    }
    for (std::size_t i = 0; i < m; i++) {
        diagonal[i] = C(i, i);
        beside[i] = i + 1 < m ? C(i + 1, i) : 0;
    }
}

// One QR step on the unreduced block low .. high.
static void qr_step(std::vector<double> &a, std::vector<double> &b, Matrix &Qt, std::size_t low, std::size_t high)
{
    const double half = (a[high - 1] - a[high]) / 2, e = b[high - 1];
    const double shift = a[high] - e * e / (half + std::copysign(std::hypot(half, e), half));
    double x = a[low] - shift, z = b[low];
    for (std::size_t k = low; k < high; k++) {
        const double r = std::hypot(x, z), c = r > 0 ? x / r : 1, s = r > 0 ? z / r : 0;
        if (k > low)
            b[k - 1] = r;
        const double p = a[k], q = a[k + 1], f = b[k];
        a[k] = c * c * p + 2 * c * s * f + s * s * q;
        a[k + 1] = s * s * p - 2 * c * s * f + c * c * q;
        b[k] = c * s * (q - p) + (c * c - s * s) * f;
        if (k + 1 < high) {
            x = b[k];
            z = s * b[k + 1];
            b[k + 1] *= c;
        }
        for (std::size_t j = 0; j < Qt.cols(); j++) {
            const double u = Qt(k, j), w = Qt(k + 1, j);
            Qt(k, j) = c * u + s * w;
            Qt(k + 1, j) = c * w - s * u;
        }
    }
}

// `a` becomes the eigenvalues, row i of Qt the eigenvector of a[i].
static void diagonalize(std::vector<double> &a, std::vector<double> &b, Matrix &Qt)
{
    const double epsilon = std::numeric_limits<double>::epsilon();
    double size = 0;
    for (double x : a)
        size = std::max(size, std::fabs(x));
    const auto is_small = [&](std::size_t i) {
        return std::fabs(b[i]) <= epsilon * (std::fabs(a[i]) + std::fabs(a[i + 1])) || std::fabs(b[i]) <= 1e-18 * size;
    };
    for (std::size_t high = a.size() - 1; high > 0;) {
        if (is_small(high - 1)) {
            high--;
            continue;
        }
        std::size_t low = high - 1;
        while (low > 0 && !is_small(low - 1))
            low--;
        qr_step(a, b, Qt, low, high);
    }
}

// Makes v a unit vector at right angles to the rows before `i`; where nothing is left of it, another one.
static void orthonormalize(Matrix &V, std::size_t i, double tiny)
{
    const std::span<double> v = row(V, i);
    for (std::size_t unit = 0;; unit++) {
        for (int twice = 0; twice < 2; twice++)
            for (std::size_t r = 0; r < i; r++)
                add(v, -dot(v, row(V, r)), row(V, r));
        const double norm = std::sqrt(dot(v, v));
        if (norm > tiny) {
            for (double &x : v)
                x /= norm;
            return;
        }
        std::fill(v.begin(), v.end(), 0.0);
        v[unit] = 1;
        tiny = 0.01; // of the d unit vectors some are far from the i < d rows
    }
}

pca_result pca(mlj::matrix_view<double> X, std::int64_t k)
{
    const std::size_t n = X.rows(), d = X.cols(), m = std::min(n, d);
    Matrix A = centred(X), C(m, m), Qt(m, m);
    for (std::size_t i = 0; i < m; i++)
        for (std::size_t j = 0; j <= i; j++)
            C(i, j) = C(j, i) = dot(row(A, i), row(A, j));
    std::vector<double> values(m), beside(m);
    tridiagonalize(C, values, beside, Qt);
    diagonalize(values, beside, Qt);
    std::vector<std::size_t> order(m);
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return values[i] > values[j]; });

    pca_result result{Matrix(k, d), std::vector<double>(std::size_t(k))};
    const double scale = std::sqrt(std::max(values[order[0]], 0.0));
    for (std::size_t i = 0; i < std::size_t(k); i++) {
        const std::span<const double> u = row(Qt, order[i]);
        result.variance[i] = std::max(values[order[i]], 0.0) / double(n - 1);
        for (std::size_t r = 0; d > n && r < n; r++) // Xc' u
            add(row(result.components, i), u[r], row(A, r));
        if (d <= n)
            std::copy(u.begin(), u.end(), row(result.components, i).begin());
        orthonormalize(result.components, i, d > n ? 1e-6 * scale : 0.0);
    }
    return result;
}
