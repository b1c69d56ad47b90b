/* Written anew.  All values are parsed and ranked first; a tree of counts (Fenwick, 1994) over the ranks of one sku finds the
 * value of any place in its history.  A number is read from left to right by a small automaton. */
#include "clean.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct row {
    struct str sku;
    double value;
    size_t index;
    bool bad, suspect;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool read_number(struct str text, char decimal, char group, double *value)
{
    char digits[72]; /* as strtod wants it */
    size_t n = 0, run = 0, groups = 0;
    bool fraction = false;
    while (text.n > 0 && is_blank(text.p[text.n - 1]))
        text.n--;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (is_blank(c) && n == 0 && run == 0)
            continue;
        if (c >= '0' && c <= '9') {
            run++;
            digits[n++] = c;
        } else if (c == group && !fraction && run > 0 && run <= 3 && (groups == 0 || run == 3)) {
            groups++;
            run = 0;
        } else if (c == decimal && !fraction && run > 0 && (groups == 0 || run == 3)) {
            fraction = true;
            run = 0;
            digits[n++] = '.';
        } else {
            return false;
        }
    }
    digits[n] = 0;
    *value = strtod(digits, NULL);
    return run > 0 && (fraction || groups == 0 || run == 3);
}

static bool parse(struct str units, struct str fmt, double *value)
{
    if (fmt.n != 2)
        return false;
    switch (fmt.p[0] << 8 | fmt.p[1]) {
    case 'e' << 8 | 'n':
        return read_number(units, '.', ',', value);
    case 'd' << 8 | 'e':
        return read_number(units, ',', '.', value);
    case 'c' << 8 | 'h':
        return read_number(units, '.', '\'', value);
    }
    return false;
}

static int by_sku(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->sku.n != y->sku.n)
        return x->sku.n < y->sku.n ? -1 : 1;
    int order = x->sku.n ? memcmp(x->sku.p, y->sku.p, x->sku.n) : 0;
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

static int by_index(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    return (x->index > y->index) - (x->index < y->index);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The first of n sorted values that is not less. */
static size_t rank_of(const double *sorted, size_t n, double value)
{
    size_t low = 0;
    while (n > 0) {
        size_t half = n / 2;
        if (sorted[low + half] < value) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return low;
}

/* counts[1..n]: the tree. */
static void count_in(size_t *counts, size_t n, size_t rank)
{
    for (size_t at = rank + 1; at <= n; at += at & (~at + 1))
        counts[at]++;
}

static size_t rank_at(const size_t *counts, size_t n, size_t place)
{
    size_t at = 0, step = 1;
    while (2 * step <= n)
        step *= 2;
    for (; step > 0; step /= 2)
        if (at + step <= n && counts[at + step] <= place) {
            at += step;
            place -= counts[at];
        }
    return at;
}

/* rows: n good ones of one sku, in input order.  sorted: room for n values, counts: for n + 1. */
static void gate(struct row *rows, size_t n, double *sorted, size_t *counts)
{
    size_t known = 0;
    for (size_t i = 0; i < n; i++) {
        sorted[i] = rows[i].value;
        counts[i + 1] = 0;
    }
    qsort(sorted, n, sizeof *sorted, ascending);
    for (size_t i = 0; i < n; i++) {
        if (known >= 5) {
            double low = sorted[rank_at(counts, n, (known - 1) / 2)], high = sorted[rank_at(counts, n, known / 2)];
            rows[i].suspect = rows[i].value > 10 * ((low + high) / 2);
        }
        if (!rows[i].suspect) {
            count_in(counts, n, rank_of(sorted, n, rows[i].value));
            known++;
        }
    }
}

void clean(const struct clean_rows *table, struct mlj_out *out)
{
    static const char *const words[] = {"ok", "suspect", "bad_format"};
    size_t n = table->n_rows;
    struct row *rows = calloc(n + 1, sizeof *rows);
    double *sorted = malloc((n + 1) * sizeof *sorted);
    size_t *counts = malloc((n + 1) * sizeof *counts);
    if (!rows || !sorted || !counts)
        abort();
    size_t good = 0, bad = n;
    for (size_t i = 0; i < n; i++) {
        struct row row = {.sku = table->sku[i], .index = i};
        row.bad = !parse(table->units[i], table->fmt[i], &row.value);
        rows[row.bad ? --bad : good++] = row;
    }
    qsort(rows, good, sizeof *rows, by_sku);
    for (size_t from = 0, to; from < good; from = to) {
        const struct str sku = rows[from].sku;
        for (to = from; to < good && rows[to].sku.n == sku.n && (sku.n == 0 || memcmp(rows[to].sku.p, sku.p, sku.n) == 0); to++)
            continue;
        gate(rows + from, to - from, sorted, counts);
    }
    qsort(rows, n, sizeof *rows, by_index);
    for (size_t i = 0; i < n; i++) {
        const char *word = words[rows[i].bad ? 2 : rows[i].suspect];
        clean_emit_row(out, (struct str){word, strlen(word)}, rows[i].bad ? NULL : &rows[i].value);
    }
    free(rows);
    free(sorted);
    free(counts);
}
