#include "judge/complexity.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sandbox/util.h"

#define EXPONENT_STEPS    401
#define EXPONENT_STEP     (COMPLEXITY_EXPONENT_MAX / (EXPONENT_STEPS - 1))
#define CHI2_95           3.841 /* 95 % of the chi-squared distribution with one degree of freedom */
#define GROWING_MODELS    (COMPLEXITY_MODELS - 1)
#define PROBABILITY_SHOWN 0.05 /* less likely models are not named */

static const char *const names[COMPLEXITY_MODELS] = {"1", "log n", "n", "n log n", "n^2", "n^3"};

const char *complexity_name(enum complexity model)
{
    assert(model < COMPLEXITY_MODELS);
    return names[model];
}

double complexity_at(enum complexity model, double n)
{
    switch (model) {
    case COMPLEXITY_LOG: return log(n);
    case COMPLEXITY_LINEAR: return n;
    case COMPLEXITY_LINEARITHMIC: return n * log(n);
    case COMPLEXITY_QUADRATIC: return n * n;
    case COMPLEXITY_CUBIC: return n * n * n;
    case COMPLEXITY_CONSTANT:
    case COMPLEXITY_MODELS: break;
    }
    return 1;
}

/* ---- one model ---- */

struct line {
    double floor, factor, chi2;
};

/* A model's f, or n^p where `model` is COMPLEXITY_MODELS. */
struct shape {
    enum complexity model;
    double exponent;
};

static double shape_at(struct shape shape, double n)
{
    return shape.model == COMPLEXITY_MODELS ? pow(n, shape.exponent)
                                            : complexity_at(shape.model, n);
}

static double chi2_of(const struct complexity_point *points, size_t m, struct shape shape,
                      double scale, double floor, double factor)
{
    double sum = 0;
    for (size_t i = 0; i < m; i++) {
        double rest = points[i].value - floor - factor * shape_at(shape, points[i].n) / scale;
        sum += rest * rest / (points[i].sigma * points[i].sigma);
    }
    return sum;
}

/* Least squares of value = floor + factor f(n) / f(n of the last), both >= 0: the normal equations, and the better
 * border where their solution is not allowed. */
static struct line fit_line(const struct complexity_point *points, size_t m, struct shape shape)
{
    double scale = shape_at(shape, points[m - 1].n);
    double w = 0, wx = 0, wy = 0, wxx = 0, wxy = 0;
    if (!(scale > 0))
        scale = 1;
    for (size_t i = 0; i < m; i++) {
        double weight = 1 / (points[i].sigma * points[i].sigma);
        double x = shape_at(shape, points[i].n) / scale;
        w += weight;
        wx += weight * x;
        wy += weight * points[i].value;
        wxx += weight * x * x;
        wxy += weight * x * points[i].value;
    }
    double determinant = w * wxx - wx * wx;
    double floor = wy / w, factor = 0;
    if (determinant > 1e-12 * w * wxx) {
        factor = (w * wxy - wx * wy) / determinant;
        floor = (wy - factor * wx) / w;
    }
    if (factor < 0) {
        factor = 0;
        floor = wy / w;
    }
    if (floor < 0) {
        floor = 0;
        factor = wxx > 0 && wxy > 0 ? wxy / wxx : 0;
    }
    double chi2 = chi2_of(points, m, shape, scale, floor, factor);
    return (struct line){floor, factor / scale, chi2};
}

/* ---- all of them ---- */

static void weigh_models(const struct complexity_point *points, size_t m,
                         struct complexity_fit *ret)
{
    struct line lines[COMPLEXITY_MODELS];
    double least = INFINITY, total = 0, score[COMPLEXITY_MODELS];
    ret->inflation = INFINITY;
    for (size_t i = 0; i < COMPLEXITY_MODELS; i++) {
        double free = i == COMPLEXITY_CONSTANT ? 1 : 2;
        lines[i] = fit_line(points, m, (struct shape){(enum complexity)i, 0});
        ret->inflation = fmin(ret->inflation, lines[i].chi2 / ((double)m - free));
    }
    ret->inflation = fmax(ret->inflation, 1);
    for (size_t i = 0; i < COMPLEXITY_MODELS; i++) {
        bool constant = i == COMPLEXITY_CONSTANT;
        score[i] = lines[i].chi2 / ret->inflation + (constant ? 1 : 2) * log((double)m) -
                   2 * log(constant ? GROWING_MODELS : 1);
        if (score[i] < least - 1e-9) {
            least = score[i];
            ret->best = (enum complexity)i;
        }
    }
    for (size_t i = 0; i < COMPLEXITY_MODELS; i++)
        total += ret->probability[i] = exp((least - score[i]) / 2);
    for (size_t i = 0; i < COMPLEXITY_MODELS; i++)
        ret->probability[i] /= total;
    ret->floor = lines[ret->best].floor;
    ret->factor = lines[ret->best].factor;
}

static void fit_exponent(const struct complexity_point *points, size_t m,
                         struct complexity_fit *ret)
{
    double chi2[EXPONENT_STEPS];
    int best = 0;
    for (int i = 0; i < EXPONENT_STEPS; i++) {
        chi2[i] = fit_line(points, m, (struct shape){COMPLEXITY_MODELS, i * EXPONENT_STEP}).chi2;
        if (chi2[i] < chi2[best] - 1e-9)
            best = i;
    }
    double allowed = chi2[best] + CHI2_95 * fmax(1, chi2[best] / fmax(1, (double)m - 3));
    int low = best, high = best;
    while (low > 0 && chi2[low - 1] <= allowed)
        low--;
    while (high < EXPONENT_STEPS - 1 && chi2[high + 1] <= allowed)
        high++;
    ret->exponent = best * EXPONENT_STEP;
    ret->exponent_low = low * EXPONENT_STEP;
    ret->exponent_high = high * EXPONENT_STEP;
}

/* How far the last point lies above the lowest one, and how far it would have to, to stand out of the noise of both. */
struct growth {
    double seen, needed;
};

static struct growth growth_of(const struct complexity_point *points, size_t m)
{
    const struct complexity_point *last = &points[m - 1], *lowest = last;
    for (size_t i = 0; i < m; i++)
        if (points[i].value < lowest->value)
            lowest = &points[i];
    return (struct growth){last->value - lowest->value,
                           COMPLEXITY_SIGMAS * hypot(last->sigma, lowest->sigma)};
}

#define BENDING_SIGMAS 3

/* Does the best model, through the last point but one, miss the last?  What ends in a steeper term, or falls out of a
 * cache, is seen there first. */
static bool bends(const struct complexity_point *points, size_t m, const struct complexity_fit *fit)
{
    const struct complexity_point *last = &points[m - 1], *before = &points[m - 2];
    if (fit->best == COMPLEXITY_CONSTANT)
        return false;
    double ratio = complexity_at(fit->best, last->n) / complexity_at(fit->best, before->n);
    double expected = fit->floor + (before->value - fit->floor) * ratio;
    return fabs(last->value - expected) >
           BENDING_SIGMAS * hypot(last->sigma, before->sigma * ratio);
}

static double last_exponent(const struct complexity_point *points, size_t m, double floor)
{
    double grown = (points[m - 1].value - floor) / (points[m - 2].value - floor);
    return grown > 0 ? log(grown) / log(points[m - 1].n / points[m - 2].n) : NAN;
}

/* The likeliest of six may still be none of them: a power's exponent must lie in the interval of the exponent. */
static bool exponent_agrees(const struct complexity_fit *fit)
{
    double exponent = fit->best == COMPLEXITY_LINEAR      ? 1
                      : fit->best == COMPLEXITY_QUADRATIC ? 2
                      : fit->best == COMPLEXITY_CUBIC     ? 3
                                                          : NAN;
    return isnan(exponent) || (fit->exponent_low <= exponent + EXPONENT_STEP &&
                               exponent - EXPONENT_STEP <= fit->exponent_high);
}

static enum complexity_doubt doubt_of(const struct complexity_point *points, size_t m, double floor,
                                      const struct complexity_fit *fit)
{
    if (m < COMPLEXITY_POINTS_MIN)
        return COMPLEXITY_FEW_POINTS;
    struct growth growth = growth_of(points, m);
    bool constant = growth.seen <= growth.needed;
    /* A claim of no growth: half as much again would have been seen. */
    double least = points[m - 1].value - growth.seen;
    if (constant && (points[m - 1].value < floor || growth.needed > least / 2))
        return COMPLEXITY_NOISE;
    if (points[m - 1].n < COMPLEXITY_RANGE_MIN * points[0].n)
        return COMPLEXITY_SHORT_RANGE;
    if (fit->best == COMPLEXITY_CONSTANT && constant)
        return COMPLEXITY_SURE;
    if (fit->probability[fit->best] < COMPLEXITY_SURE_AT || !exponent_agrees(fit))
        return COMPLEXITY_UNDECIDED;
    return bends(points, m, fit) ? COMPLEXITY_BENDING : COMPLEXITY_SURE;
}

void complexity_fit(const struct complexity_point *points, size_t m, double floor,
                    struct complexity_fit *ret)
{
    *ret = (struct complexity_fit){
        .inflation = 1, .last_exponent = NAN, .exponent_high = COMPLEXITY_EXPONENT_MAX};
    for (size_t i = 0; i < m; i++) {
        assert(points[i].n >= 1);
        assert(points[i].sigma > 0);
        assert(i == 0 || points[i].n > points[i - 1].n);
    }
    if (m >= 3) {
        weigh_models(points, m, ret);
        fit_exponent(points, m, ret);
        ret->last_exponent = last_exponent(points, m, ret->floor);
    }
    ret->doubt = doubt_of(points, m, floor, ret);
}

/* ---- words ---- */

/* "n (62 %) or n log n (38 %)", the likelier first. */
static void name_candidates(const struct complexity_fit *fit, char *buffer, size_t size)
{
    bool named[COMPLEXITY_MODELS] = {false};
    buffer[0] = '\0';
    for (size_t round = 0; round < COMPLEXITY_MODELS; round++) {
        size_t best = COMPLEXITY_MODELS;
        for (size_t i = 0; i < COMPLEXITY_MODELS; i++)
            if (!named[i] &&
                (best == COMPLEXITY_MODELS || fit->probability[i] > fit->probability[best]))
                best = i;
        if (round > 0 && fit->probability[best] < PROBABILITY_SHOWN)
            break;
        named[best] = true;
        size_t at = strlen(buffer);
        snprintf(buffer + at, size - at, "%s%s (%.0f %%)", round ? " or " : "", names[best],
                 100 * fit->probability[best]);
    }
}

char *complexity_text(const struct complexity_fit *fit, char *buffer, size_t size)
{
    char candidates[160];
    name_candidates(fit, candidates, sizeof candidates);
    switch (fit->doubt) {
    case COMPLEXITY_FEW_POINTS:
        snprintf(buffer, size, "the data cannot tell: fewer than %d sizes were measured",
                 COMPLEXITY_POINTS_MIN);
        break;
    case COMPLEXITY_NOISE:
        snprintf(buffer, size,
                 "the data cannot tell: no growth stands out of the noise, which could hide one");
        break;
    case COMPLEXITY_SHORT_RANGE:
        snprintf(
            buffer, size,
            "the data cannot tell: the largest n is less than %g times the smallest; it fits %s",
            COMPLEXITY_RANGE_MIN, candidates);
        break;
    case COMPLEXITY_BENDING:
        snprintf(buffer, size,
                 "the data cannot tell: it fits %s as a whole, but the last step grows as n^%.2f",
                 candidates, fit->last_exponent);
        break;
    case COMPLEXITY_UNDECIDED:
        snprintf(buffer, size, "the data cannot tell: %s; exponent %.2f to %.2f", candidates,
                 fit->exponent_low, fit->exponent_high);
        break;
    case COMPLEXITY_SURE:
        if (fit->best == COMPLEXITY_CONSTANT) {
            snprintf(buffer, size, "1: no growth that stands out of the noise");
            break;
        }
        snprintf(buffer, size, "%s (%.0f %%)", names[fit->best],
                 fmin(99, 100 * fit->probability[fit->best]));
        snprintf(buffer + strlen(buffer), size - strlen(buffer), ", exponent %.2f to %.2f",
                 fit->exponent_low, fit->exponent_high);
        break;
    }
    return buffer;
}
