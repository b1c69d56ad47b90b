/* Gram and Schmidt, twice, from random numbers. */
#include "tests/unit/compare_properties_bases.h"

#include <math.h>

/* Row k made orthogonal to those before it and, if `centred`, to the ones; false if little is left of it. */
static bool orthogonalize(double *rows, int64_t k, int64_t d, bool centred)
{
    double *row = rows + k * d;
    long double length = 0;
    for (int twice = 0; twice < 2; twice++) {
        for (int64_t i = centred ? -1 : 0; i < k; i++) {
            long double product = 0, norm = i < 0 ? (long double)d : 1;
            for (int64_t c = 0; c < d; c++)
                product += (long double)row[c] * (i < 0 ? 1 : rows[i * d + c]);
            for (int64_t c = 0; c < d; c++)
                row[c] = (double)(row[c] - product / norm * (i < 0 ? 1 : rows[i * d + c]));
        }
        length = 0;
        for (int64_t c = 0; c < d; c++)
            length += (long double)row[c] * row[c];
        length = sqrtl(length);
        if (!(length > 1e-3L))
            return false;
        for (int64_t c = 0; c < d; c++)
            row[c] = (double)(row[c] / length);
    }
    return true;
}

static struct value random_rows(struct round *round, int64_t k, int64_t d, bool centred)
{
    struct value value = grid(round, k, d);
    for (int64_t i = 0; i < k; i++)
        do
            for (int64_t c = 0; c < d; c++)
                floats(&value)[i * d + c] = normal(round);
        while (!orthogonalize(floats(&value), i, d, centred));
    return value;
}

struct value basis(struct round *round, int64_t k, int64_t d)
{
    return random_rows(round, k, d, false);
}

struct value centred_basis(struct round *round, int64_t k, int64_t d)
{
    return random_rows(round, k, d, true);
}

void turn_rows(struct round *round, struct value *rows, int64_t from, int64_t n)
{
    int64_t d = rows->dims[1];
    struct value turn = basis(round, n, n), old = copy_of(round, rows);
    for (int64_t i = 0; i < n; i++)
        for (int64_t c = 0; c < d; c++) {
            long double sum = 0;
            for (int64_t k = 0; k < n; k++)
                sum += (long double)floats(&turn)[i * n + k] * floats(&old)[(from + k) * d + c];
            floats(rows)[(from + i) * d + c] = (double)sum;
        }
}
