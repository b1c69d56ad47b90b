/* Multisets of rows.
 *
 * Both sides are sorted by their exact columns, then by their close ones; groups of rows equal in the exact
 * columns are walked side by side.
 * - No close column: the group's sizes decide.
 * - One: the sorted columns are compared pairwise.  That is complete: the acceptance intervals
 *   [e - a - r|e|, e + a + r|e|] have non-decreasing ends for r < 1, so the sorted pairing succeeds if any
 *   perfect pairing does.
 * - Two or more: intervals become boxes and no order is enough.  The sorted pairing is tried (it is right for
 *   nearly every correct answer), then Hopcroft and Karp's maximum matching, O(E sqrt(V)). */
#include "judge/compare_match.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "judge/compare_block.h"
#include "judge/compare_order.h"
#include "sandbox/util.h"

/* ---- bipartite matching inside one group ---- */

struct matching {
    int n;             /* rows on each side */
    int words;         /* of 64 bits, a row of `edges` */
    uint64_t *edges;   /* [n][words]: bit j of row i = expected i accepts got j */
    int *partner_of_e; /* [n], -1 = none */
    int *partner_of_g;
    int *level; /* [n], of expected rows in the search, -1 = not reached */
    int *queue;
    int *next; /* [n], the first got row not yet tried in this phase */
};

static bool has_edge(const struct matching *m, int e, int g)
{
    return m->edges[(size_t)e * (size_t)m->words + (size_t)g / 64] >> (g % 64) & 1;
}

/* Levels by breadth first search from unmatched expected rows; true if an unmatched got row is reachable. */
static bool find_levels(struct matching *m)
{
    int head = 0, tail = 0;
    bool found = false;
    for (int e = 0; e < m->n; e++) {
        m->next[e] = 0;
        m->level[e] = m->partner_of_e[e] < 0 ? 0 : -1;
        if (m->level[e] == 0)
            m->queue[tail++] = e;
    }
    while (head < tail) {
        int e = m->queue[head++];
        for (int g = 0; g < m->n; g++) {
            if (!has_edge(m, e, g))
                continue;
            int other = m->partner_of_g[g];
            if (other < 0) {
                found = true;
            } else if (m->level[other] < 0) {
                m->level[other] = m->level[e] + 1;
                m->queue[tail++] = other;
            }
        }
    }
    return found;
}

/* Recursion no deeper than MATCH_GROUP_MAX. */
static bool augment(struct matching *m, int e)
{
    for (; m->next[e] < m->n; m->next[e]++) {
        int g = m->next[e];
        if (!has_edge(m, e, g))
            continue;
        int other = m->partner_of_g[g];
        if (other < 0 || (m->level[other] == m->level[e] + 1 && augment(m, other))) {
            m->partner_of_e[e] = g;
            m->partner_of_g[g] = e;
            return true;
        }
    }
    return false;
}

/* The first expected row without a partner in a maximum matching, or -1. */
static int first_unmatched(struct matching *m)
{
    while (find_levels(m)) {
        for (int e = 0; e < m->n; e++) {
            if (m->partner_of_e[e] < 0)
                augment(m, e);
        }
    }
    for (int e = 0; e < m->n; e++) {
        if (m->partner_of_e[e] < 0)
            return e;
    }
    return -1;
}

/* ---- groups ---- */

struct matcher {
    const struct cell_rule *rules;
    const struct rows_view *expected, *got;
    const int64_t *e_rows, *g_rows;  /* sorted */
    const bool *e_starts, *g_starts; /* of groups */
    size_t n_close;                  /* columns that are not exact */
    struct match_result *ret;
    struct error *err;
};

static bool rows_agree(const struct matcher *m, int64_t e, int64_t g)
{
    for (size_t c = 0; c < m->expected->n_columns; c++) {
        if (!m->rules[c].exact &&
            !cell_equal(&m->rules[c], &m->expected->columns[c], e, &m->got->columns[c], g))
            return false;
    }
    return true;
}

static int pair_by_matching(const struct matcher *m, int64_t e, int64_t g, int n)
{
    assert(n <= MATCH_GROUP_MAX);
    int words = (n + 63) / 64;
    auto_free uint64_t *edges = calloc((size_t)n * (size_t)words, sizeof *edges);
    auto_free int *ints = calloc((size_t)n * 5, sizeof *ints);
    if (!edges || !ints)
        return error_oom(m->err);
    struct matching matching = {.n = n,
                                .words = words,
                                .edges = edges,
                                .partner_of_e = ints,
                                .partner_of_g = ints + n,
                                .level = ints + 2 * n,
                                .queue = ints + 3 * n,
                                .next = ints + 4 * n};
    for (int i = 0; i < n; i++) {
        matching.partner_of_e[i] = matching.partner_of_g[i] = -1;
        for (int j = 0; j < n; j++) {
            if (rows_agree(m, m->e_rows[e + i], m->g_rows[g + j]))
                edges[i * words + j / 64] |= UINT64_C(1) << (j % 64);
        }
    }
    int left = first_unmatched(&matching);
    if (left >= 0) {
        m->ret->match = MATCH_MISSING;
        m->ret->expected_row = m->e_rows[e + left];
    }
    return 0;
}

/* `n` rows from e and g on, equal in the exact columns. */
static int match_group(const struct matcher *m, int64_t e, int64_t g, int64_t n)
{
    for (int64_t i = 0; i < n && m->n_close > 0; i++) {
        if (rows_agree(m, m->e_rows[e + i], m->g_rows[g + i]))
            continue;
        if (m->n_close > 1 && n > 1)
            return pair_by_matching(m, e, g, (int)n);
        *m->ret = (struct match_result){MATCH_CELL, m->e_rows[e + i], m->g_rows[g + i], 0};
        for (size_t c = 0; c < m->expected->n_columns; c++) {
            if (!cell_equal(&m->rules[c], &m->expected->columns[c], m->ret->expected_row,
                            &m->got->columns[c], m->ret->got_row)) {
                m->ret->column = c;
                break;
            }
        }
        return 0;
    }
    return 0;
}

/* Where the group that begins at `at` ends. */
static int64_t group_end(const bool *starts, int64_t at)
{
    do
        at++;
    while (!starts[at]);
    return at;
}

static int match_groups(const struct matcher *m)
{
    int64_t e = 0, g = 0;
    while (e < m->expected->n_rows || g < m->got->n_rows) {
        for (size_t c = 0; c < m->expected->n_columns; c++) {
            if (e + FETCH_AHEAD < m->expected->n_rows)
                order_fetch(&m->expected->columns[c], m->e_rows[e + FETCH_AHEAD]);
            if (g + FETCH_AHEAD < m->got->n_rows)
                order_fetch(&m->got->columns[c], m->g_rows[g + FETCH_AHEAD]);
        }
        int order = e == m->expected->n_rows ? 1
                    : g == m->got->n_rows    ? -1
                                             : order_rows(m->rules, true, m->expected, m->e_rows[e],
                                                          m->got, m->g_rows[g]);
        int64_t e_end = order <= 0 ? group_end(m->e_starts, e) : e;
        int64_t g_end = order >= 0 ? group_end(m->g_starts, g) : g;
        if (e_end - e > g_end - g) {
            *m->ret =
                (struct match_result){.match = MATCH_MISSING, .expected_row = m->e_rows[e_end - 1]};
        } else if (e_end - e < g_end - g) {
            *m->ret =
                (struct match_result){.match = MATCH_UNEXPECTED, .got_row = m->g_rows[g_end - 1]};
        } else {
            int r = match_group(m, e, g, e_end - e);
            if (r < 0)
                return r;
        }
        if (m->ret->match != MATCH_ALL)
            return 0;
        e = e_end;
        g = g_end;
    }
    return 0;
}

/* The package's fault, and so found with its own reference: it must not depend on what was got. */
static int check_groups(const struct matcher *m)
{
    for (int64_t at = 0; at < m->expected->n_rows && m->n_close > 1;) {
        int64_t end = group_end(m->e_starts, at);
        if (end - at > MATCH_GROUP_MAX)
            return error_set(
                m->err, -EINVAL,
                "comparator 'rows': %lld expected rows are equal in all exact columns; "
                "at most %d when two or more columns are compared with a tolerance",
                (long long)(end - at), MATCH_GROUP_MAX);
        at = end;
    }
    return 0;
}

/* Row i with row i everywhere: then nothing needs to be sorted. */
static bool same_order(const struct matcher *m)
{
    if (m->expected->n_rows != m->got->n_rows)
        return false;
    for (size_t c = 0; c < m->expected->n_columns; c++) {
        const struct cell_rule *rule = &m->rules[c];
        const struct value *e = &m->expected->columns[c], *g = &m->got->columns[c];
        int64_t n = m->expected->n_rows, end = 0;
        for (int64_t i = 0; (i = cells_first_doubtful(rule, e, g, i, n, &end)) < n;)
            for (; i < end; i++)
                if (!cell_equal(rule, e, i, g, i))
                    return false;
    }
    return true;
}

int rows_match(const struct cell_rule *rules, const struct rows_view *expected,
               const struct rows_view *got, struct match_result *ret, struct error *err)
{
    assert(expected->n_columns == got->n_columns);
    *ret = (struct match_result){.match = MATCH_ALL};
    struct matcher matcher = {
        .rules = rules, .expected = expected, .got = got, .ret = ret, .err = err};
    for (size_t c = 0; c < expected->n_columns; c++)
        matcher.n_close += !rules[c].exact;
    if (matcher.n_close < 2 &&
        same_order(&matcher)) /* with two, check_groups() must have its say */
        return 0;
    struct rows_order e_order = {0}, g_order = {0};
    int r = order_sorted(rules, expected, &e_order, err);
    if (r == 0)
        r = order_sorted(rules, got, &g_order, err);
    matcher.e_rows = e_order.rows;
    matcher.g_rows = g_order.rows;
    matcher.e_starts = e_order.starts;
    matcher.g_starts = g_order.starts;
    if (r == 0)
        r = check_groups(&matcher);
    if (r == 0)
        r = match_groups(&matcher);
    order_done(&e_order);
    order_done(&g_order);
    return r;
}
