/* Proximal gradient with the trace as a bound on the largest eigenvalue. */
#include "mljudge.h"

void lasso(const double *X, size_t n, size_t d, const double *y, double lam, double *out)
{
    double trace = 0;
    for (size_t i = 0; i < n * d; i++)
        trace += X[i] * X[i] / (double)n;
    double gradient[64];
    for (size_t j = 0; j < d; j++)
        out[j] = 0;
    for (int t = 0; t < 20000; t++) {
        for (size_t j = 0; j < d; j++)
            gradient[j] = 0;
        for (size_t i = 0; i < n; i++) {
            double r = y[i];
            for (size_t j = 0; j < d; j++)
                r -= X[i * d + j] * out[j];
            for (size_t j = 0; j < d; j++)
                gradient[j] += X[i * d + j] * r / (double)n;
        }
        for (size_t j = 0; j < d; j++) {
            double z = out[j] + gradient[j] / trace;
            double cut = lam / trace;
            out[j] = z > cut ? z - cut : z < -cut ? z + cut : 0;
        }
    }
}
