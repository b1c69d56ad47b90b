// Running means: each row moves its cluster's mean by its share (Welford), so no sums are kept.
#include "kmeans.hpp"

static double distance2(std::span<const double> a, const mlj::matrix<double> &C, std::size_t c)
{
    double sum = 0;
    for (std::size_t j = 0; j < a.size(); j++)
        sum += (a[j] - C(c, j)) * (a[j] - C(c, j));
    return sum;
}

static std::vector<std::int64_t> nearest(mlj::matrix_view<double> X, const mlj::matrix<double> &C)
{
    std::vector<std::int64_t> labels;
    for (std::size_t i = 0; i < X.rows(); i++) {
        std::size_t best = 0;
        for (std::size_t c = 1; c < C.rows(); c++)
            if (distance2(X[i], C, c) < distance2(X[i], C, best))
                best = c;
        labels.push_back(static_cast<std::int64_t>(best));
    }
    return labels;
}

static void update(mlj::matrix_view<double> X, const std::vector<std::int64_t> &labels, mlj::matrix<double> &C)
{
    std::vector<double> count(C.rows(), 0.0);
    for (std::size_t i = 0; i < X.rows(); i++) {
        const auto c = static_cast<std::size_t>(labels[i]);
        count[c]++;
        for (std::size_t j = 0; j < X.cols(); j++)
            C(c, j) = count[c] == 1 ? X(i, j) : C(c, j) + (X(i, j) - C(c, j)) / count[c];
    }
}

kmeans_result kmeans(mlj::matrix_view<double> X, mlj::matrix_view<double> C0, std::int64_t max_iter)
{
    kmeans_result r;
    r.centroids = mlj::matrix<double>(C0.rows(), C0.cols());
    r.centroids.flat().assign(C0.flat().begin(), C0.flat().end());
    while (X.rows() > 0) {
        auto labels = nearest(X, r.centroids);
        if (labels == r.labels)
            break;
        r.labels = std::move(labels);
        if (r.iters == max_iter)
            break;
        update(X, r.labels, r.centroids);
        if (++r.iters == max_iter)
            break;
    }
    for (std::size_t i = 0; i < X.rows(); i++)
        r.inertia += distance2(X[i], r.centroids, static_cast<std::size_t>(r.labels[i]));
    return r;
}
