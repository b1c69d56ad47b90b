/* Labelings: which elements belong together, whatever their labels are called. */
#ifndef MLJUDGE_COMPARE_LABELS_H
#define MLJUDGE_COMPARE_LABELS_H

#include <stdint.h>

/* Numbers the labels 0, 1, ... by first appearance into ret[n]; returns how many there are, -ENOMEM. */
int64_t labels_renumber(const int64_t *labels, int64_t n, int64_t *ret);

/* The largest sum of one cell a row and a column of table[k][k] (row order): best assignment, Kuhn 1955, Munkres 1957,
 * O(k^3).  -ENOMEM. */
int64_t labels_best_assignment(const int64_t *table, int64_t k);

#endif
