/* Tests of "is this a sample of that distribution?" for the comparator "statistical".
 *
 * Every one is given the probability with which it may reject a true sample. */
#ifndef MLJUDGE_STATISTICS_H
#define MLJUDGE_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* For qsort(): doubles, rising. */
int compare_doubles(const void *a, const void *b);

/* P(a, x) and Q(a, x) = 1 - P: the regularised incomplete gamma functions, a > 0, x >= 0.  Relative accuracy 1e-10
 * in the smaller of the two.  DLMF 8.7.1 (series) and 8.9.2 (continued fraction). */
void gamma_tails(double a, double x, double *ret_lower, double *ret_upper);

/* P(X <= x) and P(X > x) of the chi-squared distribution with `df` degrees of freedom. */
void chi2_tails(double df, double x, double *ret_lower, double *ret_upper);

/* Pearson's chi-squared test of counts against expected counts (both [n], every expected > 0, equal sums).  Categories
 * are merged in the order of their expected counts until each has CHI2_LEAST_EXPECTED; what is left over joins the
 * last.  `order`: indices by rising expected count. */
#define CHI2_LEAST_EXPECTED 50.0
struct chi2 {
    int64_t bins;     /* after merging; < 2: there is nothing to test */
    double statistic; /* about bins - 1 */
    double lower, upper;
};
struct chi2 chi2_test(const int64_t *observed, const double *expected, const size_t *order,
                      size_t n);

/* Kullback and Leibler's distance of two probabilities: a ln(a/b) + (1-a) ln((1-a)/(1-b)). */
double binary_divergence(double a, double b);

/* Is a count of `observed` in `n` draws too far from n p?  Chernoff's bound, both sides: it holds for every n. */
bool chernoff_rejects(int64_t observed, int64_t n, double p, double alpha);

/* The distance that the empirical distribution function of n draws exceeds with a probability of at most alpha:
 * sqrt(ln(2/alpha) / 2n); Dvoretzky, Kiefer and Wolfowitz, with Massart's constant (Ann. Probab. 18, 1990). */
double dkw_distance(int64_t n, double alpha);

#endif
