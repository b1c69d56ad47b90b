// C++20.  The header declares the function and the struct of its results; mljudge.hpp says how types look.
//
// y, p:   n true and n predicted labels
// labels: C labels, sorted
// Every vector of the result has C elements, in the order of labels.
#include "classification_report.hpp"

classification_report_result classification_report(std::span<const std::int64_t> y, std::span<const std::int64_t> p,
                                                   std::span<const std::int64_t> labels)
{
    (void)y;
    (void)p;
    const std::size_t C = labels.size();
    classification_report_result r;
    for (auto *counts : {&r.tp, &r.fp, &r.fn})
        counts->assign(C, 0);
    for (auto *ratios : {&r.precision, &r.recall, &r.f1})
        ratios->assign(C, 0.0);
    return r;
}
