/* exact, close, ulp, threshold: element by element. */
#include "tests/unit/compare_properties.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sandbox/util.h"

#define VALUE "value|sign|order" /* a difference may be one of sign or order alone, and says so */

/* An array of `elem`: a list, rows and columns, or ragged; its type into `type`. */
static struct value random_array(struct round *round, enum elem elem, char type[40])
{
    bool nullable = one_in(round, 3);
    int64_t n = round->n, columns = 1 + below(round, 4);
    int shape = (int)below(round, 3);
    struct value value = random_list(round, elem, shape == 1 ? n * columns : n, nullable);
    if (shape == 1)
        value = shaped(&value, n, columns);
    if (shape == 2)
        value = ragged(round, &value, n ? 1 + below(round, 5) : below(round, 3));
    if (shape == 2 && value.dims[0] == 0)
        value.n = 0;
    snprintf(type, 40, ":%s%s%s", elem_name(elem), nullable ? "?" : "",
             shape == 0   ? "[*]"
             : shape == 1 ? "[*,*]"
                          : "[*][*]");
    return value;
}

/* A kind "sign" or "order" tells a candidate something: it must be true. */
static bool hint_is_true(const struct value *e, const struct value *g,
                         const struct comparison *result)
{
    bool sign = strcmp(result->kind, "sign") == 0, order = strcmp(result->kind, "order") == 0;
    auto_free bool *used = calloc((size_t)e->n + 1, sizeof *used);
    assert_non_null(used);
    for (int64_t i = 0; (sign || order) && i < e->n; i++) {
        bool found = false;
        for (int64_t k = sign ? i : 0; !found && k < (sign ? i + 1 : e->n); k++) {
            if (e->elem == ELEM_INT)
                found = ints(e)[k] == ints(g)[i] ||
                        (sign && (uint64_t)ints(e)[k] == -(uint64_t)ints(g)[i]);
            else
                found = floats(e)[k] == floats(g)[i] || (sign && floats(e)[k] == -floats(g)[i]);
            found = found && !used[k];
            used[k] = used[k] || found;
        }
        if (!found)
            return false;
    }
    return true;
}

static void check_hint(struct round *round, const struct value *e, const struct value *g,
                       const struct comparison *result)
{
    if (e->n <= 100 && !hint_is_true(e, g, result))
        broken(round, "kind '%s' is not true: %s", result->kind, result->message);
}

/* Two arrays of another number of elements, or as many in other rows and columns. */
static void refuse_other_shapes(struct round *round, const struct contest *contest,
                                const struct value *e)
{
    if (e->kind == KIND_ARRAY && e->rank == 1) {
        int64_t *which = in_order(round, e->n + 1);
        which[e->n] = 0;
        struct value fewer = taken(round, e, which, e->n > 0 ? e->n - 1 : 0);
        if (e->n > 0) {
            struct value more = taken(round, e, which, e->n + 1);
            refuse(round, contest, e, &fewer, "shape");
            refuse(round, contest, e, &more, "shape");
        }
    } else if (e->kind == KIND_ARRAY) {
        struct value turned = shaped(e, e->dims[1], e->dims[0]);
        struct value flat = shaped(e, 1, e->n);
        if (e->dims[0] != e->dims[1])
            refuse(round, contest, e, &turned, "shape");
        if (e->dims[0] != 1)
            refuse(round, contest, e, &flat, "shape");
    } else if (e->dims[0] > 1 && e->n > 0) {
        struct value moved = copy_of(round, e);
        int64_t *offsets = (int64_t *)(uintptr_t)moved.row_offsets;
        offsets[1] += offsets[1] < offsets[2] ? 1 : -1;
        if (offsets[1] >= 0)
            refuse(round, contest, e, &moved, "shape");
    }
}

/* One element NULL where it is not, or the other way. */
static void refuse_nulls(struct round *round, const struct contest *contest, const struct value *e)
{
    if (!e->valid || e->n == 0)
        return;
    int64_t i = below(round, e->n);
    struct value other = copy_of(round, e);
    valid(&other)[i] ^= 1;
    struct comparison result = refuse(round, contest, e, &other, "null");
    if (result.index != i)
        broken(round, "NULL at %" PRId64 ", index %" PRId64, i, result.index);
}

/* ---- exact ---- */

static const enum elem elems[] = {ELEM_INT, ELEM_FLOAT, ELEM_BOOL, ELEM_STR};

static void exact_reflexive(struct round *round)
{
    for (size_t k = 0; k < ARRAY_LEN(elems); k++) {
        char type[40];
        struct value e = random_array(round, elems[k], type), g = copy_of(round, &e);
        accept(round, contest(round, "", type, "\"exact\""), &e, &g);
        if (e.kind == KIND_ARRAY && e.rank == 1) {
            struct value columns[] = {e, g};
            struct value one = table(round, columns, 2), two = copy_of(round, &one);
            snprintf(type, sizeof type, ":table{a:%s%s,b:%s%s}", elem_name(elems[k]),
                     e.nullable ? "?" : "", elem_name(elems[k]), e.nullable ? "?" : "");
            accept(round, contest(round, "", type, "\"exact\""), &one, &two);
        }
    }
}

static void exact_invariant(struct round *round)
{
    char type[40];
    struct value e = random_array(round, ELEM_FLOAT, type), g = copy_of(round, &e);
    const struct contest *c = contest(round, "", type, "\"exact\"");
    for (int64_t i = 0; i < e.n; i++) {
        if (value_is_null(&e, i))
            floats(&g)[i] = wilder(round); /* what lies under NULL is nothing */
        else if (floats(&e)[i] == 0 || isnan(floats(&e)[i]))
            floats(&g)[i] = -floats(&e)[i];
    }
    accept(round, c, &e, &g);
    struct value s = random_list(round, ELEM_STR, round->n, true), t = s;
    for (int64_t i = 0; i < s.n; i++)
        if (value_is_null(&s, i))
            t = round->n < 50 ? with_text(round, &t, i, "x", 1) : t;
    accept(round, contest(round, "", ":str?[*]", "\"exact\""), &s, &t);
}

static void exact_sensitive(struct round *round)
{
    for (size_t k = 0; k < ARRAY_LEN(elems); k++) {
        char type[40];
        struct value e = random_array(round, elems[k], type);
        const struct contest *c = contest(round, "", type, "\"exact\"");
        refuse_other_shapes(round, c, &e);
        refuse_nulls(round, c, &e);
        for (int tries = 0; tries < 4 && e.n > 0; tries++) {
            int64_t i = below(round, e.n);
            if (value_is_null(&e, i))
                continue;
            struct value g = nudged(round, &e, i);
            struct comparison result = refuse(round, c, &e, &g, VALUE);
            if (result.index != i)
                broken(round, "element %" PRId64 " differs, not %" PRId64, i, result.index);
            check_hint(round, &e, &g, &result);
        }
    }
    for (int64_t i = 0; i < 4; i++) { /* scalars */
        struct value e = random_list(round, ELEM_INT, 1, false), g = nudged(round, &e, 0);
        e.kind = g.kind = KIND_SCALAR;
        e.rank = g.rank = 0;
        refuse(round, contest(round, "", ":int", "\"exact\""), &e, &g, "value");
    }
}

static void exact_symmetric(struct round *round)
{
    for (size_t k = 0; k < ARRAY_LEN(elems); k++) {
        char type[40];
        struct value e = random_array(round, elems[k], type);
        struct value g = e.n > 0 ? nudged(round, &e, below(round, e.n)) : e;
        symmetric(round, contest(round, "", type, "\"exact\""), &e, &g);
    }
}

/* Signs and order alone: the kinds that say so. */
static void hints_hold(struct round *round, const char *comparator)
{
    struct value e = filled(round, list(round, ELEM_FLOAT, round->n), wild), g = copy_of(round, &e);
    const struct contest *c = contest(round, "", ":float[*]", "%s", comparator);
    struct comparison result;
    for (int64_t i = 0; i < e.n; i++)
        floats(&g)[i] = one_in(round, 2) ? -floats(&e)[i] : floats(&e)[i];
    if (!judged(round, c, &e, &g, &result) && e.n > 1 && strcmp(result.kind, "sign") != 0)
        broken(round, "signs only, and kind '%s': %s", result.kind, result.message);
    g = taken(round, &e, shuffled(round, e.n), e.n);
    if (!judged(round, c, &e, &g, &result))
        check_hint(round, &e, &g, &result);
    if (!result.equal && strcmp(result.kind, "value") == 0 &&
        !strstr(result.message, "times what is expected") && !strstr(result.message, "everywhere"))
        broken(round, "order only, and nothing says so: %s", result.message);
}

static void exact_all_invariant(struct round *round)
{
    exact_invariant(round);
    hints_hold(round, "\"exact\"");
}

const struct properties properties_exact = {"exact",         exact_reflexive, exact_all_invariant,
                                            exact_sensitive, exact_symmetric, 3000};

/* ---- close ---- */

struct tolerance {
    double rtol, atol;
};

static struct tolerance random_tolerance(struct round *round)
{
    return (struct tolerance){ONE_OF(round, 0, 1e-15, 1e-9, 1e-3, 0.5, 0.999),
                              ONE_OF(round, 0, 1e-320, 1e-300, 1e-9, 1, 1e300)};
}

static const struct contest *close_contest(struct round *round, const char *type,
                                           struct tolerance tolerance)
{
    return contest(round, "", type, "{\"name\": \"close\", \"rtol\": %.17g, \"atol\": %.17g}",
                   tolerance.rtol, tolerance.atol);
}

/* e moved by `times` its tolerance, this way or that. */
static double moved(struct round *round, double e, struct tolerance tolerance, double times)
{
    long double by = times * (tolerance.atol + tolerance.rtol * fabsl((long double)e));
    return (double)(one_in(round, 2) ? e + by : e - by);
}

static void close_reflexive(struct round *round)
{
    char type[40];
    struct value e = random_array(round, ELEM_FLOAT, type), g = copy_of(round, &e);
    accept(round, close_contest(round, type, random_tolerance(round)), &e, &g);
    accept(round, contest(round, "", type, "\"close\""), &e, &g);
}

static void close_invariant(struct round *round)
{
    for (int tries = 0; tries < 4; tries++) {
        char type[40];
        struct value e = random_array(round, ELEM_FLOAT, type), g = copy_of(round, &e);
        struct tolerance tolerance = random_tolerance(round);
        for (int64_t i = 0; i < e.n; i++) {
            double x = moved(round, floats(&e)[i], tolerance, unit(round));
            floats(&g)[i] = isfinite(x) || !isfinite(floats(&e)[i]) ? x : floats(&e)[i];
        }
        int in = within(&e, &g, tolerance.rtol, tolerance.atol);
        if (in == 1)
            accept(round, close_contest(round, type, tolerance), &e, &g);
    }
    hints_hold(round, "{\"name\": \"close\", \"rtol\": 0, \"atol\": 0}");
}

static void close_sensitive(struct round *round)
{
    for (int tries = 0; tries < 6; tries++) {
        char type[40];
        struct value e = random_array(round, ELEM_FLOAT, type);
        struct tolerance tolerance = random_tolerance(round);
        const struct contest *c = close_contest(round, type, tolerance);
        refuse_other_shapes(round, c, &e);
        refuse_nulls(round, c, &e);
        int64_t i = e.n > 0 ? below(round, e.n) : 0;
        if (e.n == 0 || value_is_null(&e, i))
            continue;
        struct value g = copy_of(round, &e);
        floats(&g)[i] = one_in(round, 3) ? wilder(round)
                                         : moved(round, floats(&e)[i], tolerance, 1 + unit(round));
        int in = within(&e, &g, tolerance.rtol, tolerance.atol);
        if (in > 0)
            accept(round, c, &e, &g);
        if (in >= 0)
            continue;
        struct comparison result = refuse(round, c, &e, &g, VALUE);
        if (result.index != i)
            broken(round, "element %" PRId64 " differs, not %" PRId64, i, result.index);
    }
}

/* No tolerance is wide enough for what is not a number, or for another infinity. */
static void close_needs_numbers(struct round *round)
{
    const struct tolerance widest = {0.999, 1.7e308};
    struct value e = filled(round, list(round, ELEM_FLOAT, round->n), wilder),
                 g = copy_of(round, &e);
    int64_t i = e.n > 0 ? below(round, e.n) : 0;
    if (e.n == 0)
        return;
    floats(&g)[i] = isnan(floats(&e)[i])   ? ONE_OF(round, 0, INFINITY)
                    : isinf(floats(&e)[i]) ? ONE_OF(round, DBL_MAX, NAN, -floats(&e)[i])
                                           : ONE_OF(round, NAN, INFINITY, -INFINITY);
    refuse(round, close_contest(round, ":float[*]", widest), &e, &g, "value");
}

static void close_all_sensitive(struct round *round)
{
    close_sensitive(round);
    close_needs_numbers(round);
}

/* With atol alone.  rtol multiplies what was expected: 1 accepts less than a larger number does. */
static void close_symmetric(struct round *round)
{
    char type[40];
    struct value a = random_array(round, ELEM_FLOAT, type), b = copy_of(round, &a);
    struct tolerance tolerance = {0, ONE_OF(round, 0, 1e-9, 1, 1e300)};
    for (int64_t i = 0; i < a.n; i++)
        floats(&b)[i] = moved(round, floats(&a)[i], tolerance, 1.1 * unit(round));
    symmetric(round, close_contest(round, type, tolerance), &a, &b);

    struct value one = filled(round, list(round, ELEM_FLOAT, 1), unit), more = copy_of(round, &one);
    tolerance = (struct tolerance){ONE_OF(round, 1e-6, 1e-3, 0.5), 0};
    double e = ldexp(1, (int)below(round, 1800) - 900);
    floats(&one)[0] = e;
    floats(&more)[0] = e * (1 + tolerance.rtol + tolerance.rtol * tolerance.rtol / 2);
    const struct contest *c = close_contest(round, ":float[*]", tolerance);
    refuse(round, c, &one, &more, "value");
    accept(round, c, &more, &one);
}

const struct properties properties_close = {
    "close", close_reflexive, close_invariant, close_all_sensitive, close_symmetric, 3000};

/* ---- ulp ---- */

static const struct contest *ulp_contest(struct round *round, const char *type, int64_t k)
{
    return contest(round, "", type, "{\"name\": \"ulp\", \"k\": %" PRId64 "}", k);
}

static double stepped(double x, int64_t steps)
{
    for (int64_t i = 0; i < steps || i < -steps; i++)
        x = nextafter(x, steps > 0 ? INFINITY : -INFINITY);
    return x;
}

static void ulp_reflexive(struct round *round)
{
    char type[40];
    struct value e = random_array(round, ELEM_FLOAT, type), g = copy_of(round, &e);
    accept(round, ulp_contest(round, type, below(round, 3)), &e, &g);
    accept(round, ulp_contest(round, type, INT64_C(1) << 52), &e, &g);
    for (int64_t i = 0; i < e.n; i++)
        if (floats(&e)[i] == 0)
            floats(&g)[i] = -floats(&e)[i];
    accept(round, contest(round, "", type, "\"ulp\""), &e, &g);
}

static void ulp_invariant(struct round *round)
{
    char type[40];
    int64_t k = below(round, 12);
    struct value e = random_array(round, ELEM_FLOAT, type), g = copy_of(round, &e);
    for (int64_t i = 0; i < e.n; i++) {
        double x = stepped(floats(&e)[i], below(round, 2 * k + 1) - k);
        floats(&g)[i] = isfinite(x) && isfinite(floats(&e)[i]) ? x : floats(&e)[i];
    }
    accept(round, ulp_contest(round, type, k), &e, &g);
}

static void ulp_sensitive(struct round *round)
{
    for (int tries = 0; tries < 6; tries++) {
        char type[40];
        int64_t k = below(round, 12), i;
        struct value e = random_array(round, ELEM_FLOAT, type);
        const struct contest *c = ulp_contest(round, type, one_in(round, 4) ? INT64_C(1) << 52 : k);
        refuse_other_shapes(round, c, &e);
        refuse_nulls(round, c, &e);
        if (e.n == 0 || value_is_null(&e, i = below(round, e.n)))
            continue;
        struct value g = copy_of(round, &e);
        double x = floats(&e)[i];
        floats(&g)[i] = isnan(x) ? wild(round)
                        : isinf(x)
                            ? ONE_OF(round, -x, DBL_MAX, NAN)
                            : ONE_OF(round, NAN, INFINITY, -INFINITY, fabs(x) > 1 ? -x : NAN);
        struct comparison result = refuse(round, c, &e, &g, VALUE);
        if (result.index != i)
            broken(round, "element %" PRId64 " differs, not %" PRId64, i, result.index);
        if (strstr(result.message, "tolerance"))
            broken(round, "ulp speaks of a tolerance: %s", result.message);
        check_hint(round, &e, &g, &result);
        floats(&g)[i] = stepped(x, one_in(round, 2) ? k + 1 : -k - 1);
        if (isfinite(x))
            refuse(round, ulp_contest(round, type, k), &e, &g, "value");
    }
    /* two that differ, one of them by more than any float says */
    struct value e = filled(round, list(round, ELEM_FLOAT, round->n), tame);
    struct value g = filled(round, list(round, ELEM_FLOAT, round->n), tame);
    if (e.n < 2)
        return;
    floats(&e)[0] = DBL_MAX;
    floats(&g)[0] = -DBL_MAX;
    struct comparison result =
        refuse(round, ulp_contest(round, ":float[*]", below(round, 9)), &e, &g, VALUE);
    check_hint(round, &e, &g, &result);
}

static void ulp_symmetric(struct round *round)
{
    char type[40];
    int64_t k = below(round, 4);
    struct value a = random_array(round, ELEM_FLOAT, type), b = copy_of(round, &a);
    for (int64_t i = 0; i < a.n; i++)
        floats(&b)[i] = stepped(floats(&a)[i], below(round, 2 * k + 2) - k);
    symmetric(round, ulp_contest(round, type, k), &a, &b);
}

const struct properties properties_ulp = {"ulp",         ulp_reflexive, ulp_invariant,
                                          ulp_sensitive, ulp_symmetric, 3000};

/* ---- threshold: what is expected is not looked at ---- */

static struct value one_float(struct round *round, double x)
{
    struct value value = scalar(round, ELEM_FLOAT);
    floats(&value)[0] = x;
    return value;
}

static const struct contest *threshold(struct round *round, bool at_most, double limit)
{
    return contest(round, "", ":float", "{\"name\": \"threshold\", \"%s\": %.17g}",
                   at_most ? "at_most" : "at_least", limit);
}

static double limit_of(struct round *round)
{
    double x = wild(round);
    return fabs(x) <= 1e300 ? x : copysign(1e300, x);
}

static void threshold_reflexive(struct round *round)
{
    double limit = limit_of(round);
    struct value e = one_float(round, wilder(round)), g = one_float(round, limit);
    accept(round, threshold(round, true, limit), &e, &g);
    accept(round, threshold(round, false, limit), &e, &g);
}

static bool reaches(bool at_most, double x, double limit)
{
    return at_most ? x <= limit : x >= limit;
}

/* More is as good; of all bands that are reached the best one counts. */
static void threshold_invariant(struct round *round)
{
    double limit = limit_of(round);
    double a = floor(tame(round)), b = floor(tame(round)), c = floor(tame(round));
    struct value e = one_float(round, wilder(round)),
                 g = one_float(round, limit + fabs(wild(round)));
    accept(round, threshold(round, false, limit), &e, &g);
    floats(&g)[0] = limit - fabs(wild(round));
    accept(round, threshold(round, true, limit), &e, &g);
    for (int at_most = 0; at_most < 2; at_most++) {
        const char *key = at_most ? "at_most" : "at_least";
        double of_b = 0.05 + 0.9 * unit(round);
        const struct contest *bands = contest(
            round, "", ":float",
            "{\"name\": \"threshold\", \"%s\": %g, \"bands\": [{\"%s\": %g, \"credit\": %g}, "
            "{\"%s\": %g, \"credit\": 1}, {\"%s\": %g, \"credit\": 0.1}]}",
            key, a, key, b, of_b, key, c, key, a);
        for (double x = -11; x <= 11; x += 0.25) {
            struct comparison result;
            floats(&g)[0] = x;
            double credit = judged(round, bands, &e, &g, &result) ? result.credit : 0;
            double right = !reaches(at_most, x, a)  ? 0
                           : reaches(at_most, x, c) ? 1
                           : reaches(at_most, x, b) ? fmax(of_b, 0.1)
                                                    : 0.1;
            if (fabs(credit - right) > 1e-5)
                broken(round, "%s: credit %g at %g, not %g", bands->text, credit, x, right);
        }
    }
}

static void threshold_sensitive(struct round *round)
{
    double limit = limit_of(round);
    struct value e = one_float(round, limit), g = one_float(round, nextafter(limit, -INFINITY));
    refuse(round, threshold(round, false, limit), &e, &g, "value");
    floats(&g)[0] = nextafter(limit, INFINITY);
    refuse(round, threshold(round, true, limit), &e, &g, "value");
    floats(&g)[0] = one_in(round, 2) ? NAN : -NAN;
    refuse(round, threshold(round, one_in(round, 2), limit), &e, &g, "not a number");
    floats(&g)[0] = -INFINITY;
    refuse(round, threshold(round, false, limit), &e, &g, "value");
}

static void threshold_asymmetric(struct round *round)
{
    double limit = limit_of(round);
    struct value g = one_float(round, wilder(round)), e = one_float(round, wilder(round));
    struct value other = one_float(round, wilder(round));
    struct comparison one, two;
    const struct contest *c = threshold(round, one_in(round, 2), limit);
    if (judged(round, c, &e, &g, &one) != judged(round, c, &other, &g, &two))
        broken(round, "%s depends on what is expected", c->text);
}

const struct properties properties_threshold = {"threshold",          threshold_reflexive,
                                                threshold_invariant,  threshold_sensitive,
                                                threshold_asymmetric, 3000};
