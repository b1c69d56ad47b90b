/* backward_error, subspace, product: answers that are judged by an argument. */
#include "tests/unit/compare_properties.h"
#include "tests/unit/compare_properties_bases.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sandbox/util.h"

#define SIZE_MAX_SOLVED 60 /* a matrix has the square of it */

static void multiply_all(const struct value *value, double factor)
{
    for (int64_t i = 0; i < value->n; i++)
        floats(value)[i] *= factor;
}

/* Rows `order` of a grid. */
static struct value rows_of(struct round *round, const struct value *value, const int64_t *order)
{
    struct value ret = copy_of(round, value);
    int64_t columns = value->dims[1];
    for (int64_t i = 0; i < value->n; i++)
        floats(&ret)[i] = floats(value)[order[i / columns] * columns + i % columns];
    return ret;
}

static struct value with_bad_float(struct round *round, const struct value *value)
{
    struct value ret = copy_of(round, value);
    floats(&ret)[below(round, value->n)] = ONE_OF(round, NAN, INFINITY, -INFINITY);
    return ret;
}

/* ---- backward_error ---- */

struct system {
    struct value A, b, x; /* A x = b, but for rounding */
};

static int64_t system_size(const struct round *round)
{
    return round->n < SIZE_MAX_SOLVED ? round->n : SIZE_MAX_SOLVED;
}

/* The eta of the contract. */
static long double eta(const struct system *system, const struct value *x)
{
    int64_t n = system->b.n;
    long double most = 0, norm_A = 0, norm_x = 0, norm_b = 0;
    for (int64_t i = 0; i < n; i++) {
        long double sum = 0, row = 0;
        for (int64_t k = 0; k < n; k++) {
            sum += (long double)floats(&system->A)[i * n + k] * floats(x)[k];
            row += fabsl((long double)floats(&system->A)[i * n + k]);
        }
        most = fmaxl(most, fabsl(sum - floats(&system->b)[i]));
        norm_A = fmaxl(norm_A, row);
        norm_x = fmaxl(norm_x, fabsl((long double)floats(x)[i]));
        norm_b = fmaxl(norm_b, fabsl((long double)floats(&system->b)[i]));
    }
    return most == 0 ? 0 : most / (norm_A * norm_x + norm_b);
}

static struct system random_system(struct round *round, int64_t n)
{
    struct system ret = {filled(round, grid(round, n, n), tame), list(round, ELEM_FLOAT, n),
                         filled(round, list(round, ELEM_FLOAT, n), tame)};
    double of_A = one_in(round, 2) ? 1 : spread(round), of_x = one_in(round, 2) ? 1 : spread(round);
    multiply_all(&ret.A, of_A);
    multiply_all(&ret.x, of_x);
    for (int64_t i = 0; i < n; i++) {
        long double sum = 0;
        for (int64_t k = 0; k < n; k++)
            sum += (long double)floats(&ret.A)[i * n + k] * floats(&ret.x)[k];
        floats(&ret.b)[i] = (double)sum;
    }
    return ret;
}

static struct contest *backward(struct round *round, const struct system *system, double tol)
{
    struct contest *c = contest(round, "A:float[n,n];b:float[n]", ":float[*]",
                                "{\"all\": [{\"name\": \"backward_error\", \"matrix\": \"A\", "
                                "\"rhs\": \"b\", \"tol\": %.17g}]}",
                                tol);
    c->args[0] = system->A;
    c->args[1] = system->b;
    return c;
}

static void backward_reflexive(struct round *round)
{
    struct system system = random_system(round, system_size(round));
    struct value g = copy_of(round, &system.x);
    accept(round, backward(round, &system, 1e-11), &system.x, &g);
    struct value none = list(round, ELEM_FLOAT, 0); /* singular */
    accept(round, backward(round, &system, 1e-11), &none, &none);
}

static void backward_invariant(struct round *round)
{
    struct system system = random_system(round, system_size(round)), other = system;
    int64_t n = system.b.n;
    struct value e = filled(round, list(round, ELEM_FLOAT, n), wilder),
                 g = copy_of(round, &system.x);
    for (int64_t i = 0; i < n; i++)
        floats(&g)[i] *= 1 + 1e-13 * (unit(round) - 0.5);
    accept(round, backward(round, &system, 1e-11), &e, &g);
    /* the equations in another order, each side times the same */
    const int64_t *order = shuffled(round, n);
    other.A = n > 0 ? rows_of(round, &system.A, order) : system.A;
    other.b = taken(round, &system.b, order, n);
    double factor = ldexp(1, (int)below(round, 200) - 100);
    multiply_all(&other.A, factor);
    multiply_all(&other.b, factor);
    accept(round, backward(round, &other, 1e-11), &e, &g);
    /* of b = 0 the solution is 0, or as good as that */
    memset(floats(&other.b), 0, (size_t)n * sizeof(double));
    for (int64_t i = 0; i < n; i++)
        floats(&g)[i] = ONE_OF(round, 0, -0.0, 1e-300, -1e-300, 5e-324);
    accept(round, backward(round, &other, 1e-11), &e, &g);
}

static void backward_sensitive(struct round *round)
{
    struct system system = random_system(round, system_size(round));
    int64_t n = system.b.n;
    struct value none = list(round, ELEM_FLOAT, 0), g;
    if (n == 0)
        return;
    for (int tries = 0; tries < 6; tries++) {
        double tol = ONE_OF(round, 1e-11, 1e-6, 1e-3), by = tol * pow(10, 4 * unit(round) - 1);
        const struct contest *c = backward(round, &system, tol);
        g = copy_of(round, &system.x);
        int64_t i = below(round, n);
        floats(&g)[i] = floats(&g)[i] == 0 ? by : floats(&g)[i] * (1 + by);
        long double error = eta(&system, &g);
        if (error < tol * 0.999L)
            accept(round, c, &system.x, &g);
        else if (error > tol * 1.001L)
            refuse(round, c, &system.x, &g, "residual");
    }
    const struct contest *c = backward(round, &system, 1e-11);
    g = with_bad_float(round, &system.x);
    refuse(round, c, &system.x, &g, "not finite");
    g = taken(round, &system.x, in_order(round, n), n - 1);
    refuse(round, c, &system.x, &g, "shape");
    refuse(round, c, &none, &system.x, "shape");
    refuse(round, c, &system.x, &none, "shape");
    struct system bad = system;
    bad.A = with_bad_float(round, &system.A);
    faults(round, backward(round, &bad, 1e-11), &system.x, &system.x);
    bad = system;
    bad.b = with_bad_float(round, &system.b);
    faults(round, backward(round, &bad, 1e-11), &system.x, &system.x);
}

/* Of what is expected only whether it is there counts. */
static void backward_asymmetric(struct round *round)
{
    struct system system = random_system(round, system_size(round));
    struct value e = filled(round, list(round, ELEM_FLOAT, system.b.n), wilder);
    struct value g = filled(round, list(round, ELEM_FLOAT, system.b.n), tame);
    struct comparison one, two;
    const struct contest *c = backward(round, &system, 1e-11);
    if (judged(round, c, &e, &g, &one) != judged(round, c, &system.x, &g, &two))
        broken(round, "backward_error depends on what is expected");
}

const struct properties properties_backward_error = {"backward_error",    backward_reflexive,
                                                     backward_invariant,  backward_sensitive,
                                                     backward_asymmetric, SIZE_MAX_SOLVED};

/* ---- subspace ---- */

/* n rows whose covariance has the eigenvectors `vectors` (all d of them) with the variances; the largest come first. */
struct pca {
    struct value X, vectors, values;
    int64_t d, tied; /* the first `tied` variances are equal */
};

static struct pca random_pca(struct round *round)
{
    struct pca ret = {.d = round->n < 2 ? round->n : 1 + below(round, round->n < 9 ? round->n : 8)};
    int64_t d = ret.d, n = d + 1 + (round->n > 100 ? round->n : below(round, 5));
    struct value scores = centred_basis(round, d, n);
    double scale = one_in(round, 2) ? 1 : spread(round),
           offset = one_in(round, 2) ? 100 * unit(round) : 0;
    ret.vectors = basis(round, d, d);
    ret.values = list(round, ELEM_FLOAT, d);
    ret.X = grid(round, n, d);
    ret.tied = d > 1 ? 1 + below(round, 2) : d;
    for (int64_t i = 0; i < d; i++)
        floats(&ret.values)[i] = (double)(d - (i < ret.tied ? 0 : i)) * scale * scale;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < d; j++) {
            long double sum = offset * scale;
            for (int64_t k = 0; k < d; k++)
                sum += sqrtl((long double)floats(&ret.values)[k] * (long double)(n - 1)) *
                       floats(&scores)[k * n + i] * floats(&ret.vectors)[k * d + j];
            floats(&ret.X)[i * d + j] = (double)sum;
        }
    return ret;
}

static struct contest *subspace(struct round *round, const struct value *X)
{
    struct contest *c =
        contest(round, "X:float[n,d]", "V:float[*,*];l:float[*]",
                "{\"all\": [{\"name\": \"subspace\", \"matrix\": \"X\", \"vectors\": \"V\", "
                "\"values\": \"l\"}]}");
    c->args[0] = *X;
    return c;
}

static void subspace_reflexive(struct round *round)
{
    struct pca pca = random_pca(round);
    struct value e[] = {pca.vectors, pca.values};
    struct value g[] = {copy_of(round, &pca.vectors), copy_of(round, &pca.values)};
    accept(round, subspace(round, &pca.X), e, g);
    int64_t k = pca.d ? below(round, pca.d) : 0; /* the first k of them */
    struct value first[] = {shaped(&pca.vectors, pca.d, pca.d),
                            taken(round, &pca.values, in_order(round, k), k)};
    first[0] = grid(round, k, pca.d);
    memcpy(floats(&first[0]), floats(&pca.vectors), (size_t)(k * pca.d) * sizeof(double));
    accept(round, subspace(round, &pca.X), first, first);
}

static void subspace_invariant(struct round *round)
{
    struct pca pca = random_pca(round);
    int64_t d = pca.d;
    struct value e[] = {filled(round, copy_of(round, &pca.vectors), tame), pca.values};
    struct value g[] = {copy_of(round, &pca.vectors), copy_of(round, &pca.values)};
    if (d > 0)
        turn_rows(round, &g[0], 0, pca.tied);
    for (int64_t i = 0; i < d; i++) {
        double turned = one_in(round, 2) ? -1 : 1;
        for (int64_t k = 0; k < d; k++)
            floats(&g[0])[i * d + k] *= turned;
        floats(&g[1])[i] += 9e-9 * (2 * unit(round) - 1) * floats(&pca.values)[0];
    }
    accept(round, subspace(round, &pca.X), e, g);
    if (d == 0)
        return;
    struct value X = rows_of(round, &pca.X, shuffled(round, pca.X.dims[0]));
    accept(round, subspace(round, &X), e, g);
    multiply_all(&X, ldexp(1, 20));
    multiply_all(&e[1], ldexp(1, 40));
    multiply_all(&g[1], ldexp(1, 40));
    accept(round, subspace(round, &X), e, g);
}

/* Row i turned towards row k by an angle. */
static struct value leaning(struct round *round, const struct value *rows, int64_t i, int64_t k,
                            double angle, bool both)
{
    struct value ret = copy_of(round, rows);
    int64_t d = rows->dims[1];
    for (int64_t c = 0; c < d; c++) {
        double a = floats(rows)[i * d + c], b = floats(rows)[k * d + c];
        floats(&ret)[i * d + c] = cos(angle) * a + sin(angle) * b;
        if (both)
            floats(&ret)[k * d + c] = cos(angle) * b - sin(angle) * a;
    }
    return ret;
}

static void subspace_sensitive(struct round *round)
{
    struct pca pca = random_pca(round);
    int64_t d = pca.d, i = d ? below(round, d) : 0;
    struct value e[] = {pca.vectors, pca.values}, g[] = {e[0], copy_of(round, &e[1])};
    const struct contest *c = subspace(round, &pca.X);
    if (d == 0)
        return;
    floats(&g[1])[i] += (one_in(round, 2) ? 1.1e-8 : -1.1e-8) * floats(&e[1])[0];
    refuse(round, c, e, g, "value");
    g[1] = with_bad_float(round, &e[1]);
    refuse(round, c, e, g, "not finite");
    g[1] = e[1];
    g[0] = with_bad_float(round, &e[0]);
    refuse(round, c, e, g, "not finite");
    g[0] = copy_of(round, &e[0]);
    for (int64_t k = 0; k < d; k++)
        floats(&g[0])[i * d + k] *= one_in(round, 2) && d == 1 ? 0 : 1 + 2e-8;
    refuse(round, c, e, g, "not a unit vector");
    struct value few = taken(round, &e[1], in_order(round, d), d - 1);
    struct value fewer[] = {e[0], few};
    refuse(round, c, e, fewer, "shape");
    refuse(round, c, fewer, e, "shape");
    if (d > 1) {
        int64_t k = (i + 1) % d;
        g[0] = leaning(round, &e[0], i, k, one_in(round, 2) ? 1e-6 : M_PI / 2, false);
        refuse(round, c, e, g, "not orthogonal");
        /* two whose variances are not the same; a whole turn exchanges them */
        g[0] = leaning(round, &e[0], 0, d - 1, one_in(round, 2) ? 1e-5 : M_PI / 2, true);
        if (pca.tied < d)
            refuse(round, c, e, g, "not an eigenvector");
        else
            accept(round, c, e, g);
    }
    struct value X = with_bad_float(round, &pca.X);
    faults(round, subspace(round, &X), e, e);
    g[1] = with_bad_float(round, &e[1]);
    faults(round, c, g, e);
}

/* Expected vectors are not looked at; of the values, the tolerance is relative to the largest expected one. */
static void subspace_asymmetric(struct round *round)
{
    struct pca pca = random_pca(round);
    struct value a[] = {pca.vectors, pca.values};
    struct value b[] = {filled(round, copy_of(round, &pca.vectors), wilder), pca.values};
    if (pca.d > 1)
        a[0] = leaning(round, &a[0], 0, 1, ONE_OF(round, 0, 1, 1e-9), one_in(round, 2));
    struct comparison one, two;
    const struct contest *c = subspace(round, &pca.X);
    if (judged(round, c, a, a, &one) != judged(round, c, b, a, &two))
        broken(round, "subspace depends on expected vectors");
}

const struct properties properties_subspace = {"subspace",          subspace_reflexive,
                                               subspace_invariant,  subspace_sensitive,
                                               subspace_asymmetric, 2000};

/* ---- product ---- */

/* A = U diag(S) V'; the factors in a value each. */
struct factors {
    struct value A, of[3];
    int64_t n, d, k;
};

static struct factors random_factors(struct round *round)
{
    struct factors f = {.n = round->n, .d = below(round, 7)};
    f.k = below(round, 5);
    f.of[0] = filled(round, grid(round, f.n, f.k), tame);
    f.of[1] = filled(round, list(round, ELEM_FLOAT, f.k), tame);
    f.of[2] = filled(round, grid(round, f.d, f.k), tame);
    f.A = grid(round, f.n, f.d);
    multiply_all(&f.of[1], spread(round));
    for (int64_t i = 0; i < f.n; i++)
        for (int64_t j = 0; j < f.d; j++) {
            long double sum = 0;
            for (int64_t k = 0; k < f.k; k++)
                sum += (long double)floats(&f.of[0])[i * f.k + k] * floats(&f.of[1])[k] *
                       floats(&f.of[2])[j * f.k + k];
            floats(&f.A)[i * f.d + j] = (double)sum;
        }
    return f;
}

static const struct contest *product(struct round *round, const struct factors *f, double rtol)
{
    struct contest *c =
        contest(round, "A:float[n,d]", "U:float[*,*];S:float[*];V:float[*,*]",
                "{\"all\": [{\"name\": \"product\", \"factors\": [\"U\", \"S\", \"V'\"], "
                "\"matrix\": \"A\", \"rtol\": %.17g}]}",
                rtol);
    c->args[0] = f->A;
    return c;
}

static void copy_factors(struct round *round, const struct factors *f, struct value g[3])
{
    for (int i = 0; i < 3; i++)
        g[i] = copy_of(round, &f->of[i]);
}

/* The sum of cancelling terms has no small relative error: 0 where |A| is small beside its terms. */
static bool is_well_scaled(const struct factors *f)
{
    long double terms = 0;
    const double *U = floats(&f->of[0]), *S = floats(&f->of[1]), *V = floats(&f->of[2]),
                 *A = floats(&f->A);
    for (int64_t k = 0; k < f->k; k++)
        for (int64_t i = 0; i < f->n; i++)
            for (int64_t j = 0; j < f->d; j++)
                terms = fmaxl(terms, fabsl((long double)U[i * f->k + k] * S[k] * V[j * f->k + k]));
    return distance_of(A, A, f->A.n, 1, 0) >= 1e-3L * terms;
}

static void product_reflexive(struct round *round)
{
    struct factors f = random_factors(round);
    struct value g[3];
    copy_factors(round, &f, g);
    if (is_well_scaled(&f))
        accept(round, product(round, &f, 1e-9), f.of, g);
}

/* Column k of U, of V and S[k] times factors whose product is 1; in another order. */
static void product_invariant(struct round *round)
{
    struct factors f = random_factors(round);
    struct value g[3];
    copy_factors(round, &f, g);
    const int64_t *order = shuffled(round, f.k);
    for (int64_t k = 0; k < f.k; k++) {
        double u = ldexp(one_in(round, 2) ? 1 : -1, (int)below(round, 80) - 40);
        double v = one_in(round, 2) ? 0.1 + unit(round) : -0.1 - unit(round);
        floats(&g[1])[k] = floats(&f.of[1])[order[k]] / u / v;
        for (int64_t i = 0; i < f.n; i++)
            floats(&g[0])[i * f.k + k] = floats(&f.of[0])[i * f.k + order[k]] * u;
        for (int64_t j = 0; j < f.d; j++)
            floats(&g[2])[j * f.k + k] = floats(&f.of[2])[j * f.k + order[k]] * v;
    }
    struct value e[3];
    copy_factors(round, &f, e);
    for (int i = 0; i < 3; i++)
        filled(round, e[i], wilder);
    if (is_well_scaled(&f))
        accept(round, product(round, &f, 1e-9), e, g);
    /* any orthogonal turn between two factors */
    struct contest *c = contest(round, "A:float[n,d]", "U:float[*,*];S:float[*];V:float[*,*]",
                                "{\"all\": [{\"name\": \"product\", \"factors\": [\"U\", \"V'\"], "
                                "\"matrix\": \"A\", \"rtol\": 1e-9}], \"returns\": {\"S\": "
                                "{\"name\": \"close\", \"rtol\": 0, \"atol\": 1e300}}}");
    struct value turn = basis(round, f.k, f.k), U = copy_of(round, &f.of[0]),
                 V = copy_of(round, &f.of[2]);
    struct factors two = f;
    two.of[1] = filled(round, list(round, ELEM_FLOAT, f.k), unit);
    for (int64_t k = 0; k < f.k; k++)
        floats(&two.of[1])[k] = 1;
    two.A = grid(round, f.n, f.d);
    for (int64_t i = 0; i < f.n * f.d; i++)
        for (int64_t k = 0; k < f.k; k++)
            floats(&two.A)[i] += floats(&U)[i / f.d * f.k + k] * floats(&V)[i % f.d * f.k + k];
    for (int side = 0; side < 2; side++) {
        const struct value *from = &f.of[2 * side], *to = side ? &V : &U;
        for (int64_t i = 0; i < from->n; i++) {
            double sum = 0;
            for (int64_t k = 0; k < f.k; k++)
                sum += floats(from)[i / f.k * f.k + k] * floats(&turn)[i % f.k * f.k + k];
            floats(to)[i] = sum;
        }
    }
    c->args[0] = two.A;
    struct value turned[] = {U, two.of[1], V};
    if (is_well_scaled(&two))
        accept(round, c, two.of, turned);
}

/* A component more, of zeros: the same product, and factors of another shape than is expected. */
static void refuse_padded(struct round *round, const struct contest *c, const struct factors *f)
{
    struct value g[] = {grid(round, f->n, f->k + 1), list(round, ELEM_FLOAT, f->k + 1),
                        grid(round, f->d, f->k + 1)};
    for (int64_t k = 0; k < f->k; k++) {
        floats(&g[1])[k] = floats(&f->of[1])[k];
        for (int side = 0; side < 3; side += 2)
            for (int64_t i = 0; i < f->of[side].dims[0]; i++)
                floats(&g[side])[i * (f->k + 1) + k] = floats(&f->of[side])[i * f->k + k];
    }
    refuse(round, c, f->of, g, "shape");
}

static void product_sensitive(struct round *round)
{
    struct factors f = random_factors(round);
    const struct contest *c = product(round, &f, 1e-9);
    struct value g[3];
    if (f.A.n == 0 || f.k == 0)
        return;
    for (int i = 0; i < 3; i++) {
        copy_factors(round, &f, g);
        g[i] = with_bad_float(round, &f.of[i]);
        refuse(round, c, f.of, g, "not finite");
        copy_factors(round, &f, g);
        g[i] = i == 1 ? taken(round, &f.of[1], in_order(round, f.k), f.k - 1)
                      : shaped(&f.of[i], 1, f.of[i].n);
        if (i == 1 || f.of[i].dims[0] != 1)
            refuse(round, c, f.of, g, "shape");
    }
    refuse_padded(round, c, &f);
    /* one component the wrong way round: off by twice its size */
    int64_t k = below(round, f.k);
    long double size = 0, norm = distance_of(floats(&f.A), floats(&f.A), f.A.n, 1, 0);
    for (int64_t i = 0; i < f.A.n; i++) {
        long double part = (long double)floats(&f.of[0])[i / f.d * f.k + k] * floats(&f.of[1])[k] *
                           floats(&f.of[2])[i % f.d * f.k + k];
        size += part * part;
    }
    copy_factors(round, &f, g);
    floats(&g[1])[k] *= -1;
    if (2 * sqrtl(size) > 1e-8L * norm)
        refuse(round, c, f.of, g, "product");
    floats(&g[1])[k] *= -1 - 2e-9 * (double)(norm / sqrtl(size));
    if (sqrtl(size) > 1e-3L * norm && is_well_scaled(&f))
        refuse(round, c, f.of, g, "product");
    struct factors bad = f;
    bad.A = with_bad_float(round, &f.A);
    faults(round, product(round, &bad, 1e-9), f.of, f.of);
}

/* Of what is expected only the shapes count. */
static void product_asymmetric(struct round *round)
{
    struct factors f = random_factors(round);
    struct value e[3], g[3];
    copy_factors(round, &f, e);
    copy_factors(round, &f, g);
    for (int i = 0; i < 3; i++)
        filled(round, e[i], wilder);
    if (f.k > 0 && one_in(round, 2))
        floats(&g[1])[below(round, f.k)] *= 2;
    struct comparison one, two;
    const struct contest *c = product(round, &f, 1e-9);
    if (judged(round, c, e, g, &one) != judged(round, c, f.of, g, &two))
        broken(round, "product depends on what is expected");
}

const struct properties properties_product = {
    "product", product_reflexive, product_invariant, product_sensitive, product_asymmetric, 2000};
