/* Sorting rows.
 *
 * Column by column: rows are sorted by a 64-bit number that stands for the column's cell and keeps its order, by
 * counting, eight bits at a time (stable, no comparison); runs of equal numbers are then sorted by the next column.
 * A string is eight bytes of it at a time.  Strings that agree for long are sorted by comparing. */
#include "judge/compare_order.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/util.h"

#define SHORT_RUN        64 /* rows: moving them one by one is quicker than counting */
#define STRING_PARTS_MAX 4  /* of eight bytes; then strings are compared */

/* ---- comparing ---- */

/* A total order of the elements of one type: NULL, NaN, the rest.  +0 and -0 are equal. */
static int order_floats(double a, double b)
{
    if (isnan(a) || isnan(b))
        return (int)!!isnan(b) - (int)!!isnan(a);
    return (a > b) - (a < b);
}

static int order_cells(const struct value *a, int64_t i, const struct value *b, int64_t j)
{
    bool a_null = value_is_null(a, i), b_null = value_is_null(b, j);
    if (a_null || b_null)
        return (int)b_null - (int)a_null;
    switch (a->elem) {
    case ELEM_INT: {
        int64_t x = value_int(a, i), y = value_int(b, j);
        return (x > y) - (x < y);
    }
    case ELEM_FLOAT: return order_floats(value_float(a, i), value_float(b, j));
    case ELEM_BOOL: return (int)value_bool(a, i) - (int)value_bool(b, j);
    case ELEM_STR: {
        size_t n, m;
        const char *x = value_str(a, i, &n);
        const char *y = value_str(b, j, &m);
        size_t shorter = n < m ? n : m;
        int order = shorter ? memcmp(x, y, shorter) : 0;
        return order ? order : (n > m) - (n < m);
    }
    case ELEM_NONE: break;
    }
    assert(false);
    return 0;
}

/* By the exact columns, or by the others. */
int order_rows(const struct cell_rule *rules, bool exact, const struct rows_view *a, int64_t i,
               const struct rows_view *b, int64_t j)
{
    for (size_t c = 0; c < a->n_columns; c++) {
        int order = rules[c].exact == exact ? order_cells(&a->columns[c], i, &b->columns[c], j) : 0;
        if (order)
            return order;
    }
    return 0;
}

struct sorting {
    const struct cell_rule *rules;
    const struct rows_view *view;
};

static int order_indices(const void *a, const void *b, void *data)
{
    const struct sorting *s = data;
    int64_t i = *(const int64_t *)a, j = *(const int64_t *)b;
    int order = order_rows(s->rules, true, s->view, i, s->view, j);
    if (order == 0)
        order = order_rows(s->rules, false, s->view, i, s->view, j);
    return order ? order : (i > j) - (i < j);
}

/* ---- numbers that stand for cells ---- */

struct keyed {
    uint64_t key;
    int64_t row;
};

struct sorter {
    struct sorting sorting;
    const struct value **columns; /* in the order they count */
    size_t n_columns, n_exact;    /* the exact ones come first */
    int64_t *rows;
    bool *starts;
    struct keyed *keyed, *scratch; /* [n_rows] */
};

static uint64_t key_of_float(double x)
{
    uint64_t bits;
    if (isnan(x))
        return 0; /* before -infinity, which has ones */
    x += 0.0;     /* -0 becomes +0 */
    memcpy(&bits, &x, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

/* Bytes 8 * part .. of it, the first one most significant; zeros behind its end. */
static uint64_t key_of_string(const struct value *column, int64_t row, size_t part)
{
    size_t n;
    const char *text = value_str(column, row, &n);
    size_t from = 8 * part < n ? 8 * part : n;
    unsigned char bytes[8] = {0};
    uint64_t key = 0;
    if (n > from)
        memcpy(bytes, text + from, n - from < 8 ? n - from : 8);
    for (size_t i = 0; i < 8; i++)
        key = key << 8 | bytes[i];
    return key;
}

static uint64_t key_of(const struct value *column, int64_t row, size_t part)
{
    switch (column->elem) {
    case ELEM_INT: return (uint64_t)value_int(column, row) ^ UINT64_C(1) << 63;
    case ELEM_FLOAT: return key_of_float(value_float(column, row));
    case ELEM_BOOL: return value_bool(column, row);
    case ELEM_STR: return key_of_string(column, row, part);
    case ELEM_NONE: break;
    }
    assert(false);
    return 0;
}

/* ---- sorting by them ---- */

/* By one byte of the key, from `from` to `to`.  False: it is the same everywhere, nothing was moved. */
static bool count_byte(const struct keyed *from, struct keyed *to, int64_t n, int shift)
{
    int64_t at[256] = {0};
    for (int64_t i = 0; i < n; i++)
        at[from[i].key >> shift & 0xff]++;
    if (at[from[0].key >> shift & 0xff] == n)
        return false;
    int64_t sum = 0;
    for (int value = 0; value < 256; value++) {
        int64_t count = at[value];
        at[value] = sum;
        sum += count;
    }
    for (int64_t i = 0; i < n; i++)
        to[at[from[i].key >> shift & 0xff]++] = from[i];
    return true;
}

static void insert_sort(struct keyed *keyed, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        struct keyed moved = keyed[i];
        int64_t at = i;
        for (; at > 0 && keyed[at - 1].key > moved.key; at--)
            keyed[at] = keyed[at - 1];
        keyed[at] = moved;
    }
}

static void sort_keyed(struct keyed *keyed, struct keyed *scratch, int64_t n)
{
    if (n < SHORT_RUN) {
        insert_sort(keyed, n);
        return;
    }
    struct keyed *from = keyed, *to = scratch;
    for (int shift = 0; shift < 64; shift += 8) {
        if (!count_byte(from, to, n, shift))
            continue;
        struct keyed *swapped = from;
        from = to;
        to = swapped;
    }
    if (from != keyed)
        memcpy(keyed, from, (size_t)n * sizeof *from);
}

static void sort_run(struct sorter *s, int64_t at, int64_t n, size_t column, size_t part);

static void sort_by_comparing(struct sorter *s, int64_t at, int64_t n)
{
    const struct sorting *by = &s->sorting;
    qsort_r(s->rows + at, (size_t)n, sizeof *s->rows, order_indices, &s->sorting);
    for (int64_t i = at + 1; i < at + n; i++)
        s->starts[i] =
            order_rows(by->rules, true, by->view, s->rows[i - 1], by->view, s->rows[i]) != 0;
}

/* Rows whose number in this column is the same. */
static void sort_equal(struct sorter *s, int64_t at, int64_t n, size_t column, size_t part)
{
    const struct value *cells = s->columns[column];
    if (cells->elem != ELEM_STR) {
        sort_run(s, at, n, column + 1, 0);
        return;
    }
    /* Their strings agree in this part.  They are the same if they end here, all with the same length. */
    size_t length, least = SIZE_MAX, most = 0;
    for (int64_t i = at; i < at + n; i++) {
        value_str(cells, s->rows[i], &length);
        least = length < least ? length : least;
        most = length > most ? length : most;
    }
    if (least == most && most <= 8 * (part + 1))
        sort_run(s, at, n, column + 1, 0);
    else if (least > 8 * (part + 1) && part + 1 < STRING_PARTS_MAX)
        sort_run(s, at, n, column, part + 1);
    else
        sort_by_comparing(s, at, n);
}

void order_fetch(const struct value *column, int64_t row)
{
    const char *data = column->data;
    switch (column->elem) {
    case ELEM_STR: __builtin_prefetch(column->bytes + ((const int64_t *)column->data)[row]); break;
    case ELEM_BOOL: __builtin_prefetch(data + row); break;
    case ELEM_INT:
    case ELEM_FLOAT: __builtin_prefetch(data + row * 8); break;
    case ELEM_NONE: break;
    }
}

/* Rows whose cell in this column is not NULL. */
static void sort_known(struct sorter *s, int64_t at, int64_t n, size_t column, size_t part)
{
    struct keyed *keyed = s->keyed + at;
    for (int64_t i = 0; i < n; i++) {
        if (i + FETCH_AHEAD < n)
            order_fetch(s->columns[column], s->rows[at + i + FETCH_AHEAD]);
        keyed[i] =
            (struct keyed){key_of(s->columns[column], s->rows[at + i], part), s->rows[at + i]};
    }
    sort_keyed(keyed, s->scratch, n);
    for (int64_t i = 0; i < n; i++)
        s->rows[at + i] = keyed[i].row;
    for (int64_t i = 0, end = 0; i < n; i = end) {
        s->starts[at + i] = s->starts[at + i] || column < s->n_exact;
        while (end < n && keyed[end].key == keyed[i].key)
            end++;
        if (end - i > 1) /* overwrites keyed[i .. end), which has done its work */
            sort_equal(s, at + i, end - i, column, part);
    }
}

/* Moves the rows with NULL in this column to the front; how many they are. */
static int64_t nulls_first(struct sorter *s, int64_t at, int64_t n, size_t column)
{
    const struct value *cells = s->columns[column];
    int64_t n_null = 0, n_known = 0;
    if (!cells->valid)
        return 0;
    for (int64_t i = at; i < at + n; i++) {
        if (value_is_null(cells, s->rows[i]))
            s->rows[at + n_null++] = s->rows[i]; /* never ahead of what is read */
        else
            s->scratch[n_known++].row = s->rows[i];
    }
    for (int64_t i = 0; i < n_known; i++)
        s->rows[at + n_null + i] = s->scratch[i].row;
    return n_null;
}

/* n rows from `at`, which agree in the columns before: by this column and those behind it. */
static void sort_run(struct sorter *s, int64_t at, int64_t n, size_t column, size_t part)
{
    if (n < 2 || column == s->n_columns)
        return; /* they stand as they stood at the beginning: counting keeps their order */
    int64_t n_null = nulls_first(s, at, n, column);
    if (n_null > 0 && n_null < n && column < s->n_exact)
        s->starts[at + n_null] = true;
    sort_run(s, at, n_null, column + 1, 0);
    sort_known(s, at + n_null, n - n_null, column, part);
}

int order_sorted(const struct cell_rule *rules, const struct rows_view *view,
                 struct rows_order *ret, struct error *err)
{
    size_t n = (size_t)view->n_rows;
    *ret =
        (struct rows_order){calloc(n + 1, sizeof *ret->rows), calloc(n + 1, sizeof *ret->starts)};
    auto_free struct keyed *keyed = calloc(2 * n + 1, sizeof *keyed);
    auto_free const struct value **columns = calloc(view->n_columns + 1, sizeof *columns);
    if (!ret->rows || !ret->starts || !keyed || !columns) {
        order_done(ret);
        return error_oom(err);
    }
    struct sorter sorter = {.sorting = {rules, view},
                            .columns = columns,
                            .rows = ret->rows,
                            .starts = ret->starts,
                            .keyed = keyed,
                            .scratch = keyed + n};
    for (int exact = 1; exact >= 0; exact--)
        for (size_t c = 0; c < view->n_columns; c++)
            if (rules[c].exact == (exact == 1)) {
                columns[sorter.n_columns++] = &view->columns[c];
                sorter.n_exact += (size_t)exact;
            }
    for (size_t i = 0; i < n; i++)
        ret->rows[i] = (int64_t)i;
    ret->starts[0] = ret->starts[n] = true;
    sort_run(&sorter, 0, view->n_rows, 0, 0);
    return 0;
}

void order_done(struct rows_order *order)
{
    free(order->rows);
    free(order->starts);
    *order = (struct rows_order){0};
}
