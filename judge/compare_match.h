/* Two lists of rows as multisets (catalogue C5). */
#ifndef MLJUDGE_COMPARE_MATCH_H
#define MLJUDGE_COMPARE_MATCH_H

#include "judge/compare_cell.h"

/* Columns of equal length; an array of rank 1 is one column. */
struct rows_view {
    const struct value *columns;
    size_t n_columns;
    int64_t n_rows;
};

enum match {
    MATCH_ALL,
    MATCH_MISSING,    /* expected_row has no partner (or too few) */
    MATCH_UNEXPECTED, /* got_row has no partner (or there are too many like it) */
    MATCH_CELL,       /* expected_row and got_row belong together but for `column` */
};

struct match_result {
    enum match match;
    int64_t expected_row;
    int64_t got_row;
    size_t column;
};

/* Rows that agree in the exact columns form a group.  A group with two or more `close` columns may have at
 * most this many rows: there rows are paired by bipartite matching, at a cost of n^2 and more. */
#define MATCH_GROUP_MAX 2000

/* rules[i] for column i.  -EINVAL if a group of `expected` is too large (whatever was got). */
int rows_match(const struct cell_rule *rules, const struct rows_view *expected,
               const struct rows_view *got, struct match_result *ret, struct error *err);

#endif
