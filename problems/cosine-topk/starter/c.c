/* C17.  The header declares the function and includes <stddef.h> and <stdint.h>.
 *
 * E: n rows of d, row i, column j is E[i * d + j]; Q: m rows of d.  Cast const away to overwrite them.
 * idx, score: mlj_emit_int(idx, size) and mlj_emit_float(score, size) give room for m rows of `size` each, once; all of it is
 * to be filled in.  A pointer to an array without elements is not to be followed. */
#include "cosine_topk.h"

void cosine_topk(const double *E, size_t n, size_t d, const double *Q, size_t m, int64_t k, struct mlj_out *idx,
                 struct mlj_out *score)
{
    size_t size = n < (size_t)k ? n : (size_t)k;
    int64_t *best = mlj_emit_int(idx, size);
    double *scores = mlj_emit_float(score, size);
    (void)E;
    (void)d;
    (void)Q;
    for (size_t i = 0; i < m * size; i++) {
        best[i] = 0;
        scores[i] = 0;
    }
}
