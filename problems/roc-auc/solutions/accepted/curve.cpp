// The trapezoids under the ROC curve, one step a distinct score.
#include "roc_auc.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

double roc_auc(std::span<const std::int64_t> y, std::span<const double> score)
{
    std::vector<std::uint32_t> order(y.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return score[a] > score[b]; });
    std::int64_t tp = 0, fp = 0, area = 0; // area: twice
    for (std::size_t from = 0; from < order.size();) {
        const std::int64_t tp_before = tp, fp_before = fp;
        const double level = score[order[from]];
        for (; from < order.size() && score[order[from]] == level; from++)
            (y[order[from]] ? tp : fp)++;
        area += (fp - fp_before) * (tp + tp_before);
    }
    if (tp == 0 || fp == 0)
        return std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(area) / 2 / (static_cast<double>(tp) * static_cast<double>(fp));
}
