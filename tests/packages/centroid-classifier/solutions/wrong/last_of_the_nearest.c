/* Of classes equally near the largest.
 * caught by: edge */
#include "CentroidClassifier.h"

#include <stdlib.h>

struct CentroidClassifier {
    size_t k, d;
    int64_t *n;      /* [k] */
    double *sums;    /* [k, d] */
    double *squares; /* [k] */
};

struct CentroidClassifier *CentroidClassifier_create(int64_t k, int64_t d)
{
    struct CentroidClassifier *self = malloc(sizeof *self);
    self->k = (size_t)k;
    self->d = (size_t)d;
    self->n = calloc(self->k, sizeof *self->n);
    self->sums = calloc(self->k * self->d, sizeof *self->sums);
    self->squares = calloc(self->k, sizeof *self->squares);
    return self;
}

void CentroidClassifier_fit(struct CentroidClassifier *self, const double *X, size_t n, size_t d, const int64_t *y)
{
    for (size_t i = 0; i < n; i++) {
        size_t c = (size_t)y[i];
        self->n[c]++;
        for (size_t j = 0; j < d; j++) {
            self->sums[c * d + j] += X[i * d + j];
            self->squares[c] += X[i * d + j] * X[i * d + j];
        }
    }
}

static double mean(const struct CentroidClassifier *self, size_t c, size_t j)
{
    return self->sums[c * self->d + j] / (double)self->n[c];
}

void CentroidClassifier_predict(struct CentroidClassifier *self, const double *X, size_t m, size_t d, int64_t *out)
{
    for (size_t i = 0; i < m; i++) {
        double best = 0;
        out[i] = -1;
        for (size_t c = 0; c < self->k; c++) {
            double away = 0;
            if (self->n[c] == 0)
                continue;
            for (size_t j = 0; j < d; j++)
                away += (X[i * d + j] - mean(self, c, j)) * (X[i * d + j] - mean(self, c, j));
            if (out[i] < 0 || away <= best) {
                best = away;
                out[i] = (int64_t)c;
            }
        }
    }
}

void CentroidClassifier_centroids(struct CentroidClassifier *self, double *out, uint8_t *out_valid)
{
    for (size_t c = 0; c < self->k; c++)
        for (size_t j = 0; j < self->d; j++) {
            out_valid[c * self->d + j] = self->n[c] > 0;
            if (self->n[c] > 0)
                out[c * self->d + j] = mean(self, c, j);
        }
}

void CentroidClassifier_summary(struct CentroidClassifier *self, struct mlj_out *out)
{
    for (size_t c = 0; c < self->k; c++) {
        double spread = self->squares[c] / (double)self->n[c];
        for (size_t j = 0; j < self->d; j++)
            spread -= mean(self, c, j) * mean(self, c, j);
        CentroidClassifier_summary_emit_row(out, (int64_t)c, self->n[c], self->n[c] > 0 ? &spread : NULL);
    }
}

void CentroidClassifier_destroy(struct CentroidClassifier *self)
{
    free(self->n);
    free(self->sums);
    free(self->squares);
    free(self);
}
