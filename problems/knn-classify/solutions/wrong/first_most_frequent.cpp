// Of several most frequent labels takes the one that an unordered_map shows first.
// caught by: sample, edge, tie
#include "knn_predict.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

std::vector<std::int64_t> knn_predict(mlj::matrix_view<double> X_train, std::span<const std::int64_t> y_train,
                                      mlj::matrix_view<double> X_test, std::int64_t k)
{
    const std::size_t n = X_train.rows(), near = std::min<std::size_t>(n, static_cast<std::size_t>(k));
    std::vector<std::int64_t> answer;
    std::vector<std::pair<double, std::size_t>> order(n);
    for (std::size_t q = 0; q < X_test.rows(); q++) {
        for (std::size_t i = 0; i < n; i++) {
            double sum = 0;
            for (std::size_t j = 0; j < X_train.cols(); j++)
                sum += (X_train(i, j) - X_test(q, j)) * (X_train(i, j) - X_test(q, j));
            order[i] = {sum, i};
        }
        std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(near), order.end());
        std::unordered_map<std::int64_t, int> votes;
        for (std::size_t r = 0; r < near; r++)
            votes[y_train[order[r].second]]++;
        auto best = std::max_element(votes.begin(), votes.end(),
                                     [](const auto &a, const auto &b) { return a.second < b.second; });
        answer.push_back(best == votes.end() ? -1 : best->first);
    }
    return answer;
}
