/* relabel, agreement: who belongs together, whatever the groups are called. */
#include "tests/unit/compare_properties.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sandbox/util.h"

#define GROUPS   6
#define NOISE    (-1)
#define FREE     100 /* a name that no label has */
#define TOO_MANY 513

/* Labels 0 .. k-1; with NOISE if asked. */
static struct value random_labels(struct round *round, int64_t n, int64_t k, bool noise)
{
    struct value value = list(round, ELEM_INT, n);
    for (int64_t i = 0; i < n; i++)
        ints(&value)[i] = noise && one_in(round, 5) ? NOISE : below(round, k);
    return value;
}

/* Other names, all different; NOISE stays. */
static struct value renamed(struct round *round, const struct value *value)
{
    struct value ret = copy_of(round, value);
    int64_t names[GROUPS];
    for (int64_t g = 0; g < GROUPS; g++) {
        bool fresh = false;
        while (!fresh) {
            names[g] = one_in(round, 2) ? below(round, GROUPS) : wild_int(round);
            fresh = names[g] != NOISE && names[g] != FREE;
            for (int64_t k = 0; k < g; k++)
                fresh = fresh && names[k] != names[g];
        }
    }
    for (int64_t i = 0; i < ret.n; i++)
        if (ints(&ret)[i] != NOISE)
            ints(&ret)[i] = names[ints(&ret)[i]];
    return ret;
}

static const struct contest *relabel(struct round *round, bool reserved)
{
    return contest(round, "", ":int[*]", "%s",
                   reserved ? "{\"name\": \"relabel\", \"reserved\": [-1, 77]}" : "\"relabel\"");
}

static void relabel_reflexive(struct round *round)
{
    struct value e = random_list(round, ELEM_INT, round->n, false), g = copy_of(round, &e);
    accept(round, relabel(round, false), &e, &g);
    accept(round, relabel(round, true), &e, &g);
}

static void relabel_invariant(struct round *round)
{
    struct value e = random_labels(round, round->n, GROUPS, true), g = renamed(round, &e);
    accept(round, relabel(round, true), &e, &g);
    accept(round, relabel(round, false), &e, &g);
    const int64_t *order = shuffled(round, e.n); /* both alike */
    struct value e2 = taken(round, &e, order, e.n), g2 = taken(round, &g, order, e.n);
    accept(round, relabel(round, true), &e2, &g2);
}

static bool has(const struct value *value, int64_t label, int64_t but)
{
    for (int64_t i = 0; i < value->n; i++)
        if (i != but && ints(value)[i] == label)
            return true;
    return false;
}

static void relabel_sensitive(struct round *round)
{
    struct value e = random_labels(round, round->n, GROUPS, true), same = renamed(round, &e);
    const struct contest *free_names = relabel(round, false), *reserved = relabel(round, true);
    for (int tries = 0; tries < 6 && e.n > 1; tries++) {
        int64_t i = below(round, e.n), k = below(round, e.n);
        struct value split = copy_of(round, &same), merged = split, moved, noisy;
        ints(&split)[i] = FREE;
        if (has(&e, ints(&e)[i], i)) /* it has left its group */
            refuse(round, free_names, &e, &split, "grouping");
        else
            accept(round, free_names, &e, &split);
        merged = copy_of(round, &same);
        for (int64_t j = 0; j < e.n; j++)
            if (ints(&e)[j] == ints(&e)[i])
                ints(&merged)[j] = ints(&same)[k];
        if (ints(&e)[i] != ints(&e)[k]) {
            refuse(round, free_names, &e, &merged, "grouping");
            refuse(round, free_names, &merged, &e, "grouping");
            moved = copy_of(round, &same);
            ints(&moved)[i] = ints(&same)[k];
            refuse(round, free_names, &e, &moved, "grouping");
        }
        noisy = copy_of(round, &same);
        for (int64_t j = 0; j < e.n;
             j++) /* a bijection that takes noise for a group, or a group for noise */
            if (ints(&e)[j] == ints(&e)[i])
                ints(&noisy)[j] = ints(&e)[i] == NOISE ? FREE : 77;
        accept(round, free_names, &e, &noisy);
        refuse(round, reserved, &e, &noisy, "value");
        refuse(round, reserved, &noisy, &e, "value");
    }
    if (e.n > 0) {
        struct value fewer = taken(round, &same, in_order(round, e.n), e.n - 1);
        refuse(round, reserved, &e, &fewer, "shape");
        refuse(round, reserved, &fewer, &e, "shape");
    }
}

static void relabel_symmetric(struct round *round)
{
    struct value a = random_labels(round, round->n, GROUPS, true), b = renamed(round, &a);
    symmetric(round, relabel(round, true), &a, &b);
    int64_t n = round->n < 6 ? round->n : 6;
    for (int tries = 0; tries < 20; tries++) {
        a = random_labels(round, n, 3, true);
        b = random_labels(round, n, 3, true);
        symmetric(round, relabel(round, one_in(round, 2)), &a, &b);
        bool alike = true; /* pair by pair */
        for (int64_t i = 0; i < n; i++)
            for (int64_t k = 0; k < i; k++)
                alike = alike && (ints(&a)[i] == ints(&a)[k]) == (ints(&b)[i] == ints(&b)[k]);
        judge_as(round, relabel(round, false), &a, &b, alike);
    }
}

const struct properties properties_relabel = {
    "relabel", relabel_reflexive, relabel_invariant, relabel_sensitive, relabel_symmetric, 5000};

/* ---- agreement ---- */

static const struct contest *agreement(struct round *round, bool ari, double at_least)
{
    return contest(round, "", ":int[*]",
                   "{\"name\": \"agreement\", \"measure\": \"%s\", \"at_least\": %.17g}",
                   ari ? "ari" : "accuracy", at_least);
}

static void agreement_reflexive(struct round *round)
{
    int64_t k = one_in(round, 3) ? 1 : one_in(round, 2) ? 512 : GROUPS;
    struct value e = random_labels(round, round->n, k, false), g = copy_of(round, &e);
    accept(round, agreement(round, false, 1), &e, &g);
    accept(round, agreement(round, true, 1), &e, &g);
}

static void agreement_invariant(struct round *round)
{
    struct value e = random_labels(round, round->n, GROUPS, true), g = renamed(round, &e);
    accept(round, agreement(round, false, 1), &e, &g);
    accept(round, agreement(round, true, 1), &e, &g);
    if (e.n == 0)
        return;
    int64_t wrong = below(round, e.n + 1), *which = shuffled(round, e.n);
    for (int64_t i = 0; i < wrong; i++) /* the others agree, whatever these do */
        ints(&g)[which[i]] = below(round, 500);
    accept(round, agreement(round, false, (double)(e.n - wrong) / (double)e.n), &e, &g);
}

/* Over all ways of calling the groups of b, at most four on either side. */
static double best_accuracy(const struct value *a, const struct value *b)
{
    int64_t best = 0;
    for (int code = 0; code < 256; code++) {
        int64_t names[4], agree = 0;
        bool differ = true;
        for (int g = 0; g < 4; g++) {
            names[g] = code >> (2 * g) & 3;
            for (int k = 0; k < g; k++)
                differ = differ && names[k] != names[g];
        }
        for (int64_t i = 0; differ && i < a->n; i++)
            agree += ints(a)[i] == names[ints(b)[i]];
        best = agree > best ? agree : best;
    }
    return a->n ? (double)best / (double)a->n : 1;
}

/* By the four kinds of pairs: together in both, in a, in b, in neither. */
static double rand_index(const struct value *a, const struct value *b)
{
    double both = 0, in_a = 0, in_b = 0, neither = 0;
    for (int64_t i = 0; i < a->n; i++)
        for (int64_t k = 0; k < i; k++) {
            bool one = ints(a)[i] == ints(a)[k], two = ints(b)[i] == ints(b)[k];
            both += one && two;
            in_a += one && !two;
            in_b += !one && two;
            neither += !one && !two;
        }
    double below_line = (both + in_a) * (in_a + neither) + (both + in_b) * (in_b + neither);
    return below_line == 0 ? 1 : 2 * (both * neither - in_a * in_b) / below_line;
}

static void agreement_sensitive(struct round *round)
{
    int64_t n = round->n < 60 ? round->n : 60;
    for (int tries = 0; tries < 8; tries++) {
        struct value e = random_labels(round, n, 1 + below(round, 4), false),
                     g = copy_of(round, &e);
        for (int64_t i = 0; i < n; i++)
            if (one_in(round, 3))
                ints(&g)[i] = below(round, 4);
        for (int ari = 0; ari < 2; ari++) {
            double value = ari ? rand_index(&e, &g) : best_accuracy(&e, &g);
            if (value > -0.99)
                accept(round, agreement(round, ari, value - 1e-9), &e, &g);
            if (value < 1 - 1e-9)
                refuse(round, agreement(round, ari, value + 1e-9), &e, &g, "grouping");
        }
    }
    struct value e = random_labels(round, round->n, GROUPS, false);
    if (e.n > 0) {
        struct value fewer = taken(round, &e, in_order(round, e.n), e.n - 1);
        refuse(round, agreement(round, false, -1), &e, &fewer, "shape");
        refuse(round, agreement(round, true, -1), &fewer, &e, "shape");
    }
    if (e.n >= TOO_MANY) {
        struct value alone = list(round, ELEM_INT, e.n);
        for (int64_t i = 0; i < e.n; i++)
            ints(&alone)[i] = i % TOO_MANY;
        refuse(round, agreement(round, one_in(round, 2), -1), &e, &alone, "grouping");
        faults(round, agreement(round, one_in(round, 2), -1), &alone, &e);
    }
}

static void agreement_symmetric(struct round *round)
{
    for (int tries = 0; tries < 4; tries++) {
        struct value a = random_labels(round, round->n, GROUPS, false), b = renamed(round, &a);
        for (int64_t i = 0; i < a.n; i++)
            if (one_in(round, 4))
                ints(&b)[i] = below(round, 9);
        symmetric(round, agreement(round, one_in(round, 2), unit(round)), &a, &b);
    }
}

const struct properties properties_agreement = {"agreement",         agreement_reflexive,
                                                agreement_invariant, agreement_sensitive,
                                                agreement_symmetric, 3000};
