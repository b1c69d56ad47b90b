// The k nearest by std::nth_element over (distance, index), then a vote by sorting labels.
#include "knn_predict.hpp"

#include <algorithm>
#include <utility>

static double distance2(std::span<const double> a, std::span<const double> b)
{
    double sum = 0;
    for (std::size_t j = 0; j < a.size(); j++)
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sum;
}

// The label that stands there most often; of several the smallest.
static std::int64_t vote(std::vector<std::int64_t> &labels)
{
    std::sort(labels.begin(), labels.end());
    std::int64_t best = -1;
    std::ptrdiff_t most = 0;
    for (auto from = labels.begin(); from != labels.end();) {
        auto to = std::upper_bound(from, labels.end(), *from);
        if (to - from > most) {
            most = to - from;
            best = *from;
        }
        from = to;
    }
    return best;
}

std::vector<std::int64_t> knn_predict(mlj::matrix_view<double> X_train, std::span<const std::int64_t> y_train,
                                      mlj::matrix_view<double> X_test, std::int64_t k)
{
    const std::size_t n = X_train.rows(), near = std::min<std::size_t>(n, static_cast<std::size_t>(k));
    std::vector<std::int64_t> answer;
    std::vector<std::pair<double, std::size_t>> order(n);
    std::vector<std::int64_t> labels(near);
    for (std::size_t q = 0; q < X_test.rows(); q++) {
        for (std::size_t i = 0; i < n; i++)
            order[i] = {distance2(X_train[i], X_test[q]), i};
        if (near < n)
            std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(near), order.end());
        for (std::size_t r = 0; r < near; r++)
            labels[r] = y_train[order[r].second];
        answer.push_back(vote(labels));
    }
    return answer;
}
