/* normwise, sign, scale, orthonormal: vectors as a whole. */
#include "tests/unit/compare_properties.h"
#include "tests/unit/compare_properties_bases.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sandbox/util.h"

static struct value random_grid(struct round *round, double (*make)(struct round *))
{
    int64_t columns = below(round, 5);
    return filled(round, grid(round, round->n, columns), make);
}

/* All of one size, from 1e-290 to 1e290. */
static struct value small_or_large_grid(struct round *round)
{
    struct value value = random_grid(round, tame);
    double factor = spread(round) * ONE_OF(round, 1, 1e-190, 1e190);
    for (int64_t i = 0; i < value.n; i++)
        floats(&value)[i] *= factor;
    return value;
}

static void refuse_not_finite(struct round *round, const struct contest *contest,
                              const struct value *e)
{
    if (e->n == 0)
        return;
    int64_t i = below(round, e->n);
    struct value g = copy_of(round, e);
    floats(&g)[i] = ONE_OF(round, NAN, INFINITY, -INFINITY);
    struct comparison result = refuse(round, contest, e, &g, "not finite");
    if (result.index != i)
        broken(round, "element %" PRId64 " is not finite, not %" PRId64, i, result.index);
}

static void refuse_turned(struct round *round, const struct contest *contest, const struct value *e)
{
    struct value turned = shaped(e, e->dims[1], e->dims[0]);
    if (e->dims[0] != e->dims[1])
        refuse(round, contest, e, &turned, "shape");
}

/* A direction of length 1; n > 0. */
static double *direction(struct round *round, int64_t n)
{
    double *d = room(round, (size_t)n * sizeof *d);
    long double length = 0;
    while (!(length > 1e-3L)) {
        length = 0;
        for (int64_t i = 0; i < n; i++) {
            d[i] = normal(round);
            length += (long double)d[i] * d[i];
        }
        length = sqrtl(length);
    }
    for (int64_t i = 0; i < n; i++)
        d[i] = (double)(d[i] / length);
    return d;
}

/* value + by * direction, by random signs and places: its distance is `by` but for rounding. */
static struct value moved_by(struct round *round, const struct value *value, long double by)
{
    struct value ret = copy_of(round, value);
    if (value->n == 0)
        return ret;
    const double *d = direction(round, value->n);
    for (int64_t i = 0; i < value->n; i++)
        floats(&ret)[i] = (double)(floats(&ret)[i] + by * d[i]);
    return ret;
}

static bool all_finite(const struct value *value)
{
    for (int64_t i = 0; i < value->n; i++)
        if (!isfinite(floats(value)[i]))
            return false;
    return true;
}

/* ---- normwise ---- */

static const struct contest *normwise(struct round *round, double rtol, double atol)
{
    return contest(round, "", ":float[*,*]",
                   "{\"name\": \"normwise\", \"rtol\": %.17g, \"atol\": %.17g}", rtol, atol);
}

static void normwise_reflexive(struct round *round)
{
    struct value e = random_grid(round, wild), g = copy_of(round, &e);
    accept(round, normwise(round, ONE_OF(round, 0, 1e-9, 1), ONE_OF(round, 0, 1e-9, 1e300)), &e,
           &g);
    accept(round, contest(round, "", ":float[*,*]", "\"normwise\""), &e, &g);
}

/* Both sides of the border, in long double. */
static void normwise_is_its_formula(struct round *round, long double times, const char *kinds)
{
    struct value e = small_or_large_grid(round);
    double rtol = ONE_OF(round, 0, 1e-9, 1e-3, 1), atol = ONE_OF(round, 0, 1e-9, 1e-300, 1e300);
    const double *at = floats(&e);
    long double allowed = atol + rtol * distance_of(at, at, e.n, 1, 0); /* |e - 0 e| */
    struct value g = moved_by(round, &e, allowed * times);
    long double off = distance_of(at, floats(&g), e.n, 1, 1);
    if (e.n == 0 || !all_finite(&g) ||
        (times < 1 ? off > allowed * 0.999L : off < allowed * 1.001L))
        return; /* rounding of the elements is more than that */
    const struct contest *c = normwise(round, rtol, atol);
    if (kinds && off > 0)
        refuse(round, c, &e, &g, kinds);
    else if (!kinds)
        accept(round, c, &e, &g);
}

static void normwise_invariant(struct round *round)
{
    for (int tries = 0; tries < 4; tries++)
        normwise_is_its_formula(round, 0.99L * unit(round), NULL);
    /* rows in another order, on both sides */
    struct value e = filled(round, list(round, ELEM_FLOAT, round->n), tame), g = copy_of(round, &e);
    for (int64_t i = 0; i < e.n; i++)
        floats(&g)[i] += 1e-10 * (unit(round) - 0.5);
    const int64_t *order = shuffled(round, e.n);
    struct value e2 = taken(round, &e, order, e.n), g2 = taken(round, &g, order, e.n);
    const struct contest *c =
        contest(round, "", ":float[*]", "{\"name\": \"normwise\", \"atol\": 1}");
    accept(round, c, &e, &g);
    accept(round, c, &e2, &g2);
}

static void normwise_sensitive(struct round *round)
{
    for (int tries = 0; tries < 4; tries++)
        normwise_is_its_formula(round, 1.01L + unit(round), "value");
    struct value e = random_grid(round, wild);
    const struct contest *c = normwise(round, 1, 1e300);
    refuse_not_finite(round, c, &e);
    refuse_turned(round, c, &e);
    if (e.n > 0) {
        struct value g = copy_of(round, &e);
        floats(&e)[below(round, e.n)] = ONE_OF(round, NAN, INFINITY, -INFINITY);
        faults(round, c, &e, &g);
    }
}

/* With atol alone; rtol is of what was expected. */
static void normwise_symmetric(struct round *round)
{
    struct value a = random_grid(round, tame), b = moved_by(round, &a, 2e-3L * unit(round));
    symmetric(round, normwise(round, 0, 1e-3), &a, &b);
    struct value one = filled(round, grid(round, 1, 1), unit), two = copy_of(round, &one);
    floats(&one)[0] = 1;
    floats(&two)[0] = 1.55;
    refuse(round, normwise(round, 0.5, 0), &one, &two, "value");
    accept(round, normwise(round, 0.5, 0), &two, &one);
}

const struct properties properties_normwise = {"normwise",         normwise_reflexive,
                                               normwise_invariant, normwise_sensitive,
                                               normwise_symmetric, 2000};

/* ---- sign and scale ---- */

static const char *const axes[] = {"rows", "columns", "all"};

/* Vector `i` of a grid: its first element, length and step. */
static double *vector(const struct value *value, int axis, int64_t i, int64_t *ret_n,
                      int64_t *ret_step)
{
    int64_t rows = value->dims[0], columns = value->dims[1];
    *ret_n = axis == 0 ? columns : axis == 1 ? rows : rows * columns;
    *ret_step = axis == 1 ? columns : 1;
    return floats(value) + (axis == 0 ? i * columns : axis == 1 ? i : 0);
}

static int64_t n_vectors(const struct value *value, int axis)
{
    if (value->n == 0)
        return 0;
    return axis == 0 ? value->dims[0] : axis == 1 ? value->dims[1] : 1;
}

static const struct contest *sign(struct round *round, int axis, double tol)
{
    return contest(round, "", ":float[*,*]",
                   "{\"name\": \"sign\", \"axis\": \"%s\", \"tol\": %.17g}", axes[axis], tol);
}

static const struct contest *scale(struct round *round, int axis, double rtol, bool positive)
{
    return contest(round, "", ":float[*,*]",
                   "{\"name\": \"scale\", \"axis\": \"%s\", \"rtol\": %.17g, \"positive\": %s}",
                   axes[axis], rtol, positive ? "true" : "false");
}

static void sign_reflexive(struct round *round)
{
    struct value e = random_grid(round, wild), g = copy_of(round, &e);
    for (int axis = 0; axis < 3; axis++)
        accept(round, sign(round, axis, ONE_OF(round, 0, 1e-8, 1)), &e, &g);
    struct value a = filled(round, list(round, ELEM_FLOAT, round->n), wild), b = copy_of(round, &a);
    accept(round, contest(round, "", ":float[*]", "\"sign\""), &a, &b);
}

/* Vector i times c, moved by `by`. */
static void change_vector(struct round *round, struct value *value, int axis, int64_t i, double c,
                          long double by)
{
    int64_t n, step;
    double *v = vector(value, axis, i, &n, &step);
    const double *d = direction(round, n);
    for (int64_t k = 0; k < n; k++)
        v[k * step] = (double)((long double)c * v[k * step] + by * d[k]);
}

static void sign_invariant(struct round *round)
{
    for (int axis = 0; axis < 3; axis++) {
        struct value e = random_grid(round, tame), g = copy_of(round, &e);
        double tol = ONE_OF(round, 1e-8, 1e-3, 1);
        for (int64_t i = 0; i < n_vectors(&e, axis); i++)
            change_vector(round, &g, axis, i, one_in(round, 2) ? 1 : -1, 0.99L * tol * unit(round));
        accept(round, sign(round, axis, tol), &e, &g);
        e = random_grid(round, wild); /* signs alone, whatever the size */
        g = copy_of(round, &e);
        for (int64_t i = 0; i < n_vectors(&e, axis); i++)
            change_vector(round, &g, axis, i, one_in(round, 2) ? 1 : -1, 0);
        accept(round, sign(round, axis, 0), &e, &g);
    }
}

static void sign_sensitive(struct round *round)
{
    for (int axis = 0; axis < 3; axis++) {
        struct value e = random_grid(round, tame), g = copy_of(round, &e);
        double tol = ONE_OF(round, 1e-8, 1e-3, 0.1);
        const struct contest *c = sign(round, axis, tol);
        refuse_not_finite(round, c, &e);
        refuse_turned(round, c, &e);
        if (e.n == 0)
            continue;
        int64_t n, step, i = below(round, n_vectors(&e, axis));
        change_vector(round, &g, axis, i, one_in(round, 2) ? 1 : -1, tol * (0.9L + unit(round)));
        if (one_in(round, 3)) /* one sign inside of it */
            floats(&g)[below(round, e.n)] *= -1;
        bool in = true, out = false;
        for (int64_t k = 0; k < n_vectors(&e, axis); k++) {
            const double *x = vector(&g, axis, k, &n, &step), *v = vector(&e, axis, k, &n, &step);
            long double off = fminl(distance_of(v, x, n, step, 1), distance_of(v, x, n, step, -1));
            in = in && off < tol * 0.999L;
            out = out || off > tol * 1.001L;
        }
        if (in)
            accept(round, c, &e, &g);
        if (out)
            refuse(round, c, &e, &g, "value");
        floats(&e)[below(round, e.n)] = ONE_OF(round, NAN, INFINITY);
        faults(round, c, &e, &g);
    }
}

static void sign_symmetric(struct round *round)
{
    int axis = (int)below(round, 3);
    struct value a = random_grid(round, tame), b = copy_of(round, &a);
    for (int64_t i = 0; i < n_vectors(&a, axis); i++)
        change_vector(round, &b, axis, i, one_in(round, 2) ? 1 : -1, 1.05e-3L * unit(round));
    symmetric(round, sign(round, axis, 1e-3), &a, &b);
}

const struct properties properties_sign = {"sign",         sign_reflexive, sign_invariant,
                                           sign_sensitive, sign_symmetric, 1000};

static void scale_reflexive(struct round *round)
{
    struct value e = random_grid(round, wild), g = copy_of(round, &e);
    for (int axis = 0; axis < 3; axis++)
        accept(round, scale(round, axis, 1e-9, one_in(round, 2)), &e, &g);
}

/* c e turned by an angle whose sine is `sine`, where e leaves room for that. */
static void turn_vector(struct round *round, struct value *value, int axis, int64_t i, double c,
                        double sine)
{
    int64_t n, step;
    double *v = vector(value, axis, i, &n, &step);
    const double *d = direction(round, n);
    long double vv = 0, vd = 0, pp = 0;
    for (int64_t k = 0; k < n; k++) {
        vv += (long double)v[k * step] * v[k * step];
        vd += (long double)v[k * step] * d[k];
    }
    for (int64_t k = 0; k < n && vv > 0; k++) {
        long double p = d[k] - vd / vv * v[k * step];
        pp += p * p;
    }
    for (int64_t k = 0; k < n && vv > 0; k++) {
        long double p = d[k] - vd / vv * v[k * step], e = v[k * step];
        long double aside = pp > 1e-6L ? sine * sqrtl(vv / pp) * p : 0;
        v[k * step] = (double)(c * (sqrtl(1 - (long double)sine * sine) * e + aside));
    }
}

/* The sine of the angle between vectors, negative where they point away from each other; NAN: a zero. */
static long double sine_of(const double *e, const double *x, int64_t n, int64_t step)
{
    long double ee = 0, ex = 0, xx = 0, off;
    for (int64_t k = 0; k < n; k++) {
        ee += (long double)e[k * step] * e[k * step];
        ex += (long double)e[k * step] * x[k * step];
        xx += (long double)x[k * step] * x[k * step];
    }
    if (ee == 0 || xx == 0)
        return NAN;
    off = distance_of(e, x, n, step, ex / ee) / sqrtl(xx);
    return ex > 0 ? off : -off;
}

/* 1: surely up to a factor; -1: surely not; 0: near the border. */
static int scaled(const struct value *e, const struct value *g, int axis, double rtol,
                  bool positive)
{
    int all = 1;
    for (int64_t i = 0; i < n_vectors(e, axis); i++) {
        int64_t n, step;
        const double *x = vector(g, axis, i, &n, &step), *v = vector(e, axis, i, &n, &step);
        bool x_zero = distance_of(v, x, n, step, 0) == 0,
             v_zero = distance_of(v, v, n, step, 0) == 0;
        if (x_zero || v_zero) {
            if (x_zero != v_zero)
                return -1;
            continue;
        }
        long double sine = sine_of(v, x, n, step);
        if ((positive && signbit(sine)) || fabsl(sine) > rtol * (1 + 1e-6L) + 1e-18L)
            return -1;
        if (fabsl(sine) > rtol * (1 - 1e-6L))
            all = 0;
    }
    return all;
}

static double factor_of(struct round *round)
{
    return ONE_OF(round, 1, 1e-150, 1e150, 0.3, 1e6) * (0.5 + unit(round));
}

static void scale_invariant(struct round *round)
{
    for (int axis = 0; axis < 3; axis++) {
        struct value e = random_grid(round, tame), g = copy_of(round, &e);
        bool positive = one_in(round, 2);
        double rtol = ONE_OF(round, 1e-12, 1e-9, 1e-3);
        for (int64_t i = 0; i < n_vectors(&e, axis); i++)
            turn_vector(round, &g, axis, i,
                        factor_of(round) * (!positive && one_in(round, 2) ? -1 : 1),
                        0.99 * rtol * unit(round));
        if (scaled(&e, &g, axis, rtol, positive) == 1)
            accept(round, scale(round, axis, rtol, positive), &e, &g);
        else if (scaled(&e, &g, axis, rtol, positive) < 0)
            broken(round, "the test's own vectors are turned too far");
    }
}

static void scale_sensitive(struct round *round)
{
    for (int axis = 0; axis < 3; axis++) {
        struct value e = random_grid(round, tame), g = copy_of(round, &e);
        bool positive = one_in(round, 2);
        double rtol = ONE_OF(round, 1e-9, 1e-3);
        const struct contest *c = scale(round, axis, rtol, positive);
        refuse_not_finite(round, c, &e);
        refuse_turned(round, c, &e);
        if (e.n == 0)
            continue;
        int64_t n, step, i = below(round, n_vectors(&e, axis));
        double *v = vector(&g, axis, i, &n, &step);
        switch (below(round, 3)) {
        case 0: turn_vector(round, &g, axis, i, factor_of(round), rtol * (1 + unit(round))); break;
        case 1: turn_vector(round, &g, axis, i, -factor_of(round), 0); break;
        default:
            for (int64_t k = 0; k < n; k++)
                v[k * step] = 0;
        }
        int in = scaled(&e, &g, axis, rtol, positive);
        if (in > 0)
            accept(round, c, &e, &g);
        if (in < 0)
            refuse(round, c, &e, &g, "value");
    }
}

/* An angle has no direction, and a factor an inverse. */
static void scale_symmetric(struct round *round)
{
    int axis = (int)below(round, 3);
    bool positive = one_in(round, 2);
    struct value a = random_grid(round, tame), b = copy_of(round, &a);
    for (int64_t i = 0; i < n_vectors(&a, axis); i++)
        turn_vector(round, &b, axis, i, factor_of(round), 1.1e-3 * unit(round));
    if (a.n > 0 && one_in(round, 2))
        turn_vector(round, &b, axis, below(round, n_vectors(&a, axis)), -1, 0);
    if (scaled(&a, &b, axis, 1e-3, positive) != 0)
        symmetric(round, scale(round, axis, 1e-3, positive), &a, &b);
}

const struct properties properties_scale = {"scale",         scale_reflexive, scale_invariant,
                                            scale_sensitive, scale_symmetric, 1000};

/* ---- orthonormal: of what is expected only the shape counts ---- */

static const struct contest *orthonormal(struct round *round, bool columns, double tol)
{
    return contest(round, "", ":float[*,*]",
                   "{\"name\": \"orthonormal\", \"of\": \"%s\", \"tol\": %.17g}",
                   columns ? "columns" : "rows", tol);
}

static struct value as_columns(struct round *round, const struct value *value)
{
    struct value ret = grid(round, value->dims[1], value->dims[0]);
    for (int64_t i = 0; i < value->dims[0]; i++)
        for (int64_t k = 0; k < value->dims[1]; k++)
            floats(&ret)[k * value->dims[0] + i] = floats(value)[i * value->dims[1] + k];
    return ret;
}

/* k orthonormal rows; of the large size few but long ones. */
static struct value random_basis(struct round *round)
{
    int64_t d = round->n, k = d > 30 ? 4 : below(round, d + 1);
    return basis(round, k, d);
}

static void orthonormal_reflexive(struct round *round)
{
    struct value e = random_basis(round), g = copy_of(round, &e), turned = as_columns(round, &e);
    accept(round, orthonormal(round, false, 1e-12), &e, &g);
    accept(round, orthonormal(round, true, 1e-12), &turned, &turned);
}

static void orthonormal_invariant(struct round *round)
{
    struct value e = random_basis(round), g = copy_of(round, &e);
    int64_t k = e.dims[0], d = e.dims[1];
    turn_rows(round, &g, 0, k);
    for (int64_t i = 0; i < k; i++)
        if (one_in(round, 2))
            for (int64_t j = 0; j < d; j++)
                floats(&g)[i * d + j] *= -1;
    struct value wrong = filled(round, grid(round, k, d), wilder), columns = as_columns(round, &g);
    struct value wrong_columns = as_columns(round, &wrong);
    accept(round, orthonormal(round, false, 1e-12), &e, &g);
    accept(round, orthonormal(round, false, 1e-12), &wrong, &g);
    accept(round, orthonormal(round, true, 1e-12), &wrong_columns, &columns);
    for (int64_t i = 0; i < g.n; i++) /* |V V' - I| grows by 2 |moved| at most */
        floats(&g)[i] += 1e-7 * (unit(round) - 0.5) / (double)(d + 1);
    accept(round, orthonormal(round, false, 1e-6), &e, &g);
}

static void orthonormal_sensitive(struct round *round)
{
    struct value e = random_basis(round);
    int64_t k = e.dims[0], d = e.dims[1], i = k ? below(round, k) : 0, j = k ? below(round, k) : 0;
    const struct contest *rows = orthonormal(round, false, 1e-9);
    const struct contest *columns = orthonormal(round, true, 1e-9);
    refuse_not_finite(round, rows, &e);
    refuse_turned(round, rows, &e);
    if (k == 0)
        return;
    struct value g = copy_of(round, &e), turned;
    double factor = one_in(round, 2) ? 1 + 2e-9 : ONE_OF(round, 0, 1.5, 1 - 2e-9, 1e3);
    for (int64_t c = 0; c < d; c++)
        floats(&g)[i * d + c] *= factor;
    turned = as_columns(round, &g);
    refuse(round, rows, &e, &g, "not a unit vector");
    refuse(round, columns, &turned, &turned, "not a unit vector");
    if (i == j)
        return;
    g = copy_of(round, &e);
    double angle =
        one_in(round, 2) ? 3e-9 : M_PI / 2; /* row i turned towards row j: a repeated one at last */
    for (int64_t c = 0; c < d; c++)
        floats(&g)[i * d + c] =
            cos(angle) * floats(&e)[i * d + c] + sin(angle) * floats(&e)[j * d + c];
    turned = as_columns(round, &g);
    refuse(round, rows, &e, &g, "not orthogonal");
    refuse(round, columns, &turned, &turned, "not orthogonal");
}

static void orthonormal_asymmetric(struct round *round)
{
    struct value a = random_basis(round), b = filled(round, copy_of(round, &a), tame),
                 c = copy_of(round, &b);
    struct comparison one, two;
    const struct contest *rows = orthonormal(round, false, 1e-9);
    if (judged(round, rows, &a, &b, &one) != judged(round, rows, &c, &b, &two))
        broken(round, "orthonormal depends on what is expected");
}

const struct properties properties_orthonormal = {"orthonormal",          orthonormal_reflexive,
                                                  orthonormal_invariant,  orthonormal_sensitive,
                                                  orthonormal_asymmetric, 2000};
