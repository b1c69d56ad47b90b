/* How do a solution's time and memory grow?  A submission runs on inputs of growing size (scale(rng, n) of the package's
 * generator; problem.json, "scale"), each in a box of its own and several times, beside the package's reference; what was
 * measured is fitted (complexity.h).
 *
 * What is charged is what a test is charged: run minus ready.  Nothing hidden is used: inputs come from the public seed, and
 * there are no expected answers. */
#ifndef MLJUDGE_SCALE_H
#define MLJUDGE_SCALE_H

#include "judge/complexity.h"
#include "judge/judge.h"

#define SCALE_SIZES_MAX   32 /* n doubles: from 1 to 2^31 */
#define SCALE_REPEATS_MAX 7

/* One size.  Medians over the repeats. */
struct scale_sample {
    int64_t n;
    int repeats;
    double cpu_ms, cpu_ms_low, cpu_ms_high; /* median, least, most */
    double
        cpu_ms_sigma; /* standard error: of the median, of the clock, and 5 % that a machine varies by */
    double memory_bytes; /* median of the peaks; NAN: not measured */
    double memory_bytes_sigma;
};

struct scale_series {
    char name[300]; /* the submission's file, or the reference's path; hostile */
    char language[LANGUAGE_NAME_MAX + 1];
    enum verdict
        verdict; /* CE: it did not compile; NONE: ran to the end; else how the size `stopped_at` ended */
    char stopped
        [800]; /* why there are no larger sizes; "" = the largest that the problem has was reached */
    int64_t stopped_at; /* n; 0 = none */
    struct scale_sample samples[SCALE_SIZES_MAX];
    size_t n_samples;
    struct complexity_fit time, memory;     /* of milliseconds and bytes */
    const char *cpu_source, *memory_source; /* static; NULL if nothing ran */
};

struct scale_result {
    const struct problem *problem; /* borrowed */
    struct scale_series candidate, reference;
    bool same_language; /* of the two */
    enum sandbox_tier tier;
    char cpu[128]; /* the machine's */
    int cores;
};

struct scale_request {
    const struct problem *problem;
    const char *language;
    const char *file; /* base name; hostile */
    const void *source;
    size_t source_size;
    int64_t
        budget_ms; /* of CPU time for the candidate, all runs; the reference gets half as much */
    int cancel_fd;
    void (*progress)(void *data, const char *text); /* may be NULL */
    void *data;
};

/* What the candidate does is in the result; negative errno is ours: -EINVAL (the package), -ECANCELED, ... */
int scale_run(struct judge *judge, const struct scale_request *request, struct scale_result *ret,
              struct error *err);

/* The fits of what was measured; scale_run() has done it. */
void scale_fit(struct scale_series *series);

#endif
