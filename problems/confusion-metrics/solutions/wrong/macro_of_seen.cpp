// Averages only over labels that occur.
// caught by: sample, semantics, edge
#include "classification_report.hpp"

#include <algorithm>

static double ratio(double a, double b)
{
    return b != 0 ? a / b : 0.0;
}

classification_report_result classification_report(std::span<const std::int64_t> y, std::span<const std::int64_t> p,
                                                   std::span<const std::int64_t> labels)
{
    classification_report_result r;
    for (auto *counts : {&r.tp, &r.fp, &r.fn})
        counts->assign(labels.size(), 0);
    const auto index = [&](std::int64_t label) {
        return static_cast<std::size_t>(std::lower_bound(labels.begin(), labels.end(), label) - labels.begin());
    };
    double right = 0, sum = 0, weighted = 0, seen = 0, n = static_cast<double>(y.size());
    for (std::size_t i = 0; i < y.size(); i++) {
        right += y[i] == p[i];
        (y[i] == p[i] ? r.tp : r.fn)[index(y[i])]++;
        r.fp[index(p[i])] += y[i] != p[i];
    }
    for (std::size_t c = 0; c < labels.size(); c++) {
        const auto tp = static_cast<double>(r.tp[c]), fp = static_cast<double>(r.fp[c]), fn = static_cast<double>(r.fn[c]);
        r.precision.push_back(ratio(tp, tp + fp));
        r.recall.push_back(ratio(tp, tp + fn));
        r.f1.push_back(ratio(2 * tp, 2 * tp + fp + fn));
        sum += r.f1[c];
        weighted += (tp + fn) * r.f1[c];
        seen += tp + fp + fn > 0;
    }
    r.accuracy = r.micro_f1 = ratio(right, n);
    r.macro_f1 = ratio(sum, seen);
    r.weighted_f1 = ratio(weighted, n);
    return r;
}
