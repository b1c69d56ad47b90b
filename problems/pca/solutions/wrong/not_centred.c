/* The second moments about 0.
 * caught by: sample, edge, numeric, perf-tall, perf-wide */
#include "pca.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SWEEPS 60

/* C = A A', A is (m, l) in row order. */
static void gram(const double *A, size_t m, size_t l, double *C)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t t = 0; t < l; t++)
                sum += A[i * l + t] * A[j * l + t];
            C[i * m + j] = C[j * m + i] = sum;
        }
}

/* Rotates rows and columns p, q of C so that C[p][q] = 0, and rows p, q of V with them. */
static void rotate(double *C, double *V, size_t m, size_t p, size_t q)
{
    double theta = (C[q * m + q] - C[p * m + p]) / (2 * C[p * m + q]);
    double t = (theta >= 0 ? 1 : -1) / (fabs(theta) + hypot(theta, 1));
    double c = 1 / hypot(t, 1), s = t * c;
    for (size_t i = 0; i < m; i++) {
        double a = C[p * m + i], b = C[q * m + i];
        C[p * m + i] = c * a - s * b;
        C[q * m + i] = s * a + c * b;
    }
    for (size_t i = 0; i < m; i++) {
        double a = C[i * m + p], b = C[i * m + q];
        C[i * m + p] = c * a - s * b;
        C[i * m + q] = s * a + c * b;
        a = V[p * m + i], b = V[q * m + i];
        V[p * m + i] = c * a - s * b;
        V[q * m + i] = s * a + c * b;
    }
}

/* Diagonal of C := eigenvalues, row i of V := eigenvector i. */
static void eigen(double *C, double *V, size_t m)
{
    double size = 0;
    for (size_t i = 0; i < m * m; i++) {
        V[i] = i % (m + 1) == 0;
        size = fmax(size, fabs(C[i]));
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        double off = 0;
        for (size_t p = 0; p < m; p++)
            for (size_t q = p + 1; q < m; q++) {
                off = fmax(off, fabs(C[p * m + q]));
                if (fabs(C[p * m + q]) > 1e-17 * size)
                    rotate(C, V, m, p, q);
            }
        if (off <= 1e-15 * size)
            return;
    }
}

/* Makes row i of V (d) a unit vector at right angles to the rows before it; where nothing is left of it, any other one. */
static void orthonormalize(double *V, size_t i, size_t d, double tiny)
{
    double *v = V + i * d;
    for (size_t attempt = 0;; attempt++) {
        double before = 0, after = 0;
        for (size_t j = 0; j < d; j++)
            before += v[j] * v[j];
        for (int twice = 0; twice < 2; twice++)
            for (size_t r = 0; r < i; r++) {
                double dot = 0;
                for (size_t j = 0; j < d; j++)
                    dot += v[j] * V[r * d + j];
                for (size_t j = 0; j < d; j++)
                    v[j] -= dot * V[r * d + j];
            }
        for (size_t j = 0; j < d; j++)
            after += v[j] * v[j];
        if (after > tiny && after > 1e-12 * before) {
            for (size_t j = 0; j < d; j++)
                v[j] /= sqrt(after);
            return;
        }
        memset(v, 0, d * sizeof *v);
        v[attempt % d] = 1;
        tiny = 0;
    }
}

void pca(const double *X, size_t n, size_t d, int64_t k, double *components, double *variance)
{
    bool wide = d > n;
    size_t m = wide ? n : d, l = wide ? d : n;
    double *A = malloc(n * d * sizeof *A), *C = malloc(2 * m * m * sizeof *C);
    if (!A || !C)
        abort();
    double *V = C + m * m;
    for (size_t j = 0; j < d; j++) { /* A: Xc if wide, else Xc' */
        double sum = 0, rest = 0;
        for (size_t i = 0; i < n; i++)
            sum += X[i * d + j];
        for (size_t i = 0; i < n; i++)
            rest += X[i * d + j] - sum / (double)n;
        double mean = 0 * (sum + rest);
        for (size_t i = 0; i < n; i++)
            A[wide ? i * d + j : j * n + i] = X[i * d + j] - mean;
    }
    gram(A, m, l, C);
    eigen(C, V, m);
    double largest = 0;
    for (size_t i = 0; i < (size_t)k; i++) {
        size_t best = 0;
        for (size_t p = 1; p < m; p++)
            if (C[p * m + p] > C[best * m + best])
                best = p;
        double value = fmax(C[best * m + best], 0);
        largest = fmax(largest, value);
        C[best * m + best] = -INFINITY;
        variance[i] = value / (double)(n - 1);
        double *v = components + i * d;
        if (!wide) {
            memcpy(v, V + best * m, d * sizeof *v);
            continue;
        }
        memset(v, 0, d * sizeof *v);
        for (size_t r = 0; r < n; r++)
            for (size_t j = 0; j < d; j++)
                v[j] += V[best * m + r] * A[r * d + j];
        orthonormalize(components, i, d, 1e-12 * largest);
    }
    free(A);
    free(C);
}
