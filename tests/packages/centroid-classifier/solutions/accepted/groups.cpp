// A struct for each class.
#include "CentroidClassifier.hpp"

class CentroidClassifier {
public:
    CentroidClassifier(std::int64_t k, std::int64_t d) : groups(static_cast<std::size_t>(k)), d(static_cast<std::size_t>(d))
    {
        for (auto &group : groups)
            group.sum.assign(this->d, 0.0);
    }

    void fit(mlj::matrix_view<double> X, std::span<const std::int64_t> y)
    {
        for (std::size_t i = 0; i < y.size(); i++) {
            auto &group = groups[static_cast<std::size_t>(y[i])];
            group.n++;
            for (std::size_t j = 0; j < d; j++) {
                group.sum[j] += X(i, j);
                group.squares += X(i, j) * X(i, j);
            }
        }
    }

    std::vector<std::int64_t> predict(mlj::matrix_view<double> X) const
    {
        std::vector<std::int64_t> labels(X.rows(), -1);
        for (std::size_t i = 0; i < X.rows(); i++) {
            double best = 0;
            for (std::size_t c = 0; c < groups.size(); c++) {
                double away = 0;
                for (std::size_t j = 0; j < d; j++)
                    away += (X(i, j) - groups[c].mean(j)) * (X(i, j) - groups[c].mean(j));
                if (groups[c].n > 0 && (labels[i] < 0 || away < best)) {
                    best = away;
                    labels[i] = static_cast<std::int64_t>(c);
                }
            }
        }
        return labels;
    }

    mlj::matrix<std::optional<double>> centroids() const
    {
        mlj::matrix<std::optional<double>> all(groups.size(), d);
        for (std::size_t c = 0; c < groups.size(); c++)
            for (std::size_t j = 0; j < d && groups[c].n > 0; j++)
                all(c, j) = groups[c].mean(j);
        return all;
    }

    std::vector<CentroidClassifier_summary_row> summary() const
    {
        std::vector<CentroidClassifier_summary_row> rows;
        for (const auto &group : groups) {
            double spread = group.squares / double(group.n);
            for (std::size_t j = 0; j < d; j++)
                spread -= group.mean(j) * group.mean(j);
            rows.push_back({std::int64_t(rows.size()), group.n, group.n > 0 ? std::optional(spread) : std::nullopt});
        }
        return rows;
    }

private:
    struct group {
        std::int64_t n = 0;
        std::vector<double> sum;
        double squares = 0;
        double mean(std::size_t j) const { return sum[j] / double(n); }
    };
    std::vector<group> groups;
    std::size_t d;
};
