/* Which growth do measurements show?  Times (or memory) at growing sizes n are fitted to c + a f(n), a and c not
 * negative, for f = 1, log n, n, n log n, n^2, n^3.
 *
 * Method.  Weighted least squares with standard errors sigma_i that the caller knows; chi^2_f is the weighted residual
 * sum of f's best fit.  A model's probability is proportional to exp(-(chi^2_f / s + k ln m) / 2), k its parameters, m
 * the number of points: Schwarz's criterion (G. Schwarz, "Estimating the dimension of a model", Ann. Statist. 6, 1978)
 * as approximate posterior probabilities (Kass and Raftery, "Bayes factors", JASA 90, 1995); a priori it grows or not
 * with equal odds, and each way of growing is as likely.  s >= 1 is the best model's chi^2 over its degrees of freedom:
 * where even that one misses more than the errors allow, errors are taken to be larger (R. Birge, Phys. Rev. 40, 1932),
 * and the claim becomes weaker.
 *
 * The exponent p of c + a n^p has a likelihood interval: all p whose chi^2 is within 3.84 s of the least one, 95 %
 * (S. Wilks, Ann. Math. Statist. 9, 1938).  c is free: what does not grow does not bend the exponent. */
#ifndef MLJUDGE_COMPLEXITY_H
#define MLJUDGE_COMPLEXITY_H

#include <stddef.h>

enum complexity {
    COMPLEXITY_CONSTANT,
    COMPLEXITY_LOG,
    COMPLEXITY_LINEAR,
    COMPLEXITY_LINEARITHMIC,
    COMPLEXITY_QUADRATIC,
    COMPLEXITY_CUBIC,
    COMPLEXITY_MODELS
};

const char *complexity_name(enum complexity model);    /* "1" "log n" "n" "n log n" "n^2" "n^3" */
double complexity_at(enum complexity model, double n); /* f(n), n >= 1; log is the natural one */

struct complexity_point {
    double n;     /* >= 1 */
    double value; /* of any unit */
    double sigma; /* its standard error, > 0, the same unit */
};

/* Why the data cannot tell. */
enum complexity_doubt {
    COMPLEXITY_SURE,
    COMPLEXITY_FEW_POINTS,  /* fewer than COMPLEXITY_POINTS_MIN sizes */
    COMPLEXITY_NOISE,       /* no growth stands out of the noise, and the noise could hide one */
    COMPLEXITY_SHORT_RANGE, /* the largest n is less than COMPLEXITY_RANGE_MIN times the least */
    COMPLEXITY_BENDING, /* over the whole range one model fits, but the last step grows otherwise */
    COMPLEXITY_UNDECIDED, /* several models fit, or none: the exponent says otherwise */
};

#define COMPLEXITY_POINTS_MIN   4
#define COMPLEXITY_RANGE_MIN    8.0
#define COMPLEXITY_SURE_AT      0.9 /* probability of the best model from which it is believed */
#define COMPLEXITY_SIGMAS       5.0 /* a growth above the noise is larger than so many standard errors */
#define COMPLEXITY_EXPONENT_MAX 4.0

struct complexity_fit {
    enum complexity best;                  /* the most probable; of equals the slowest growth */
    double probability[COMPLEXITY_MODELS]; /* sum 1; all 0 with fewer than three points */
    double floor, factor; /* c and a of the best model: value = floor + factor f(n) */
    double exponent, exponent_low, exponent_high; /* p of c + a n^p, 0 .. COMPLEXITY_EXPONENT_MAX */
    double inflation;                             /* s, >= 1 */
    double
        last_exponent; /* of the growth from the last size but one to the last, less the floor; NAN */
    enum complexity_doubt doubt;
};

/* `floor`: values below it are too small to be called constant.  m points, by rising n. */
void complexity_fit(const struct complexity_point *points, size_t m, double floor,
                    struct complexity_fit *ret);

/* One sentence: "n log n (97 %), exponent 1.08 to 1.15", or what the data cannot tell and why.  Returns `buffer`. */
char *complexity_text(const struct complexity_fit *fit, char *buffer, size_t size);

#endif
