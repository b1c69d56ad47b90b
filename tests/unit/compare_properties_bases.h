/* Orthonormal vectors. */
#ifndef MLJUDGE_TEST_COMPARE_PROPERTIES_BASES_H
#define MLJUDGE_TEST_COMPARE_PROPERTIES_BASES_H

#include "tests/unit/compare_properties.h"

/* k orthonormal rows of length d, k <= d. */
struct value basis(struct round *round, int64_t k, int64_t d);
/* The same, each with the sum 0; k < d. */
struct value centred_basis(struct round *round, int64_t k, int64_t d);
/* Rows from .. from+n-1 become another orthonormal basis of what they span. */
void turn_rows(struct round *round, struct value *rows, int64_t from, int64_t n);

#endif
