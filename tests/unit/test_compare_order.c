/* judge/compare_order.c and judge/compare_block.c against what compares one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/compare_block.h"
#include "judge/compare_order.h"
#include "sandbox/util.h"

static uint64_t state = 88172645463325252u;

static uint64_t random_below(uint64_t n)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state % n;
}

/* Few of them, so that ties are frequent; with every kind of number that is special. */
static double random_float(void)
{
    static const double special[] = {0.0,      -0.0,    NAN,      INFINITY,       -INFINITY,
                                     DBL_MAX,  -1,      -DBL_MAX, 4.9406565e-324, 1,
                                     1 + 1e-9, 1 + 3e-9};
    return random_below(3) ? (double)random_below(8) - 4
                           : special[random_below(ARRAY_LEN(special))];
}

enum { N = 1500, TEXT_MAX = 48 };

struct column {
    struct value value;
    union {
        int64_t ints[N + 1];
        double floats[N];
        uint8_t bools[N];
    } data;
    uint8_t valid[N];
    char bytes[N * TEXT_MAX];
};

static int64_t random_int(void)
{
    static const int64_t special[] = {INT64_MIN, INT64_MAX, -1, 0, 1, 256, -256};
    return random_below(2) ? special[random_below(ARRAY_LEN(special))] : (int64_t)random_below(5);
}

/* Often with a long common beginning, and of the lengths around eight bytes and its multiples. */
static size_t random_text(char *to)
{
    size_t n = random_below(3) ? 6 + random_below(5) : random_below(TEXT_MAX);
    memset(to, 'a', n);
    if (n > 0 && random_below(2))
        to[random_below(n)] = (char)(random_below(2) ? '\xc3' : 'b');
    if (n > 0 && random_below(8) == 0)
        to[random_below(n)] = '\0'; /* no check stands before us */
    return n;
}

static void fill(struct column *c, enum elem elem, bool nullable, int64_t n)
{
    size_t used = 0;
    *c = (struct column){.value = {.kind = KIND_ARRAY,
                                   .elem = elem,
                                   .rank = 1,
                                   .dims = {n},
                                   .n = n,
                                   .nullable = nullable}};
    c->value.data = &c->data;
    for (int64_t i = 0; i < n; i++) {
        c->valid[i] = random_below(4) != 0;
        if (elem == ELEM_INT)
            c->data.ints[i] = random_int();
        else if (elem == ELEM_FLOAT)
            c->data.floats[i] = random_float();
        else if (elem == ELEM_BOOL)
            c->data.bools[i] = random_below(2) != 0;
        else {
            used += random_text(c->bytes + used);
            c->data.ints[i + 1] = (int64_t)used;
        }
    }
    c->value.valid = nullable ? c->valid : NULL;
    c->value.bytes = c->bytes;
    c->value.n_bytes = used;
}

static const enum elem elems[] = {ELEM_INT, ELEM_FLOAT, ELEM_BOOL, ELEM_STR};

static void check_order(const struct cell_rule *rules, const struct rows_view *view)
{
    struct rows_order order;
    static bool seen[N];
    memset(seen, 0, sizeof seen);
    assert_int_equal(order_sorted(rules, view, &order, NULL), 0);
    for (int64_t i = 0; i < view->n_rows; i++) {
        int64_t row = order.rows[i];
        assert_true(row >= 0 && row < view->n_rows && !seen[row]);
        seen[row] = true;
        if (i == 0)
            continue;
        int64_t before = order.rows[i - 1];
        int exact = order_rows(rules, true, view, before, view, row);
        int others = exact ? exact : order_rows(rules, false, view, before, view, row);
        assert_true(others < 0 || (others == 0 && before < row));
        assert_int_equal(order.starts[i], exact != 0);
    }
    assert_true(order.starts[0] && order.starts[view->n_rows]);
    order_done(&order);
}

static void test_sorted_as_by_comparing(void **unused)
{
    (void)unused;
    static struct column columns[3];
    for (int round = 0; round < 300; round++) {
        struct cell_rule rules[3] = {0};
        struct value values[3];
        int64_t n = round % 3 ? (int64_t)random_below(80) : N - (int64_t)random_below(900);
        for (size_t c = 0; c < 3; c++) {
            enum elem elem = elems[random_below(4)];
            fill(&columns[c], elem, random_below(2), n);
            values[c] = columns[c].value;
            rules[c] =
                (struct cell_rule){.exact = elem != ELEM_FLOAT || random_below(2), .rtol = 1e-9};
        }
        const struct rows_view view = {values, 1 + random_below(3), n};
        check_order(rules, &view);
    }
}

static void test_blocks_agree_only_where_cells_do(void **unused)
{
    (void)unused;
    static struct column e, g;
    int n_sure = 0, n_not = 0;
    for (int round = 0; round < 40000; round++) {
        enum elem elem = elems[random_below(4)];
        struct cell_rule rule = {.exact = elem != ELEM_FLOAT || random_below(2),
                                 .rtol = random_below(2) ? 1e-9 : 0,
                                 .atol = random_below(2) ? 1e-9 : 0};
        int64_t n = 1 + (int64_t)random_below(5);
        fill(&e, elem, random_below(2), n);
        fill(&g, elem, random_below(2), n);
        if (random_below(2)) {
            g.data = e.data;
            memcpy(g.bytes, e.bytes, sizeof g.bytes);
        }
        bool all = true;
        for (int64_t i = 0; i < n; i++)
            all = all && cell_equal(&rule, &e.value, i, &g.value, i);
        bool sure = cells_surely_equal(&rule, &e.value, &g.value, 0, n);
        assert_true(all || !sure);
        /* The quick way is taken where it can be: without NULL and strings. */
        if (all && elem != ELEM_STR && !e.value.valid && !g.value.valid && elem != ELEM_FLOAT)
            assert_true(sure);
        n_sure += sure;
        n_not += !sure;
    }
    assert_true(n_sure > 2000 && n_not > 2000);
}

/* Every difference is found, wherever it lies. */
static void test_doubtful_blocks_hold_every_difference(void **unused)
{
    (void)unused;
    enum { LONG = 5 * COMPARE_BLOCK + 17 };
    static double e[LONG], g[LONG];
    const struct cell_rule rule = {.rtol = 1e-9, .atol = 1e-9};
    for (int round = 0; round < 200; round++) {
        int64_t n = (int64_t)random_below(LONG) + 1, n_differ = 0, n_found = 0, end = 0;
        for (int64_t i = 0; i < n; i++) {
            e[i] = random_below(50) ? (double)i : random_float();
            g[i] = random_below(2000) ? e[i] : random_float();
        }
        struct value ev = {.kind = KIND_ARRAY, .elem = ELEM_FLOAT, .rank = 1, .dims = {n}, .n = n};
        struct value gv = ev;
        ev.data = e;
        gv.data = g;
        for (int64_t i = 0; i < n; i++)
            n_differ += !cell_equal(&rule, &ev, i, &gv, i);
        for (int64_t i = 0; (i = cells_first_doubtful(&rule, &ev, &gv, i, n, &end)) < n;)
            for (; i < end; i++)
                n_found += !cell_equal(&rule, &ev, i, &gv, i);
        assert_int_equal(n_found, n_differ);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sorted_as_by_comparing),
        cmocka_unit_test(test_blocks_agree_only_where_cells_do),
        cmocka_unit_test(test_doubtful_blocks_hold_every_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
