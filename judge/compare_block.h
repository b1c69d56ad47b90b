/* Many cells at once: the quick way past what agrees. */
#ifndef MLJUDGE_COMPARE_BLOCK_H
#define MLJUDGE_COMPARE_BLOCK_H

#include "judge/compare_cell.h"

#define COMPARE_BLOCK 1024 /* cells looked at together: 8 KiB a side stay in the first cache */

/* True only if cell_equal() is true for each of n cells, expected[i + k] and got[i + k]; false where it is not, or may
 * not be (strings, NULL): then they are looked at one by one. */
bool cells_surely_equal(const struct cell_rule *rule, const struct value *expected,
                        const struct value *got, int64_t i, int64_t n);

/* The first k >= i, k <= n, from which on cells are to be looked at one by one, up to *ret_end; n if all agree. */
int64_t cells_first_doubtful(const struct cell_rule *rule, const struct value *expected,
                             const struct value *got, int64_t i, int64_t n, int64_t *ret_end);

#endif
