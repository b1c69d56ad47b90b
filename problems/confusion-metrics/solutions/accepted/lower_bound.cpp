// A binary search for each label.
#include "classification_report.hpp"

#include <algorithm>

static double ratio(double a, double b)
{
    return b != 0 ? a / b : 0.0;
}

classification_report_result classification_report(std::span<const std::int64_t> y, std::span<const std::int64_t> p,
                                                   std::span<const std::int64_t> labels)
{
    const std::size_t C = labels.size();
    const auto index = [&](std::int64_t label) {
        return static_cast<std::size_t>(std::lower_bound(labels.begin(), labels.end(), label) - labels.begin());
    };
    classification_report_result r;
    for (auto *counts : {&r.tp, &r.fp, &r.fn})
        counts->assign(C, 0);
    std::int64_t right = 0;
    for (std::size_t i = 0; i < y.size(); i++) {
        if (y[i] == p[i]) {
            r.tp[index(y[i])]++;
            right++;
        } else {
            r.fn[index(y[i])]++;
            r.fp[index(p[i])]++;
        }
    }
    double sum = 0, weighted = 0;
    for (std::size_t c = 0; c < C; c++) {
        const auto tp = static_cast<double>(r.tp[c]), fp = static_cast<double>(r.fp[c]), fn = static_cast<double>(r.fn[c]);
        r.precision.push_back(ratio(tp, tp + fp));
        r.recall.push_back(ratio(tp, tp + fn));
        r.f1.push_back(ratio(2 * tp, 2 * tp + fp + fn));
        sum += r.f1[c];
        weighted += (tp + fn) * r.f1[c];
    }
    const auto n = static_cast<double>(y.size());
    r.accuracy = r.micro_f1 = ratio(static_cast<double>(right), n);
    r.macro_f1 = ratio(sum, static_cast<double>(C));
    r.weighted_f1 = ratio(weighted, n);
    return r;
}
