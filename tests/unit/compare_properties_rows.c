/* rows: tables and lists in order, in order of a key, and as multisets. */
#include "tests/unit/compare_properties.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sandbox/util.h"

#define TABLE  ":table{k:int,s:str?,b:bool,t:str,x:float,y:float?}"
#define COLUMN "{\"name\": \"close\", \"rtol\": %.17g, \"atol\": %.17g}"

enum { K, S, B, T, X, Y, N_COLUMNS };

enum how { ALL_EXACT, ONE_CLOSE, TWO_CLOSE };

struct rules {
    enum how how;
    double rtol, atol;
};

static struct rules random_rules(struct round *round)
{
    return (struct rules){(enum how)below(round, 3), ONE_OF(round, 0, 1e-9, 0.1, 0.99),
                          ONE_OF(round, 0, 1e-9, 1)};
}

static const struct contest *rows(struct round *round, const char *order, const struct rules *rules)
{
    char columns[250] = "";
    if (rules->how == ONE_CLOSE)
        snprintf(columns, sizeof columns, ", \"columns\": {\"x\": " COLUMN "}", rules->rtol,
                 rules->atol);
    if (rules->how == TWO_CLOSE)
        snprintf(columns, sizeof columns, ", \"columns\": {\"x\": " COLUMN ", \"y\": " COLUMN "}",
                 rules->rtol, rules->atol, rules->rtol, rules->atol);
    return contest(round, "", TABLE, "{\"name\": \"rows\"%s%s}", order, columns);
}

#define ANY_ORDER ", \"ordered\": false"
#define BY_KEY    ", \"ordered_by\": [\"k\"]"

/* Rows of which some come several times, in few groups, or in one; `small`: of small floats only, and zeros of either
 * sign. */
static struct value random_table(struct round *round, int64_t n, bool small)
{
    int64_t some = n / 2 + 1, *which = in_order(round, n);
    struct value columns[N_COLUMNS], few = random_list(round, ELEM_STR, 3, false);
    int64_t *names = in_order(round, some);
    for (int64_t i = 0; i < some; i++)
        names[i] = below(round, few.n);
    columns[K] = random_list(round, ELEM_INT, some, false);
    columns[S] = one_in(round, 2) ? random_list(round, ELEM_STR, some, true)
                                  : taken(round, &few, names, some);
    columns[S].nullable = true;
    if (!columns[S].valid) {
        columns[S].valid = room(round, (size_t)some);
        memset(valid(&columns[S]), 1, (size_t)some);
    }
    columns[B] = random_list(round, ELEM_BOOL, some, false);
    columns[T] = one_in(round, 2) ? random_list(round, ELEM_STR, some, false)
                                  : taken(round, &few, names, some);
    columns[X] = random_list(round, ELEM_FLOAT, some, false);
    columns[Y] = random_list(round, ELEM_FLOAT, some, true);
    for (int64_t i = 0; i < some; i++) {
        ints(&columns[K])[i] = below(round, 3) - 1;
        if (!small)
            continue;
        floats(&columns[X])[i] = (double)(below(round, 6) - 1) * ONE_OF(round, 0.7, -0.7);
        floats(&columns[Y])[i] = (double)(below(round, 4) - 1) * ONE_OF(round, 0.7, -0.7);
    }
    const int64_t *same = room(round, (size_t)some * sizeof *same);
    for (size_t c = 0, alike = (size_t)below(round, 2); c < X && alike; c++)
        columns[c] = taken(round, &columns[c], same, some);
    struct value whole = table(round, columns, N_COLUMNS);
    for (int64_t i = 0; i < n; i++)
        which[i] = below(round, some);
    return taken(round, &whole, which, n);
}

static double moved(struct round *round, double e, const struct rules *rules)
{
    double by = (unit(round) - 0.5) * (rules->atol + rules->rtol * fabs(e));
    return isfinite(e) && isfinite(e + by) ? e + by : e;
}

/* Every float that is compared with a tolerance, moved by no more than half of it. */
static void move_floats(struct round *round, struct value *value, const struct rules *rules)
{
    for (size_t c = X; c <= Y; c++)
        for (int64_t i = 0; i < value->dims[0] && rules->how + X > c; i++)
            floats(&value->columns[c])[i] = moved(round, floats(&value->columns[c])[i], rules);
}

/* Zeros get the other sign, and NaN another one: they are the same in exact columns, too. */
static void turn_signs(struct value *value)
{
    for (size_t c = X; c <= Y; c++) {
        double *x = floats(&value->columns[c]);
        for (int64_t i = 0; i < value->dims[0]; i++)
            x[i] = x[i] == 0 || isnan(x[i]) ? -x[i] : x[i];
    }
}

static bool same_cell(const struct value *e, int64_t i, const struct value *g, int64_t k)
{
    size_t n, m;
    if (value_is_null(e, i) || value_is_null(g, k))
        return value_is_null(e, i) && value_is_null(g, k);
    switch (e->elem) {
    case ELEM_INT: return value_int(e, i) == value_int(g, k);
    case ELEM_BOOL: return value_bool(e, i) == value_bool(g, k);
    case ELEM_FLOAT:
        return value_float(e, i) == value_float(g, k) ||
               (isnan(value_float(e, i)) && isnan(value_float(g, k)));
    case ELEM_STR: {
        const char *a = value_str(e, i, &n), *b = value_str(g, k, &m);
        return n == m && memcmp(a, b, n) == 0;
    }
    case ELEM_NONE: break;
    }
    return false;
}

static bool same_row(const struct value *e, int64_t i, const struct value *g, int64_t k)
{
    for (size_t c = 0; c < N_COLUMNS; c++)
        if (!same_cell(&e->columns[c], i, &g->columns[c], k))
            return false;
    return true;
}

static void rows_reflexive(struct round *round)
{
    struct value e = random_table(round, round->n, one_in(round, 2)), g = copy_of(round, &e);
    struct rules rules = random_rules(round);
    accept(round, rows(round, "", &rules), &e, &g);
    accept(round, rows(round, ANY_ORDER, &rules), &e, &g);
    accept(round, rows(round, BY_KEY, &rules), &e, &g);
    static const char *const types[] = {":int[*]", ":float[*]", ":bool[*]", ":str[*]"};
    for (int k = 0; k < 4; k++) {
        struct value list_e = random_list(round, (enum elem)(ELEM_INT + k), round->n, false);
        struct value list_g = copy_of(round, &list_e);
        accept(round, contest(round, "", types[k], "\"rows\""), &list_e, &list_g);
    }
}

/* Rows with one key change places among themselves. */
static int64_t *shuffled_within_keys(struct round *round, const struct value *value)
{
    int64_t n = value->dims[0], *order = in_order(round, n), *any = shuffled(round, n);
    for (int64_t i = 0; i < n; i++) {
        int64_t a = any[i], b = any[(i + 1) % n], kept = order[a];
        const int64_t *keys = value->columns[K].data;
        if (keys[order[a]] != keys[order[b]])
            continue;
        order[a] = order[b];
        order[b] = kept;
    }
    return order;
}

static void lists_invariant(struct round *round)
{
    static const char *const types[] = {":int[*]", ":float[*]", ":bool[*]", ":str[*]"};
    for (int k = 0; k < 4; k++) {
        struct value e = random_list(round, (enum elem)(ELEM_INT + k), round->n, false);
        struct value g = taken(round, &e, shuffled(round, e.n), e.n);
        accept(round, contest(round, "", types[k], "{\"name\": \"rows\"" ANY_ORDER "}"), &e, &g);
    }
    struct rules rules = random_rules(round);
    struct value e = random_list(round, ELEM_FLOAT, round->n, true);
    struct value g = taken(round, &e, shuffled(round, e.n), e.n);
    for (int64_t i = 0; i < g.n; i++)
        floats(&g)[i] = moved(round, floats(&g)[i], &rules);
    accept(round,
           contest(round, "", ":float?[*]",
                   "{\"name\": \"rows\"" ANY_ORDER ", \"cell\": " COLUMN "}", rules.rtol,
                   rules.atol),
           &e, &g);
}

static void rows_invariant(struct round *round)
{
    for (int tries = 0; tries < 3; tries++) {
        struct value e = random_table(round, round->n, one_in(round, 2));
        struct rules rules = random_rules(round);
        struct value g = copy_of(round, &e);
        move_floats(round, &g, &rules);
        accept(round, rows(round, "", &rules), &e, &g);
        g = taken(round, &e, shuffled_within_keys(round, &e), e.dims[0]);
        move_floats(round, &g, &rules);
        accept(round, rows(round, BY_KEY, &rules), &e, &g);
        g = taken(round, &e, shuffled(round, e.dims[0]), e.dims[0]);
        move_floats(round, &g, &rules);
        turn_signs(&g);
        accept(round, rows(round, ANY_ORDER, &rules), &e, &g);
    }
    lists_invariant(round);
}

/* A cell far from all others of its column. */
static struct value with_odd_cell(struct round *round, const struct value *value, int64_t row,
                                  size_t column)
{
    static const char odd[] = "nowhere else";
    struct value ret = copy_of(round, value), *cells = &ret.columns[column];
    if (cells->valid)
        valid(cells)[row] = 1;
    if (column == K)
        ints(cells)[row] = 1000;
    else if (column == S || column == T)
        *cells = with_text(round, cells, row, odd, strlen(odd));
    else if (column == B)
        ((uint8_t *)(uintptr_t)cells->data)[row] ^= 1;
    else
        floats(cells)[row] = ONE_OF(round, NAN, INFINITY, -INFINITY, 1e306);
    return ret;
}

#define MULTISET "missing row|unexpected row|value|null"

static void refuse_swaps(struct round *round, const struct value *e, const struct rules *rules)
{
    int64_t n = e->dims[0], *order = in_order(round, n);
    if (n < 2)
        return;
    int64_t i = below(round, n), k = below(round, n);
    order[i] = k;
    order[k] = i;
    struct value g = taken(round, e, order, n);
    /* exact: where a tolerance is wide, two rows may well be one */
    const struct rules exact = {.how = ALL_EXACT};
    if (same_row(e, i, e, k))
        accept(round, rows(round, "", &exact), e, &g);
    else
        refuse(round, rows(round, "", &exact), e, &g, "order");
    bool same_key = value_int(&e->columns[K], i) == value_int(&e->columns[K], k);
    if (same_key)
        accept(round, rows(round, BY_KEY, rules), e, &g);
    else
        refuse(round, rows(round, BY_KEY, rules), e, &g, "order");
}

static void rows_sensitive(struct round *round)
{
    struct value e = random_table(round, round->n, true), g;
    struct rules rules = random_rules(round);
    const struct contest *all[] = {rows(round, "", &rules), rows(round, BY_KEY, &rules),
                                   rows(round, ANY_ORDER, &rules)};
    int64_t n = e.dims[0], *order = in_order(round, n + 1);
    order[n] = 0;
    for (size_t k = 0; k < ARRAY_LEN(all) && n > 0; k++) {
        g = taken(round, &e, order, n - 1);
        refuse(round, all[k], &e, &g, "shape");
        g = taken(round, &e, order, n + 1);
        refuse(round, all[k], &e, &g, "shape");
        for (size_t c = 0; c < N_COLUMNS; c++) {
            g = with_odd_cell(round, &e, below(round, n), c);
            refuse(round, all[k], &e, &g, k == 0 ? "value|null" : MULTISET);
            refuse(round, all[k], &g, &e, k == 0 ? "value|null" : MULTISET);
        }
    }
    refuse_swaps(round, &e, &rules);
    if (n < 2)
        return;
    /* one row once more in the place of another */
    int64_t i = below(round, n), k = below(round, n);
    const struct rules exact = {.how = ALL_EXACT};
    order[i] = k;
    g = taken(round, &e, shuffled(round, n), n);
    struct value twice = taken(round, &e, order, n);
    twice = taken(round, &twice, shuffled(round, n), n);
    if (same_row(&e, i, &e, k))
        accept(round, rows(round, ANY_ORDER, &exact), &e, &twice);
    else
        refuse(round, rows(round, ANY_ORDER, &exact), &e, &twice, "missing row|unexpected row");
    accept(round, rows(round, ANY_ORDER, &exact), &e, &g);
}

/* ---- a matching in other words: Kuhn's, on every pair of rows ---- */

#define SMALL 12

static bool try_row(bool edges[SMALL][SMALL], int64_t n, int64_t e, bool *seen, int64_t *partner)
{
    for (int64_t g = 0; g < n; g++) {
        if (!edges[e][g] || seen[g])
            continue;
        seen[g] = true;
        if (partner[g] < 0 || try_row(edges, n, partner[g], seen, partner)) {
            partner[g] = e;
            return true;
        }
    }
    return false;
}

/* `least`: 1: of pairs that surely agree; 0: of those that may. */
static bool pairs_up(const struct value *e, const struct value *g, const struct rules *rules,
                     int least)
{
    bool edges[SMALL][SMALL];
    int64_t n = e->dims[0], partner[SMALL];
    for (int64_t i = 0; i < n; i++) {
        partner[i] = -1;
        for (int64_t k = 0; k < n; k++) {
            edges[i][k] = true;
            for (size_t c = 0; c < N_COLUMNS; c++) {
                struct value one = e->columns[c], two = g->columns[c];
                bool near = c >= X && c < X + rules->how;
                if (near) {
                    one.data = (const double *)one.data + i;
                    two.data = (const double *)two.data + k;
                    one.valid = one.valid ? one.valid + i : NULL;
                    two.valid = two.valid ? two.valid + k : NULL;
                    one.n = two.n = 1;
                }
                if (near ? within(&one, &two, rules->rtol, rules->atol) < least
                         : !same_cell(&one, i, &two, k))
                    edges[i][k] = false;
            }
        }
    }
    for (int64_t i = 0; i < n; i++) {
        bool seen[SMALL] = {false};
        if (!try_row(edges, n, i, seen, partner))
            return false;
    }
    return true;
}

/* Small tables that nearly agree, by the matching above. */
static void agrees_with_oracle(struct round *round)
{
    int64_t n = round->n < SMALL ? round->n : SMALL;
    for (int tries = 0; tries < 40; tries++) {
        struct rules rules = {(enum how)below(round, 3), ONE_OF(round, 0, 0.3),
                              ONE_OF(round, 0.5, 1)};
        struct value e = random_table(round, n, true), g = random_table(round, n, true);
        for (size_t c = 0; c < X; c++) /* few groups, or nothing would agree */
            e.columns[c] = g.columns[c] = taken(round, &e.columns[c], in_order(round, n), n);
        if (one_in(round, 2))
            for (int64_t i = 0; i < n; i++)
                ints(&e.columns[K])[i] = 0;
        if (one_in(round, 3)) { /* a perfect matching there is, but most greedy ones are not */
            g = taken(round, &e, shuffled(round, n), n);
            for (size_t c = X; c < X + rules.how; c++)
                for (int64_t i = 0; i < n; i++)
                    floats(&g.columns[c])[i] += rules.atol * (2 * unit(round) - 1) * 0.98;
        }
        const struct contest *c = rows(round, ANY_ORDER, &rules);
        if (pairs_up(&e, &g, &rules, 1))
            judge_as(round, c, &e, &g, true);
        else if (!pairs_up(&e, &g, &rules, 0))
            judge_as(round, c, &e, &g, false);
    }
}

/* Two tolerances and more rows that only they tell apart than may be paired: the package's fault, whatever was got. */
static void groups_are_bounded(struct round *round)
{
    struct rules rules = {TWO_CLOSE, 0, 0.5};
    for (int64_t n = 2000; n <= 2001; n++) {
        struct value one = random_table(round, 1, true);
        struct value e = taken(round, &one, room(round, (size_t)n * sizeof(int64_t)), n);
        struct value g = n > 2000 ? random_table(round, n, true) : copy_of(round, &e);
        if (n > 2000)
            faults(round, rows(round, ANY_ORDER, &rules), &e, &g);
        else
            accept(round, rows(round, ANY_ORDER, &rules), &e, &g);
    }
}

static void rows_all_sensitive(struct round *round)
{
    rows_sensitive(round);
    agrees_with_oracle(round);
    if (round->n > 1000)
        groups_are_bounded(round);
}

/* With atol alone; of rtol see close. */
static void rows_symmetric(struct round *round)
{
    static const char *const orders[] = {"", ANY_ORDER, BY_KEY};
    int64_t n = round->n < 40 ? round->n : 40;
    for (int tries = 0; tries < 6; tries++) {
        struct rules rules = {(enum how)below(round, 3), 0, ONE_OF(round, 0, 0.75)};
        struct value a = random_table(round, n, true), b = copy_of(round, &a);
        if (n > 0 && one_in(round, 2))
            b = with_odd_cell(round, &a, below(round, n), (size_t)below(round, N_COLUMNS));
        for (int64_t i = 0; i < n; i++)
            floats(&b.columns[X])[i] += ONE_OF(round, 0, 0.1, 0.7);
        if (one_in(round, 2))
            b = taken(round, &b, shuffled(round, n), n);
        symmetric(round, rows(round, orders[below(round, 3)], &rules), &a, &b);
    }
}

const struct properties properties_rows = {
    "rows", rows_reflexive, rows_invariant, rows_all_sensitive, rows_symmetric, 2000};
