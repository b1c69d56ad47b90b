#include "judge/statistics.h"

#include <math.h>

#define ITERATIONS_MAX 200000
#define ACCURACY       1e-13

int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* x^a e^-x / Gamma(a), by logarithms. */
static double gamma_front(double a, double x)
{
    int sign = 0;
    return exp(a * log(x) - x - lgamma_r(a, &sign));
}

/* P(a, x), for x < a + 1: DLMF 8.7.1. */
static double lower_by_series(double a, double x)
{
    double term = 1 / a, sum = term;
    for (int k = 1; k < ITERATIONS_MAX && term > sum * ACCURACY; k++) {
        term *= x / (a + k);
        sum += term;
    }
    return sum * gamma_front(a, x);
}

/* Q(a, x), for x >= a + 1: DLMF 8.9.2, evaluated by the modified Lentz algorithm. */
static double upper_by_fraction(double a, double x)
{
    const double tiny = 1e-300;
    double b = x + 1 - a, c = 1 / tiny, d = 1 / b, h = d;
    for (int k = 1; k < ITERATIONS_MAX; k++) {
        double an = -k * (k - a);
        b += 2;
        d = an * d + b;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = b + an / c;
        c = fabs(c) < tiny ? tiny : c;
        h *= d * c;
        if (fabs(d * c - 1) < ACCURACY)
            break;
    }
    return h * gamma_front(a, x);
}

void gamma_tails(double a, double x, double *ret_lower, double *ret_upper)
{
    if (x <= 0) {
        *ret_lower = 0;
        *ret_upper = 1;
    } else if (x < a + 1) {
        *ret_lower = lower_by_series(a, x);
        *ret_upper = 1 - *ret_lower;
    } else {
        *ret_upper = upper_by_fraction(a, x);
        *ret_lower = 1 - *ret_upper;
    }
}

void chi2_tails(double df, double x, double *ret_lower, double *ret_upper)
{
    gamma_tails(df / 2, x / 2, ret_lower, ret_upper);
}

struct chi2 chi2_test(const int64_t *observed, const double *expected, const size_t *order,
                      size_t n)
{
    struct chi2 ret = {.lower = 1, .upper = 1};
    double left = 0, bin_expected = 0, bin_observed = 0;
    for (size_t i = 0; i < n; i++)
        left += expected[i];
    for (size_t k = 0; k < n; k++) {
        size_t i = order[k];
        bin_expected += expected[i];
        bin_observed += (double)observed[i];
        left -= expected[i];
        /* What is left must make a bin of its own, or it joins this one. */
        if (k + 1 < n && (bin_expected < CHI2_LEAST_EXPECTED || left < CHI2_LEAST_EXPECTED))
            continue;
        ret.statistic +=
            (bin_observed - bin_expected) * (bin_observed - bin_expected) / bin_expected;
        ret.bins++;
        bin_expected = bin_observed = 0;
    }
    if (ret.bins >= 2)
        chi2_tails((double)(ret.bins - 1), ret.statistic, &ret.lower, &ret.upper);
    return ret;
}

double binary_divergence(double a, double b)
{
    double first = a > 0 ? a * log(a / b) : 0;
    double second = a < 1 ? (1 - a) * log((1 - a) / (1 - b)) : 0;
    return first + second;
}

bool chernoff_rejects(int64_t observed, int64_t n, double p, double alpha)
{
    double share = (double)observed / (double)n;
    return (double)n * binary_divergence(share, p) > log(2 / alpha);
}

double dkw_distance(int64_t n, double alpha)
{
    return sqrt(log(2 / alpha) / (2 * (double)n));
}
