/* Rows in order: a total order of the rows of tables, and sorting by it. */
#ifndef MLJUDGE_COMPARE_ORDER_H
#define MLJUDGE_COMPARE_ORDER_H

#include "judge/compare_match.h"

/* NULL, NaN, the rest; +0 and -0 are equal; strings by their bytes.  By the exact columns, or by the others. */
int order_rows(const struct cell_rule *rules, bool exact, const struct rows_view *a, int64_t i,
               const struct rows_view *b, int64_t j);

/* Rows sorted by the exact columns, then by the others, then as they stand. */
struct rows_order {
    int64_t *rows; /* [n_rows], indices; owned */
    bool *
        starts; /* [n_rows + 1]: here begins a group of rows that are equal in the exact columns; owned */
};
int order_sorted(const struct cell_rule *rules, const struct rows_view *view,
                 struct rows_order *ret, struct error *err);
void order_done(struct rows_order *order);

/* Sorted rows lie anywhere in their columns: asks for a cell's memory before it is needed. */
#define FETCH_AHEAD 12 /* rows */
void order_fetch(const struct value *column, int64_t row);

#endif
